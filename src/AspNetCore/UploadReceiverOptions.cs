using Ferry.Engine.Requests;

namespace Ferry.AspNetCore;

/// <summary>What an upload receiver is set up with, as written. <see cref="Problems"/> says what is wrong with it.</summary>
public sealed record UploadReceiverOptions
{
    private static readonly TimeSpan LongestPatience = TimeSpan.FromHours(1);

    /// <summary>
    /// The directory that finished uploads land in; made where it is missing. What is not finished lies in its hidden sub-directory
    /// <c>.ferry-uploads</c>. Several processes may share it, where its file system has locks: see <see cref="SoleProcess"/>.
    /// </summary>
    public required string Directory { get; init; }

    /// <summary>
    /// Whether no other process ever uses <see cref="Directory"/>, not even while a new one takes over from an old one. Unless it is set, a host does
    /// not start over a file system whose locks do nothing, since two receivers on one upload would write over each other's bytes.
    /// </summary>
    public bool SoleProcess { get; init; }

    /// <summary>The largest upload in bytes, from 1; null for no limit. Clients are told it as Tus-Max-Size.</summary>
    public long? MaxSize { get; init; }

    /// <summary>How long an unfinished upload is kept after its last byte; zero for ever. Told as Upload-Expires.</summary>
    public TimeSpan Expiration { get; init; } = TimeSpan.FromHours(24);

    /// <summary>What an offset survives once a client was told it.</summary>
    public Durability Durability { get; init; } = Durability.Power;

    /// <summary>
    /// How long a request waits for another one of the same upload, which it asks to stop, before it is answered 423; at most one hour.
    /// </summary>
    public TimeSpan LockPatience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Called when an upload has its name, before the client is told that it is finished; null for nothing. Called again, with the same id,
    /// when it failed or when the process ended before it returned: after a restart, or when the client asks. Its token is cancelled when
    /// the host stops.
    /// </summary>
    public Func<ReceivedUpload, CancellationToken, Task>? Completed { get; init; }

    /// <summary>Every problem of these options, each a sentence; none where they can be used.</summary>
    public IReadOnlyList<string> Problems() => [.. FindProblems()];

    internal void Check()
    {
        if (Problems() is { Count: > 0 } problems)
            throw new ArgumentException($"The upload receiver cannot be set up. {string.Join(" ", problems)}");
    }

    private IEnumerable<string> FindProblems()
    {
        if (string.IsNullOrWhiteSpace(Directory))
            yield return "Directory is empty: name the directory that uploads go to.";
        else if (Directory.Contains('\0', StringComparison.Ordinal))
            yield return "Directory has a zero character in it: name another one.";
        if (MaxSize < 1)
            yield return $"MaxSize is {MaxSize}: it is at least 1, or null for no limit.";
        if (Expiration < TimeSpan.Zero)
            yield return $"Expiration is {Expiration}: it is zero (never) or longer.";
        if (!Enum.IsDefined(Durability))
            yield return $"Durability is {(int)Durability}: it is Power or Process.";
        if (LockPatience < TimeSpan.Zero || LockPatience > LongestPatience)
            yield return $"LockPatience is {LockPatience}: it is between zero and {LongestPatience}.";
    }
}
