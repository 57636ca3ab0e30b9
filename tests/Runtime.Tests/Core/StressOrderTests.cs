using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Event;

namespace Ferry.Runtime.Tests.Core;

/// <summary>
/// Workers that close and stash, open by a timer, wait, fail, restart, are stopped and replaced at random, while several senders send
/// numbered jobs. Every job has exactly one fate, every incarnation of a path handles the jobs of one sender in their order, over all its
/// restarts, and the boss hears of each end once.
/// </summary>
public sealed class StressOrderTests() : WithSystem(ManualScheduler.Config)
{
    private const int Senders = 4;
    private const int Rounds = 50;
    private const int EachRound = 100;

    [Theory]
    [InlineData(2)]
    [InlineData(30)]
    [InlineData(400)]
    [InlineData(5_000)]
    [InlineData(60_000)]
    public async Task Workers_CloseFailAndAreReplaced_OrderPerSenderIsKept(int seed)
    {
        var world = new World(seed);
        var ledger = System.ActorOf(Props.Create(() => new Ledger(world)));
        System.EventStream.Subscribe(ledger, typeof(DeadLetter));
        IActorRef[] bosses = [.. Enumerable.Range(0, 4).Select(i => System.ActorOf(Props.Create(() => new Boss(world, i)), $"boss-{i}"))];

        for (var round = 0; round < Rounds; round++)
        {
            var (first, soFar) = (round * EachRound, Senders * (round + 1) * EachRound);
            Parallel.For(0, Senders, new ParallelOptions { MaxDegreeOfParallelism = Senders }, sender =>
            {
                var random = new Random(seed + (31 * sender) + (1_009 * first));
                for (var number = first; number < first + EachRound; number++)
                    bosses[random.Next(bosses.Length)].Tell(new Job(sender, number));
            });
            await Settled(world, ledger, soFar).WaitAsync(Safety);
        }

        foreach (var boss in bosses)
            (await boss.GracefulStop(Safety)).Should().BeTrue();
        await ledger.Ask<string>("sync", Safety);
        world.Violations.Should().BeEmpty($"seed {seed}");
        world.Fates.Where(f => f.Value != 1).Should().BeEmpty($"each job has one fate (seed {seed})");
        world.Fates.Should().HaveCount(Senders * Rounds * EachRound, $"seed {seed}");
        world.Handled.Should().BeGreaterThan(Senders * Rounds * EachRound / 2, "most are handled");
        new[] { world.Restarts, world.Ends, world.Stashed, world.Openings }.Should().OnlyContain(count => count > 20);
    }

    /// <summary>Lets time pass, so that closed workers open, until so many jobs have found their fate.</summary>
    private async Task Settled(World world, IActorRef ledger, int count)
    {
        while (world.Fates.Count < count)
        {
            Advance(TimeSpan.FromMilliseconds(5));
            await ledger.Ask<string>("sync", Safety);
        }
    }

    private sealed record Job(int Sender, int Number);

    private sealed record Ended(IActorRef Worker);

    private sealed class World(int seed)
    {
        public int Restarts, Ends, Stashed, Openings, Handled;
        private int _born;

        public ConcurrentDictionary<Job, int> Fates { get; } = new();

        public ConcurrentDictionary<(IActorRef Worker, int Sender), int> Last { get; } = new();

        public ConcurrentBag<string> Violations { get; } = [];

        public Random NewRandom() => new(seed + Interlocked.Increment(ref _born));

        public void Settle(Job job) => Fates.AddOrUpdate(job, 1, static (_, times) => times + 1);

        public void Handle(IActorRef worker, Job job)
        {
            Settle(job);
            Interlocked.Increment(ref Handled);
            var last = Last.GetValueOrDefault((worker, job.Sender), -1);
            if (last >= job.Number)
                Violations.Add($"{worker}: {job} after {last}");
            Last[(worker, job.Sender)] = job.Number;
        }
    }

