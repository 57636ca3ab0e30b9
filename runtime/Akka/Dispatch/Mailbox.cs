using Akka.Actor;
using Akka.Dispatch.MessageQueues;
using Akka.Dispatch.SysMsg;

namespace Akka.Dispatch;

/// <summary>
/// The inbox of one cell and the rule that at most one thread works on it: "scheduled" is taken by compare-and-set and given
/// back before the queues are looked at once more, so a message that arrives in between is never left lying.
/// Suspension is a count that only the working thread changes.
/// </summary>
internal sealed class Mailbox : IThreadPoolWorkItem
{
    private readonly ActorCell _cell;
    private readonly SystemMessageQueue _system = new();
    private readonly Lock _cleanUp = new();
    private int _scheduled;
    private volatile int _suspended;
    private volatile bool _closed;

    internal Mailbox(ActorCell cell, IMessageQueue messageQueue) => (_cell, MessageQueue) = (cell, messageQueue);

    internal IMessageQueue MessageQueue { get; }

    internal bool IsClosed => _closed;

    internal int SuspendCount => _suspended;

    private bool HasWork => _system.HasMessages || (!_closed && _suspended == 0 && MessageQueue.HasMessages);

    void IThreadPoolWorkItem.Execute() => Run();

    internal void Enqueue(in Envelope envelope)
    {
        if (_closed)
        {
            _cell.SystemImpl.Undeliverable(envelope, _cell.Self);
            return;
        }

        MessageQueue.Enqueue(_cell.Self, envelope);
        if (_closed)
            CleanUp(); // it closed between the check and the enqueue
        else
            TrySchedule();
    }

    internal void EnqueueSystem(SystemMessage message)
    {
        if (_system.TryEnqueue(message))
            TrySchedule();
        else
            AnswerForTheDead(message);
    }

    internal void Suspend() => _suspended++;

    internal void Resume()
    {
        if (_suspended > 0)
            _suspended--;
    }

    /// <summary>Called by the cell at its end, on the working thread: what is left and what still comes is a dead letter.</summary>
    internal void Close()
    {
        _closed = true;
        AnswerAllForTheDead(_system.Close());
        CleanUp();
    }

    internal void Run()
    {
        var previous = ActorCell.Enter(_cell);
        try
        {
            ProcessSystemMessages();
            ProcessUserMessages();
        }
        catch (Exception e)
        {
            _cell.Fail(e); // a queue from the configuration may fail: that is the failure of its actor, not of the process
        }
        finally
        {
            ActorCell.Leave(previous);
            Interlocked.Exchange(ref _scheduled, 0);
            TrySchedule();
        }
    }

    private void TrySchedule()
    {
        // The enqueue must be visible before the flag is read; the worker does the same the other way round.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _scheduled) == 0 && HasWork && Interlocked.CompareExchange(ref _scheduled, 1, 0) == 0)
            _cell.Dispatcher.Schedule(this);
    }

    private void ProcessUserMessages()
    {
        for (var left = _cell.Dispatcher.Throughput; left > 0 && !_closed && _suspended == 0; left--)
        {
            if (!MessageQueue.TryDequeue(out var envelope))
                return;
            _cell.Invoke(envelope);
            ProcessSystemMessages();
        }
    }

    private void ProcessSystemMessages()
    {
        while (_system.HasMessages)
        {
            for (var message = _system.TakeAll(); message is not null;)
            {
                var next = message.Next;
                message.Next = null;
                if (_closed)
                    AnswerForTheDead(message);
                else
                    _cell.InvokeSystem(message);
                message = next;
            }
        }
    }

    private void AnswerAllForTheDead(SystemMessage? message)
    {
        while (message is not null)
        {
            var next = message.Next;
            AnswerForTheDead(message);
            message = next;
        }
    }

    private void AnswerForTheDead(SystemMessage message)
    {
        switch (message)
        {
            case Watch watch when watch.Watchee.Equals(_cell.Self):
                watch.Watcher.SendSystemMessage(new DeathWatchNotification(watch.Watchee, existenceConfirmed: true));
                break;
            case ActorTask task:
                // The actor is gone, its handler is not: let it reach its finally blocks.
                ThreadPool.UnsafeQueueUserWorkItem(static t => t.Run(), task, preferLocal: false);
                break;
        }
    }

    private void CleanUp()
    {
        try
        {
            lock (_cleanUp)
                MessageQueue.CleanUp(_cell.Self, new DeadLetterMessageQueue(_cell.SystemImpl));
        }
        catch (Exception e)
        {
            _cell.SystemImpl.Publish(new Event.Error(e, _cell.Self.ToString()!, typeof(Mailbox), "Exception while emptying a mailbox"));
        }
    }
}
