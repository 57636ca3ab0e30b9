namespace Akka.Dispatch.SysMsg;

/// <summary>
/// Many producers, one consumer, no allocation: a linked stack that is taken whole and reversed. Closing puts a sentinel
/// in its place, so that a producer knows for certain that its message came too late.
/// </summary>
internal sealed class SystemMessageQueue
{
    private static readonly SystemMessage Closed = new Terminate();
    private SystemMessage? _head;

    internal bool HasMessages => Volatile.Read(ref _head) is { } head && head != Closed;

    internal bool TryEnqueue(SystemMessage message)
    {
        while (true)
        {
            var head = Volatile.Read(ref _head);
            if (head == Closed)
                return false;
            message.Next = head;
            if (Interlocked.CompareExchange(ref _head, message, head) == head)
                return true;
        }
    }

    /// <summary>Takes all messages, oldest first, linked by <see cref="SystemMessage.Next"/>.</summary>
    internal SystemMessage? TakeAll() => Reverse(Interlocked.Exchange(ref _head, null));

    internal SystemMessage? Close()
    {
        var last = Interlocked.Exchange(ref _head, Closed);
        return last == Closed ? null : Reverse(last);
    }

    private static SystemMessage? Reverse(SystemMessage? message)
    {
        SystemMessage? reversed = null;
        while (message is not null)
            (message.Next, reversed, message) = (reversed, message, message.Next);
        return reversed;
    }
}
