using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;

namespace Ferry.Runtime.Tests.Core;

/// <summary>A system per test, ended with it; quiet, so that expected failures do not fill the test log.</summary>
public abstract class WithSystem : IAsyncLifetime
{
    protected static readonly TimeSpan Safety = TimeSpan.FromSeconds(20);

    protected WithSystem(string config = "") => System = ActorSystem.Create(
        "test", ConfigurationFactory.ParseString(config).WithFallback(ConfigurationFactory.ParseString(
            "akka { loglevel = OFF, stdout-loglevel = OFF, log-dead-letters = off }")));

    protected ActorSystem System { get; }

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => System.Terminate().WaitAsync(Safety);

    protected Probe NewProbe() => new(System);

    protected void Advance(TimeSpan by) => ((ManualScheduler)System.Scheduler).Advance(by);

    protected void Advance(int seconds) => Advance(TimeSpan.FromSeconds(seconds));
}

/// <summary>An actor that puts everything it gets into a queue, and can be told to watch.</summary>
public sealed class Probe
{
    private static readonly TimeSpan Safety = TimeSpan.FromSeconds(20);
    private readonly BlockingCollection<(object Message, IActorRef Sender)> _inbox = [];

    public Probe(ActorSystem system) => Ref = system.ActorOf(Props.Create(() => new ProbeActor(_inbox)));

    public IActorRef Ref { get; }

    public IActorRef LastSender { get; private set; } = ActorRefs.Nobody;

    public T Expect<T>()
    {
        _inbox.TryTake(out var next, Safety).Should().BeTrue($"a {typeof(T).Name} should arrive");
        LastSender = next.Sender;
        return next.Message.Should().BeAssignableTo<T>().Subject;
    }

    public void Expect(object message) => Expect<object>().Should().Be(message);

    public void ExpectAll(params object[] messages)
    {
        foreach (var message in messages)
            Expect(message);
    }

    public void ExpectTerminated(IActorRef actor) => Expect<Terminated>().ActorRef.Should().Be(actor);

    public Probe Watch(IActorRef subject)
    {
        Ref.Tell(new Do(context => context.Watch(subject)), ActorRefs.NoSender);
        Sync();
        return this;
    }

    public void Unwatch(IActorRef subject)
    {
        Ref.Tell(new Do(context => context.Unwatch(subject)), ActorRefs.NoSender);
        Sync();
    }

    /// <summary>Everything that was sent to the probe before this call has arrived, and nothing is left.</summary>
    public void ExpectNothingMore()
    {
        Sync();
        _inbox.Select(static x => x.Message).Should().BeEmpty();
    }

    private void Sync() => Ref.Ask<string>(new Do(static context => context.Sender.Tell("in sync")), Safety).Wait();

    private sealed class ProbeActor(BlockingCollection<(object Message, IActorRef Sender)> inbox) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            if (message is Do something)
                something.Action(Context);
            else
                inbox.Add((message, Sender));
        }
    }
}

/// <summary>Code to run inside an actor that knows this message.</summary>
public sealed record Do(Action<IUntypedActorContext> Action);

/// <summary>Thrown on purpose.</summary>
public sealed class TestException(string message = "on purpose") : Exception(message);

/// <summary>
/// An actor for all roles: reports its life to a probe as strings, runs <see cref="Do"/>, throws exceptions it is sent, counts
/// <c>int</c>s and answers with the sum, echoes strings.
/// </summary>
public class Puppet : ReceiveActor
{
    private readonly string _name;
    private readonly Probe? _life;
    private int _sum;

    public Puppet(string name, Probe? life)
    {
        (_name, _life) = (name, life);
        Receive<Do>(something => something.Action(Context));
        Receive<Exception>(e => throw e);
        Receive<int>(i => Sender.Tell(_sum += i));
        Receive<string>(text => Sender.Tell(text));
    }

    public static Props Named(string name, Probe? life = null) => Props.Create(() => new Puppet(name, life));

    protected override void PreStart() => Report("PreStart");

    protected override void PreRestart(Exception reason, object message)
    {
        Report($"PreRestart({reason.Message}, {message?.GetType().Name ?? "nothing"})");
        base.PreRestart(reason, message!);
    }

    protected override void PostRestart(Exception reason)
    {
        Report($"PostRestart({reason.Message})");
        base.PostRestart(reason);
    }

    protected override void PostStop() => Report("PostStop");

    private void Report(string what) => _life?.Ref.Tell($"{_name} {what}");
}

public static class PuppetExtensions
{
    private static readonly TimeSpan Safety = TimeSpan.FromSeconds(20);

    /// <summary>Runs code in the actor and waits for its result.</summary>
    public static T In<T>(this IActorRef puppet, Func<IUntypedActorContext, T> code)
    {
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        puppet.Tell(new Do(context =>
        {
            try
            {
                result.SetResult(code(context));
            }
            catch (Exception e)
            {
                result.SetException(e);
            }
        }), ActorRefs.NoSender);
        return result.Task.WaitAsync(Safety).GetAwaiter().GetResult();
    }

    public static IActorRef Child(this IActorRef puppet, string name, Probe? life = null) =>
        puppet.In(context => context.ActorOf(Puppet.Named(name, life), name));

    public static int Count(this IActorRef puppet, int add = 1) => puppet.Ask<int>(add, Safety).GetAwaiter().GetResult();

    public static bool IsStopped(this IActorRef puppet) => ((ActorRefBase)puppet).IsTerminated;
}
