using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;

namespace Ferry.Runtime.Tests.TestKit;

public sealed class TestSchedulerTests() : Akka.TestKit.Xunit2.TestKit("akka.scheduler.implementation = \"Akka.TestKit.TestScheduler, Akka.TestKit\"")
{
    private TestScheduler Scheduler => (TestScheduler)Sys.Scheduler;

    [Fact]
    public void Advance_RunsWhatFellDueInItsOrder()
    {
        var seen = new List<(string, TimeSpan)>();
        void Note(string name) => seen.Add((name, Scheduler.MonotonicClock));
        Scheduler.ScheduleOnce(TimeSpan.FromSeconds(3), () => Note("late"));
        Scheduler.ScheduleOnce(TimeSpan.FromSeconds(1), () => Note("early"));
        Scheduler.ScheduleRepeatedly(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), () => Note("again"));

        Scheduler.Advance(TimeSpan.FromMilliseconds(999));
        seen.Should().BeEmpty();

        Scheduler.Advance(TimeSpan.FromMilliseconds(2001));
        seen.Should().Equal(
            ("early", TimeSpan.FromSeconds(1)), ("again", TimeSpan.FromSeconds(1)), ("late", TimeSpan.FromSeconds(3)), ("again", TimeSpan.FromSeconds(3)));
    }

    [Fact]
    public void Canceled_IsNotRun()
    {
        var cancelable = Scheduler.ScheduleTellOnceCancelable(TimeSpan.FromSeconds(1), TestActor, "canceled", ActorRefs.NoSender);
        Scheduler.ScheduleTellOnce(TimeSpan.FromSeconds(1), TestActor, "kept", ActorRefs.NoSender);
        cancelable.Cancel();

        Scheduler.Advance(TimeSpan.FromSeconds(1));

        ExpectMsg("kept");
        HasMessages.Should().BeFalse();
    }

    [Fact]
    public void Timers_OfActors_FollowTheTest()
    {
        var ticker = ActorOf(() => new Ticker(TestActor));
        ExpectMsg("ready");

        Scheduler.Advance(TimeSpan.FromMinutes(3));

        ExpectMsg("tick");
        ExpectMsg("tick");
        ExpectMsg("tick");
        ticker.Path.Name.Should().NotBeEmpty();
    }

    [Fact]
    public void Time_DoesNotGoBack()
    {
        var back = () => Scheduler.AdvanceTo(Scheduler.Now - TimeSpan.FromTicks(1));

        back.Should().Throw<InvalidOperationException>();
    }

    private sealed class Ticker : ReceiveActor, IWithTimers
    {
        public Ticker(IActorRef listener) => Receive<string>(listener.Tell);

        public ITimerScheduler Timers { get; set; } = null!;

        protected override void PreStart()
        {
            Timers.StartPeriodicTimer("tick", "tick", TimeSpan.FromMinutes(1));
            Self.Tell("ready");
        }
    }
}
