namespace Akka.Actor;

/// <summary>
/// How an actor is placed: which mailbox, dispatcher and size of stash. What is not given leaves the choice to the next best source.
/// </summary>
public class Deploy : IEquatable<Deploy>
{
    public static readonly string NoDispatcherGiven = "";

    public static readonly string NoMailboxGiven = "";

    public static readonly int NoStashSize = -1;

    public static readonly Deploy None = new();

    public static readonly Deploy Local = new();

    public Deploy()
        : this("", NoDispatcherGiven, NoMailboxGiven, NoStashSize)
    {
    }

    internal Deploy(string path, string dispatcher, string mailbox, int stashCapacity) =>
        (Path, Dispatcher, Mailbox, StashCapacity) = (path, dispatcher, mailbox, stashCapacity);

    public string Path { get; }

    public string Dispatcher { get; }

    public string Mailbox { get; }

    /// <summary>How many messages the stash of the actor holds; negative where that is not said here.</summary>
    public int StashCapacity { get; }

    public virtual Deploy WithDispatcher(string dispatcher) => new(Path, dispatcher, Mailbox, StashCapacity);

    public virtual Deploy WithMailbox(string mailbox) => new(Path, Dispatcher, mailbox, StashCapacity);

    public virtual Deploy WithStashCapacity(int stashSize) => new(Path, Dispatcher, Mailbox, stashSize);

    public virtual Deploy WithFallback(Deploy other) => new(
        Path,
        Dispatcher.Length > 0 ? Dispatcher : other.Dispatcher,
        Mailbox.Length > 0 ? Mailbox : other.Mailbox,
        StashCapacity >= 0 ? StashCapacity : other.StashCapacity);

    public bool Equals(Deploy? other) =>
        other is not null && string.Equals(Path, other.Path, StringComparison.Ordinal)
        && string.Equals(Dispatcher, other.Dispatcher, StringComparison.Ordinal)
        && string.Equals(Mailbox, other.Mailbox, StringComparison.Ordinal) && StashCapacity == other.StashCapacity;

    public override bool Equals(object? obj) => Equals(obj as Deploy);

    public override int GetHashCode() => HashCode.Combine(Path, Dispatcher, Mailbox, StashCapacity);
}
