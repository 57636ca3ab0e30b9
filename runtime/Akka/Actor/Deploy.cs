namespace Akka.Actor;

/// <summary>How an actor is placed: which mailbox and dispatcher. Empty strings leave the choice to the next best source.</summary>
public class Deploy : IEquatable<Deploy>
{
    public static readonly string NoDispatcherGiven = "";

    public static readonly string NoMailboxGiven = "";

    public static readonly Deploy None = new();

    public static readonly Deploy Local = new();

    public Deploy()
        : this("", NoDispatcherGiven, NoMailboxGiven)
    {
    }

    internal Deploy(string path, string dispatcher, string mailbox) => (Path, Dispatcher, Mailbox) = (path, dispatcher, mailbox);

    public string Path { get; }

    public string Dispatcher { get; }

    public string Mailbox { get; }

    public virtual Deploy WithDispatcher(string dispatcher) => new(Path, dispatcher, Mailbox);

    public virtual Deploy WithMailbox(string mailbox) => new(Path, Dispatcher, mailbox);

    public virtual Deploy WithFallback(Deploy other) => new(
        Path, Dispatcher.Length > 0 ? Dispatcher : other.Dispatcher, Mailbox.Length > 0 ? Mailbox : other.Mailbox);

    public bool Equals(Deploy? other) =>
        other is not null && string.Equals(Path, other.Path, StringComparison.Ordinal)
        && string.Equals(Dispatcher, other.Dispatcher, StringComparison.Ordinal)
        && string.Equals(Mailbox, other.Mailbox, StringComparison.Ordinal);

    public override bool Equals(object? obj) => Equals(obj as Deploy);

    public override int GetHashCode() => HashCode.Combine(Path, Dispatcher, Mailbox);
}
