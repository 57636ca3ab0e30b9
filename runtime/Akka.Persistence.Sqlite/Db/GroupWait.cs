namespace Akka.Persistence.Sqlite.Db;

/// <summary>
/// Decides how long a transaction stays open for writes on their way. Those who are answered together mostly come back together, a moment later, and
/// a commit costs about the same for one as for all. Nobody waits who is alone, nor longer than a commit takes.
/// </summary>
internal sealed class GroupWait
{
    // They come back in a fraction of that, however slow the disk is.
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(2);

    // Of the limit, for which the next one is waited for.
    private const int GapPart = 5;

    private int _expected;
    private TimeSpan _limit;
    private TimeSpan _lastCame;

    /// <summary>Notes a commit: those who are answered by it and those who wait already are expected at the next.</summary>
    /// <param name="answered">How many writes it was.</param>
    /// <param name="waiting">How many waited when it was done.</param>
    /// <param name="duration">How long it took.</param>
    public void Committed(int answered, int waiting, TimeSpan duration)
    {
        _expected = answered + waiting;
        _limit = duration < Longest ? duration : Longest;
    }

    /// <summary>All that waited is done.</summary>
    public void Begin() => _lastCame = TimeSpan.Zero;

    /// <summary>One more came.</summary>
    /// <param name="at">When it was done, since <see cref="Begin"/>.</param>
    public void Came(TimeSpan at) => _lastCame = at;

    /// <summary>Whether one that comes now is still taken.</summary>
    /// <param name="at">Now, since <see cref="Begin"/>.</param>
    public bool IsOpen(TimeSpan at) => at <= _limit;

    /// <summary>Whether to wait for the next.</summary>
    /// <param name="count">How many there are.</param>
    /// <param name="at">Now, since <see cref="Begin"/>.</param>
    public bool IsWorthIt(int count, TimeSpan at) => count < _expected && at - _lastCame < _limit / GapPart;
}