    private sealed class Ledger : ReceiveActor
    {
        public Ledger(World world)
        {
            Receive<DeadLetter>(dead => world.Settle((Job)dead.Message), dead => dead.Message is Job);
            Receive<string>(m => Sender.Tell(m));
            ReceiveAny(_ => { });
        }
    }

    /// <summary>Hands jobs to two workers by their sender, stops one now and then, and replaces who has ended.</summary>
    private sealed class Boss : ReceiveActor
    {
        private readonly World _world;
        private readonly Random _random;
        private readonly IActorRef[] _workers = new IActorRef[2];
        private readonly HashSet<IActorRef> _ended = [];

        public Boss(World world, int number)
        {
            (_world, _random) = (world, world.NewRandom());
            Receive<Job>(job =>
            {
                var worker = _workers[job.Sender % 2];
                worker.Forward(job);
                if (_random.Next(200) == 0)
                    Context.Stop(worker);
            });
            Receive<Ended>(ended => Replace(ended.Worker));
            Receive<Terminated>(ended => Replace(ended.ActorRef));
            SupervisorStrategyOf = number % 2 == 0
                ? new OneForOneStrategy(5, TimeSpan.FromMilliseconds(100), static _ => Directive.Restart)
                : new AllForOneStrategy(static e => e.Message == "small" ? Directive.Resume : Directive.Restart);
            for (var i = 0; i < _workers.Length; i++)
                _workers[i] = NewWorker(i);
        }

        private SupervisorStrategy SupervisorStrategyOf { get; }

        protected override SupervisorStrategy SupervisorStrategy() => SupervisorStrategyOf;

        private void Replace(IActorRef worker)
        {
            Interlocked.Increment(ref _world.Ends);
            if (!_ended.Add(worker))
                _world.Violations.Add($"{worker} ended twice");
            var at = Array.IndexOf(_workers, worker);
            if (at < 0)
                _world.Violations.Add($"{worker} is no worker");
            else
                _workers[at] = NewWorker(at);
        }

        private IActorRef NewWorker(int number)
        {
            var worker = Context.ActorOf(Props.Create(() => new Worker(_world)));
            return number == 0 ? Context.Watch(worker) : Context.WatchWith(worker, new Ended(worker));
        }
    }

    /// <summary>Closed, it stashes everything until its timer opens it: so nothing is overtaken.</summary>
    private sealed class Worker : ReceiveActor, IWithUnboundedStash, IWithTimers
    {
        private readonly World _world;
        private readonly Random _random;

        public Worker(World world)
        {
            (_world, _random) = (world, world.NewRandom());
            Open();
        }

        public IStash Stash { get; set; } = null!;

        public ITimerScheduler Timers { get; set; } = null!;

        protected override void PostRestart(Exception reason)
        {
            Interlocked.Increment(ref _world.Restarts);
            base.PostRestart(reason);
        }

        private void Open()
        {
            Receive<Job>(Work, _ => _random.Next(4) > 0);
            ReceiveAsync<Job>(async job =>
            {
                for (var i = _random.Next(3); i > 0; i--)
                    await Task.Yield();
                Work(job);
            });
        }

        private void Closed()
        {
            Receive<Job>(_ =>
            {
                Interlocked.Increment(ref _world.Stashed);
                Stash.Stash();
            });
            Receive<string>(_ =>
            {
                Interlocked.Increment(ref _world.Openings);
                Stash.UnstashAll();
                Become(Open);
            });
        }

        private void Work(Job job)
        {
            _world.Handle(Self, job);
            switch (_random.Next(40))
            {
                case 0:
                    throw new TestException("small");
                case 1:
                    throw new TestException("large");
                case 2 or 3:
                    Timers.StartSingleTimer("open", "open", TimeSpan.FromMilliseconds(_random.Next(1, 30)));
                    Become(Closed);
                    break;
            }
        }
    }
}
