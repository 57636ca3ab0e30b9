using Akka.Actor;
using Akka.Event;

namespace Akka.TestKit;

/// <summary>The logger of tests: prints what no filter of an <see cref="EventFilterFactory"/> holds back.</summary>
public class TestEventListener : DefaultLogger
{
    private readonly List<Mute> _muted = [];

    protected override bool Receive(object message)
    {
        switch (message)
        {
            case InitializeLogger initialize:
                foreach (var type in new[] { typeof(Mute), typeof(Unmute), typeof(CatchUp), typeof(DeadLetter) })
                    initialize.LoggingBus.Subscribe(Self, type);
                return base.Receive(message);
            case Mute mute:
                _muted.Add(mute);
                return true;
            case Unmute unmute:
                _muted.Remove(unmute.Muted);
                return true;
            case CatchUp catchUp:
                catchUp.Done.TrySetResult();
                return true;
            case DeadLetter letter:
                // The system logs dead letters itself, some of them: here they are only counted.
                IsHeldBack(new Warning(letter.Recipient.Path.ToString()!, letter.Recipient.GetType(), letter));
                return true;
            case LogEvent log when IsHeldBack(log):
                return true;
            default:
                return base.Receive(message);
        }
    }

    private bool IsHeldBack(LogEvent log)
    {
        var held = false;
        foreach (var mute in _muted)
        {
            if (!mute.Filters.Any(filter => filter.Matches(log)))
                continue;
            mute.Matched();
            held = true;
        }
        return held;
    }

    internal sealed class Mute(IReadOnlyList<LogFilter> filters, Action matched)
    {
        public IReadOnlyList<LogFilter> Filters { get; } = filters;

        public Action Matched { get; } = matched;
    }

    internal sealed class Unmute(Mute muted)
    {
        public Mute Muted { get; } = muted;
    }

    internal sealed class CatchUp
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
