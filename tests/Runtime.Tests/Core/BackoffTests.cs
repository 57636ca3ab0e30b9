using Akka.Actor;
using Akka.Pattern;

namespace Ferry.Runtime.Tests.Core;

public sealed class BackoffTests() : WithSystem(ManualScheduler.Config)
{
    private static readonly TimeSpan Min = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Max = TimeSpan.FromSeconds(8);

    [Fact]
    public async Task OnStop_Delays_DoubleUpToTheLongest()
    {
        var life = NewProbe();
        var supervisor = Start(Backoff.OnStop(Puppet.Named("child", life), "child", Min, Max, 0).WithManualReset());
        life.Expect("child PreStart");
        foreach (var delay in new[] { 1, 2, 4, 8, 8 })
        {
            await StopChild(supervisor, life);
            Advance(TimeSpan.FromSeconds(delay) - TimeSpan.FromMilliseconds(1));
            (await Child(supervisor)).Should().BeNull();
            Advance(TimeSpan.FromMilliseconds(1));
            life.Expect("child PreStart");
        }

        (await supervisor.Ask<BackoffSupervisor.RestartCount>(BackoffSupervisor.GetRestartCount.Instance, Safety)).Count.Should().Be(5);
        supervisor.Tell(BackoffSupervisor.Reset.Instance);
        await StopChild(supervisor, life);
        Advance(1);
        life.Expect("child PreStart");
    }

    [Fact]
    public async Task AutoReset_AfterAQuietTime_DelayIsShortAgain()
    {
        var life = NewProbe();
        var supervisor = Start(Backoff.OnStop(Puppet.Named("child", life), "child", Min, Max, 0).WithAutoReset(TimeSpan.FromSeconds(60)));
        life.Expect("child PreStart");
        for (var i = 0; i < 2; i++)
        {
            await StopChild(supervisor, life);
            Advance(1 << i);
            life.Expect("child PreStart");
        }

        Advance(60);
        (await supervisor.Ask<BackoffSupervisor.RestartCount>(BackoffSupervisor.GetRestartCount.Instance, Safety)).Count.Should().Be(0);
        await StopChild(supervisor, life);
        Advance(1);
        life.Expect("child PreStart");
    }

    [Fact]
    public async Task OnFailure_FailedChild_IsStartedAgainAfterTheDelay()
    {
        var life = NewProbe();
        var supervisor = Start(Backoff.OnFailure(Puppet.Named("child", life), "child", Min, Max, 0));
        life.Expect("child PreStart");
        supervisor.Tell(new TestException());
        life.Expect("child PostStop");
        await NoChild(supervisor);
        Advance(1);
        life.Expect("child PreStart");
    }

    [Fact]
    public async Task OnFailure_StoppedChild_EndsTheSupervisor()
    {
        var probe = NewProbe();
        var supervisor = Start(Backoff.OnFailure(Puppet.Named("child"), "child", Min, Max, 0));
        probe.Watch(supervisor);
        System.Stop((await Child(supervisor))!);
        probe.ExpectTerminated(supervisor);
    }

    [Fact]
    public async Task OnStop_FailureWithDefaultStrategy_RestartsAtOnce()
    {
        var life = NewProbe();
        var supervisor = Start(Backoff.OnStop(Puppet.Named("child", life), "child", Min, Max, 0));
        life.Expect("child PreStart");
        supervisor.Tell(new TestException("boom"));
        life.ExpectAll("child PreRestart(boom, TestException)", "child PostStop", "child PostRestart(boom)", "child PreStart");
        (await Child(supervisor)).Should().NotBeNull();
    }

    [Fact]
    public async Task OnStop_FailureWithStoppingStrategy_Waits()
    {
        var life = NewProbe();
        var supervisor = Start(Backoff.OnStop(Puppet.Named("child", life), "child", Min, Max, 0).WithDefaultStoppingStrategy());
        life.Expect("child PreStart");
        supervisor.Tell(new TestException("boom"));
        life.Expect("child PostStop");
        await NoChild(supervisor);
        Advance(1);
        life.Expect("child PreStart");
    }

    [Fact]
    public async Task MaxRetries_Exceeded_EndsTheSupervisor()
    {
        var life = NewProbe();
        var supervisor = Start(Backoff.OnStop(Puppet.Named("child", life), "child", Min, Max, 0, 1).WithManualReset());
        life.Expect("child PreStart");
        await StopChild(supervisor, life);
        Advance(1);
        life.Expect("child PreStart");
        life.Watch(supervisor);
        System.Stop((await Child(supervisor))!);
        life.Expect("child PostStop");
        life.ExpectTerminated(supervisor);
    }

    [Fact]
    public async Task Messages_PassThrough_OrAreAnsweredWhileThereIsNoChild()
    {
        var probe = NewProbe();
        var supervisor = Start(Backoff.OnStop(Puppet.Named("child"), "child", Min, Max, 0).WithReplyWhileStopped("come back later"));
        supervisor.Tell("hello", probe.Ref);
        probe.Expect("hello");
        probe.LastSender.Path.Name.Should().Be("child");
        System.Stop((await Child(supervisor))!);
        await NoChild(supervisor);
        supervisor.Tell("hello", probe.Ref);
        probe.Expect("come back later");
    }

    [Fact]
    public async Task FinalStopMessage_StopOfTheChild_EndsTheSupervisor()
    {
        var probe = NewProbe();
        var supervisor = Start(Backoff.OnStop(Puppet.Named("child"), "child", Min, Max, 0).WithFinalStopMessage(m => m is "the end"));
        probe.Watch(supervisor);
        supervisor.Tell("the end", probe.Ref);
        probe.Expect("the end");
        System.Stop((await Child(supervisor))!);
        probe.ExpectTerminated(supervisor);
    }

    [Fact]
    public void RandomFactor_AddsUpToItsPart()
    {
        var settings = Backoff.OnStop(Puppet.Named("child"), "child", Min, Max, 0.5).Settings;
        var delays = Enumerable.Range(0, 1000).Select(_ => settings.DelayOf(1).TotalSeconds).ToArray();
        delays.Should().OnlyContain(d => d >= 2 && d <= 3);
        delays.Distinct().Should().HaveCountGreaterThan(10);
        settings.DelayOf(1000).Should().BeLessThanOrEqualTo(Max * 1.5);
    }

    private IActorRef Start(BackoffOptions options) => System.ActorOf(BackoffSupervisor.Props(options));

    private static async Task<IActorRef?> Child(IActorRef supervisor) =>
        (await supervisor.Ask<BackoffSupervisor.CurrentChild>(BackoffSupervisor.GetCurrentChild.Instance, Safety)).Ref;

    /// <summary>Waits until the supervisor has seen the end of its child, and so has scheduled the next start.</summary>
    private static async Task NoChild(IActorRef supervisor)
    {
        using var safety = new CancellationTokenSource(Safety);
        while (await Child(supervisor) is not null)
            safety.Token.ThrowIfCancellationRequested();
    }

    private async Task StopChild(IActorRef supervisor, Probe life)
    {
        System.Stop((await Child(supervisor))!);
        life.Expect("child PostStop");
        await NoChild(supervisor);
    }
}
