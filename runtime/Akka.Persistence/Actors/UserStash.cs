using Akka.Actor;

namespace Akka.Persistence;

/// <summary>The stash a persistent actor sees: what it takes back comes before the commands that wait for a write or for recovery.</summary>
internal sealed class UserStash(IStash own, IStash waiting) : IStash
{
    public int Count => own.Count;

    public int Capacity => own.Capacity;

    public bool IsEmpty => own.IsEmpty;

    public bool NonEmpty => own.NonEmpty;

    public bool IsFull => own.IsFull;

    public void Stash() => own.Stash();

    public void Unstash()
    {
        Envelope[] all = [.. own.ClearStash()];
        waiting.Prepend(all.Take(1));
        own.Prepend(all.Skip(1));
    }

    public void UnstashAll() => waiting.Prepend(own.ClearStash());

    public void UnstashAll(Func<Envelope, bool> predicate) => waiting.Prepend(own.ClearStash().Where(predicate));

    public IEnumerable<Envelope> ClearStash() => own.ClearStash();

    public void Prepend(IEnumerable<Envelope> envelopes) => own.Prepend(envelopes);
}
