using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Event;

namespace Ferry.Runtime.Tests.Core;

/// <summary>
/// A family that is born, works, fails, stashes, awaits, watches and dies at random, while others send to it. Whatever happens:
/// no message is lost or handled twice, one thread at a time is in an actor, timers of former incarnations stay silent, a death
/// is told once, and at the end nobody is left.
/// </summary>
public sealed class StressTests() : WithSystem(ManualScheduler.Config)
{
    private const int Messages = 20_000;

    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    [InlineData(300)]
    [InlineData(4_000)]
    [InlineData(50_000)]
    public async Task Family_AnythingGoes_NothingIsLostOrDoubled(int seed)
    {
        var world = new World(seed);
        var ledger = System.ActorOf(Props.Create(() => new Ledger(world)));
        System.EventStream.Subscribe(ledger, typeof(DeadLetter));
        var root = System.ActorOf(Member.Props(world, 0), "root");
        world.Members.Enqueue(root);

        Parallel.For(0, 4, new ParallelOptions { MaxDegreeOfParallelism = 4 }, sender =>
        {
            var random = new Random(seed + sender);
            for (var id = sender; id < Messages; id += 4)
            {
                var members = world.Members;
                members.ElementAt(random.Next(Math.Min(members.Count, 50))).Tell(new Work(id));
                if (id % 50 == 0)
                    Advance(TimeSpan.FromMilliseconds(10));
            }
        });

        root.Tell(PoisonPill.Instance);
        foreach (var member in world.Members)
            (await member.WatchAsync().WaitAsync(Safety)).Should().BeTrue();
        await ledger.Ask<string>("sync", Safety);
        world.Violations.Should().BeEmpty($"seed {seed}");
        world.Fate.Where(f => f.Value != 1).Should().BeEmpty($"each message has one fate (seed {seed})");
        world.Fate.Should().HaveCount(Messages, $"seed {seed}");
        world.Stopped.Should().Be(world.Started, $"each incarnation that started has stopped (seed {seed})");
        world.Restarts.Should().BePositive();
        world.Members.Count.Should().BeGreaterThan(20);
    }

    private sealed record Work(int Id);

    private sealed record Tick(Member Owner);

    private sealed class World(int seed)
    {
        public int Started, Stopped, Restarts;
        private int _born;

        public ConcurrentQueue<IActorRef> Members { get; } = new();

        public ConcurrentDictionary<int, int> Fate { get; } = new();

        public ConcurrentBag<string> Violations { get; } = [];

        public Random NewRandom() => new(seed + Interlocked.Increment(ref _born));

        public void Settle(Work work) => Fate.AddOrUpdate(work.Id, 1, static (_, times) => times + 1);
    }

    private sealed class Ledger : ReceiveActor
    {
        public Ledger(World world)
        {
            Receive<DeadLetter>(dead => world.Settle((Work)dead.Message), dead => dead.Message is Work);
            Receive<string>(m => Sender.Tell(m));
            ReceiveAny(_ => { });
        }
    }

    private sealed class Member : ReceiveActor, IWithUnboundedStash, IWithTimers
    {
        private readonly World _world;
        private readonly int _depth;
        private readonly Random _random;
        private readonly HashSet<IActorRef> _mourned = [];
        private int _busy;
        private bool _stashing;

        public Member(World world, int depth)
        {
            (_world, _depth, _random) = (world, depth, world.NewRandom());
            if (depth > 0 && _random.Next(30) == 0)
                throw new TestException("stillborn");
            Receive<Work>(work => Alone(() => Do(work)), _ => _random.Next(5) > 0);
            ReceiveAsync<Work>(DoAsync);
            Receive<Tick>(tick => Alone(() => Check(ReferenceEquals(tick.Owner, this), "a tick of another incarnation")));
            Receive<Terminated>(t => Alone(() => Check(_mourned.Add(t.ActorRef), "a second death")));
        }

        public IStash Stash { get; set; } = null!;

        public ITimerScheduler Timers { get; set; } = null!;

        public static Props Props(World world, int depth) => Akka.Actor.Props.Create(() => new Member(world, depth))
            .WithSupervisorStrategy(depth % 2 == 0
                ? new OneForOneStrategy(_ => Directive.Restart)
                : new AllForOneStrategy(e => e.Message == "on purpose" ? Directive.Restart : Directive.Stop));

        protected override void PreStart()
        {
            Interlocked.Increment(ref _world.Started);
            Timers.StartPeriodicTimer("tick", new Tick(this), TimeSpan.FromMilliseconds(_random.Next(1, 50)));
        }

        protected override void PostRestart(Exception reason)
        {
            Interlocked.Increment(ref _world.Restarts);
            base.PostRestart(reason);
        }

        protected override void PostStop() => Interlocked.Increment(ref _world.Stopped);

        private void Do(Work work)
        {
            switch (_random.Next(12))
            {
                case 0 when !_stashing:
                    _stashing = true;
                    Stash.Stash();
                    return;
                case 1 when _stashing:
                    Stash.Stash();
                    return;
                case 2:
                    _stashing = false;
                    Stash.UnstashAll();
                    break;
                case 3 or 4 when _depth < 3 && Context.GetChildren().Count() < 4:
                    _world.Members.Enqueue(Context.Watch(Context.ActorOf(Props(_world, _depth + 1))));
                    break;
                case 5 or 6 when RandomChild() is { } child:
                    child.Forward(work);
                    return;
                case 7 when _depth > 0 && _random.Next(10) == 0 && RandomChild() is { } child:
                    Context.Stop(child);
                    break;
                case 8 when RandomChild() is { } child:
                    Context.Unwatch(child);
                    break;
                case 9 when _random.Next(4) == 0:
                    _world.Settle(work);
                    throw new TestException();
            }

            _world.Settle(work);
        }

        private async Task DoAsync(Work work)
        {
            Enter();
            var (self, sender) = (Self, Sender);
            for (var i = _random.Next(3); i > 0; i--)
            {
                await Task.Yield();
                Check(Context.Self.Equals(self) && Context.Sender.Equals(sender), "context lost after await");
            }

            _world.Settle(work);
            Leave();
            if (_random.Next(40) == 0)
                throw new TestException();
        }

        private IActorRef? RandomChild() => Context.GetChildren().ToArray() is { Length: > 0 } children ? children[_random.Next(children.Length)] : null;

        private void Alone(Action action)
        {
            Enter();
            try
            {
                action();
            }
            finally
            {
                Leave();
            }
        }

        private void Enter() => Check(Interlocked.Exchange(ref _busy, 1) == 0, "two threads in one actor");

        private void Leave() => Interlocked.Exchange(ref _busy, 0);

        private void Check(bool condition, string violation)
        {
            if (!condition)
                _world.Violations.Add($"{Self}: {violation}");
        }
    }
}
