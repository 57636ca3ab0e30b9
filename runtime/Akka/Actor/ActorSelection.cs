using System.Text.RegularExpressions;

namespace Akka.Actor;

/// <summary>All actors that a path, possibly with wildcards, names at the moment of sending.</summary>
public class ActorSelection : ICanTell
{
    private readonly string[] _elements;

    public ActorSelection(IActorRef anchor, string path)
        : this(anchor, path.Split('/', StringSplitOptions.RemoveEmptyEntries))
    {
    }

    public ActorSelection(IActorRef anchor, IEnumerable<string> elements) => (Anchor, _elements) = (anchor, [.. elements]);

    public IActorRef Anchor { get; }

    public string PathString => "/" + string.Join('/', _elements);

    public void Tell(object message, IActorRef? sender = null) =>
        Deliver((IInternalActorRef)Anchor, _elements, message, sender ?? ActorCell.CurrentSelfOrNoSender);

    void ICanTell.Tell(object message, IActorRef sender) => Tell(message, sender);

    /// <summary>The actor of this path, or an <see cref="ActorNotFoundException"/>.</summary>
    public Task<IActorRef> ResolveOne(TimeSpan timeout) => ResolveOne(timeout, CancellationToken.None);

    public async Task<IActorRef> ResolveOne(TimeSpan timeout, CancellationToken ct)
    {
        try
        {
            var identity = await this.Ask<ActorIdentity>(new Identify(null!), timeout, ct).ConfigureAwait(false);
            return identity.Subject ?? throw new ActorNotFoundException($"No actor at {this}");
        }
        catch (AskTimeoutException e)
        {
            throw new ActorNotFoundException($"No answer from {this}", e);
        }
    }

    public override bool Equals(object? obj) =>
        obj is ActorSelection other && Anchor.Equals(other.Anchor) && string.Equals(PathString, other.PathString, StringComparison.Ordinal);

    public override int GetHashCode() => HashCode.Combine(Anchor, PathString);

    public override string ToString() => $"ActorSelection[Anchor({Anchor.Path}), Path({PathString})]";

    internal static void Deliver(IInternalActorRef from, ReadOnlySpan<string> elements, object message, IActorRef sender)
    {
        for (var i = 0; i < elements.Length; i++)
        {
            if (elements[i].AsSpan().ContainsAny('*', '?'))
            {
                DeliverToMatching(from, elements[i], elements[(i + 1)..], message, sender);
                return;
            }

            var next = (IInternalActorRef)from.GetChild(elements.Slice(i, 1));
            if (next is Nobody)
            {
                Nowhere(from, elements[i..], message, sender);
                return;
            }

            from = next;
        }

        from.Tell(message, sender);
    }

    private static void DeliverToMatching(
        IInternalActorRef from, string pattern, ReadOnlySpan<string> rest, object message, IActorRef sender)
    {
        if (from is not LocalActorRef parent)
            return;
        foreach (var child in parent.Cell.Children.All())
        {
            if (Wildcard.Matches(pattern, child.Path.Name))
                Deliver(child, rest, message, sender);
        }
    }

    private static void Nowhere(IInternalActorRef from, ReadOnlySpan<string> rest, object message, IActorRef sender)
    {
        if (from is LocalActorRef local)
        {
            new EmptyLocalActorRef(local.Cell.SystemImpl, local.Path / rest.ToArray()).Tell(message, sender);
        }
    }
}

internal static class Wildcard
{
    internal static bool Matches(string pattern, string name) => pattern == "*" || Regex.IsMatch(
        name,
        "^" + Regex.Escape(pattern).Replace("\\*", ".*", StringComparison.Ordinal).Replace("\\?", ".", StringComparison.Ordinal) + "$",
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
}

internal static class ActorSelectionFactory
{
    // What lies in another system is out of reach: nobody is found there.
    internal static ActorSelection From(ActorSystemImpl system, ActorPath path) => path.Address.Equals(system.DefaultAddress)
        ? new ActorSelection(system.RootGuardian, path.Elements)
        : new ActorSelection(new EmptyLocalActorRef(system, path), []);

    internal static ActorSelection From(ActorSystemImpl system, IActorRef relativeTo, string path)
    {
        if (ActorPath.TryParse(path, out var absolute))
            return From(system, absolute);
        return path.StartsWith('/') ? new ActorSelection(system.RootGuardian, path) : new ActorSelection(relativeTo, path);
    }
}
