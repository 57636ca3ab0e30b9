using Akka.Actor;

namespace Ferry.Runtime.Tests.Core;

public sealed class TimerTests() : WithSystem(ManualScheduler.Config)
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void SingleTimer_FiresOnce()
    {
        var (clock, probe) = NewClock();
        clock.In(t => t.StartSingleTimer("key", "ring", Second));
        clock.In(t => t.IsTimerActive("key")).Should().BeTrue();
        Advance(TimeSpan.FromMilliseconds(999));
        clock.Sync();
        probe.ExpectNothingMore();
        Advance(1);
        probe.Expect("ring");
        clock.In(t => t.IsTimerActive("key")).Should().BeFalse();
        Advance(10);
        clock.Sync();
        probe.ExpectNothingMore();
    }

    [Fact]
    public void PeriodicTimer_FiresUntilCancelled()
    {
        var (clock, probe) = NewClock();
        clock.In(t => t.StartPeriodicTimer("key", "tick", TimeSpan.Zero, Second));
        Advance(3);
        probe.ExpectAll("tick", "tick", "tick", "tick");
        clock.In(t => t.Cancel("key"));
        Advance(3);
        clock.Sync();
        probe.ExpectNothingMore();
    }

    [Fact]
    public void SameKey_ReplacesTheTimer_EvenIfItsMessageWaitsInTheMailbox()
    {
        var (clock, probe) = NewClock();
        clock.In(t => t.StartSingleTimer("key", "old", Second));
        clock.Blocked(() => Advance(1), t => t.StartSingleTimer("key", "new", Second));
        clock.Sync();
        probe.ExpectNothingMore();
        Advance(1);
        probe.Expect("new");
    }

    [Fact]
    public void Cancel_WhileTheMessageWaitsInTheMailbox_NothingArrives()
    {
        var (clock, probe) = NewClock();
        clock.In(t => t.StartSingleTimer("one", "ring", Second));
        clock.In(t => t.StartPeriodicTimer("two", "tick", Second));
        clock.Blocked(() => Advance(5), t => t.CancelAll());
        clock.Sync();
        probe.ExpectNothingMore();
    }

    [Fact]
    public void Restart_TimersOfTheOldIncarnation_AreDiscarded()
    {
        var (clock, probe) = NewClock();
        clock.In(t => t.StartPeriodicTimer("key", "old", Second));
        clock.Actor.Tell(new TestException());
        clock.Sync();
        Advance(5);
        clock.Sync();
        probe.ExpectNothingMore();
        clock.In(t => t.ActiveTimers.Count).Should().Be(0);
    }

    [Fact]
    public void Restart_WaitingTimerMessage_IsDiscarded()
    {
        var (clock, probe) = NewClock();
        clock.In(t => t.StartPeriodicTimer("key", "old", Second));
        clock.Blocked(() => Advance(5), _ => throw new TestException());
        clock.Sync();
        probe.ExpectNothingMore();
    }

    [Fact]
    public async Task ReceiveTimeout_FiresWhenIdle_AndAgain()
    {
        var probe = NewProbe();
        var actor = System.ActorOf(Props.Create(() => new Idler(probe)));
        actor.Tell(Second);
        actor.Count();
        Advance(TimeSpan.FromMilliseconds(900));
        actor.Count();
        Advance(TimeSpan.FromMilliseconds(900));
        actor.Count();
        probe.ExpectNothingMore();
        Advance(1);
        probe.Expect(ReceiveTimeout.Instance);
        await actor.Ask<ActorIdentity>(new Identify(1), Safety);
        Advance(1);
        probe.Expect(ReceiveTimeout.Instance);
    }

    [Fact]
    public async Task ReceiveTimeout_NotInfluencingMessages_DoNotPutItOff()
    {
        var probe = NewProbe();
        var actor = System.ActorOf(Props.Create(() => new Idler(probe)));
        actor.Tell(Second);
        actor.Count();
        Advance(TimeSpan.FromMilliseconds(900));
        await actor.Ask<ActorIdentity>(new Identify(1), Safety);
        Advance(TimeSpan.FromMilliseconds(100));
        probe.Expect(ReceiveTimeout.Instance);
    }

    [Fact]
    public void ReceiveTimeout_TimerMessages_CountAsTheMessageTheyBring()
    {
        var (clock, probe) = NewClock();
        clock.Actor.Tell(Second * 3);
        clock.In(t => t.StartPeriodicTimer("quiet", new Quiet(), Second));
        Advance(2);
        clock.In(t => t.StartSingleTimer("loud", "loud", TimeSpan.FromMilliseconds(500)));
        Advance(TimeSpan.FromMilliseconds(500));
        probe.Expect("loud");
        Advance(TimeSpan.FromMilliseconds(2_900));
        probe.ExpectNothingMore();
        Advance(TimeSpan.FromMilliseconds(100));
        probe.Expect("idle");
    }

    [Fact]
    public void SingleTimer_OfPoisonPill_StopsTheActor()
    {
        var (clock, probe) = NewClock();
        probe.Watch(clock.Actor);
        clock.In(t => t.StartSingleTimer("end", PoisonPill.Instance, Second));
        Advance(1);
        probe.ExpectTerminated(clock.Actor);
    }

    [Fact]
    public void ReceiveTimeout_SwitchedOff_DoesNotFire()
    {
        var probe = NewProbe();
        var actor = System.ActorOf(Props.Create(() => new Idler(probe)));
        actor.Tell(Second);
        actor.Tell(TimeSpan.Zero);
        actor.Count();
        Advance(5);
        actor.Count();
        probe.ExpectNothingMore();
    }

    [Fact]
    public void Scheduler_TellsAndActions_OnceAndRepeatedly()
    {
        var probe = NewProbe();
        var scheduler = System.Scheduler;
        scheduler.ScheduleTellOnce(Second, probe.Ref, "once", ActorRefs.NoSender);
        var cancelable = scheduler.ScheduleTellRepeatedlyCancelable(Second * 2, Second, probe.Ref, "again", ActorRefs.NoSender);
        scheduler.Advanced.ScheduleOnce(Second * 3, () => probe.Ref.Tell("action"));
        Advance(3);
        probe.ExpectAll("once", "again", "action", "again");
        cancelable.Cancel();
        Advance(3);
        probe.ExpectNothingMore();
        scheduler.Now.Should().Be(DateTimeOffset.UnixEpoch + (Second * 6));
    }

    [Fact]
    public void Scheduler_InMilliseconds_DoesTheSame()
    {
        var probe = NewProbe();
        using var stop = new Cancelable(System.Scheduler);
        System.Scheduler.ScheduleTellOnce(1000, probe.Ref, "once", ActorRefs.NoSender);
        System.Scheduler.ScheduleTellRepeatedly(2000, 1000, probe.Ref, "again", ActorRefs.NoSender, stop);
        System.Scheduler.Advanced.ScheduleOnce(500, () => probe.Ref.Tell("action"));
        System.Scheduler.Advanced.ScheduleRepeatedly(2500, 1000, () => probe.Ref.Tell("act"), stop);
        Advance(3);
        probe.ExpectAll("action", "once", "again", "act", "again");
        stop.Cancel();
        Advance(3);
        probe.ExpectNothingMore();
    }

    [Fact]
    public void Scheduler_NegativeDelay_Throws()
    {
        var probe = NewProbe();
        System.Scheduler.Invoking(s => s.ScheduleTellOnce(-Second, probe.Ref, "x", probe.Ref)).Should().Throw<ArgumentOutOfRangeException>();
        System.Scheduler.Invoking(s => s.ScheduleTellRepeatedly(Second, TimeSpan.Zero, probe.Ref, "x", probe.Ref))
            .Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void Cancelable_CancelAfter_UsesTheSchedulersTime()
    {
        var cancelable = new Cancelable(System.Scheduler, Second);
        cancelable.IsCancellationRequested.Should().BeFalse();
        Advance(1);
        cancelable.IsCancellationRequested.Should().BeTrue();
        cancelable.Token.IsCancellationRequested.Should().BeTrue();
    }

    private (Clock Clock, Probe Probe) NewClock()
    {
        var probe = NewProbe();
        return (new Clock(System.ActorOf(Props.Create(() => new ClockActor(probe)))), probe);
    }

    private sealed class Clock(IActorRef actor)
    {
        public IActorRef Actor => actor;

        public void In(Action<ITimerScheduler> action) => In(t =>
        {
            action(t);
            return 0;
        });

        public T In<T>(Func<ITimerScheduler, T> action)
        {
            var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
            actor.Tell((Action<ITimerScheduler>)(t => result.SetResult(action(t))));
            return result.Task.WaitAsync(Safety).GetAwaiter().GetResult();
        }

        public void Sync() => In(_ => 0);

        /// <summary>Holds the actor while time passes, then runs code in it: what is due waits in the mailbox behind it.</summary>
        public void Blocked(Action meanwhile, Action<ITimerScheduler> then)
        {
            var held = new TaskCompletionSource();
            var release = new TaskCompletionSource();
            actor.Tell((Action<ITimerScheduler>)(t =>
            {
                held.SetResult();
                release.Task.Wait(Safety);
                then(t);
            }));
            held.Task.Wait(Safety);
            meanwhile();
            release.SetResult();
        }
    }

    private sealed class ClockActor : ReceiveActor, IWithTimers
    {
        public ClockActor(Probe probe)
        {
            Receive<Action<ITimerScheduler>>(action => action(Timers));
            Receive<Exception>(e => throw e);
            Receive<string>(m => probe.Ref.Tell(m));
            Receive<TimeSpan>(t => Context.SetReceiveTimeout(t));
            Receive<ReceiveTimeout>(_ => probe.Ref.Tell("idle"));
            Receive<Quiet>(_ => { });
        }

        public ITimerScheduler Timers { get; set; } = null!;
    }

    private sealed record Quiet : INotInfluenceReceiveTimeout;

    private sealed class Idler : ReceiveActor
    {
        private int _count;

        public Idler(Probe probe)
        {
            Receive<TimeSpan>(t => Context.SetReceiveTimeout(t == TimeSpan.Zero ? null : t));
            Receive<ReceiveTimeout>(t => probe.Ref.Tell(t));
            Receive<int>(_ => Sender.Tell(++_count));
        }
    }
}
