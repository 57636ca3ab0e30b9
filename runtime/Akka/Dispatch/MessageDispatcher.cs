namespace Akka.Dispatch;

/// <summary>
/// Runs mailboxes: one work item of the .NET thread pool per run. A reader loop on a System.Threading.Channels channel per actor would keep
/// a task per idle actor and could not carry the queues that a configuration names, and does not pay for it (docs/decisions/0008).
/// </summary>
public class MessageDispatcher
{
    internal MessageDispatcher(string id, int throughput) => (Id, Throughput) = (id, Math.Max(1, throughput));

    public string Id { get; }

    /// <summary>How many messages an actor handles before it lets others have the thread.</summary>
    public int Throughput { get; }

    internal virtual void Schedule(Mailbox mailbox) => ThreadPool.UnsafeQueueUserWorkItem(mailbox, preferLocal: false);
}
