using System.Diagnostics;
using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Persistence;

namespace Ferry.Bench.Runtime;

/// <summary>
/// What the benchmark of the actor runtime has actors do. Nothing but public calls of Akka.NET 1.5 stands in this file, so that it compiles and
/// runs on either runtime.
/// </summary>
public static class ActorWork
{
    /// <summary>The id of the stable priority mailbox of this file.</summary>
    public const string StablePriority = "bench-stable-priority";

    /// <summary>A system that logs nothing below a warning.</summary>
    /// <param name="more">HOCON that goes before.</param>
    public static ActorSystem Start(string more = "") => ActorSystem.Create("bench", ConfigurationFactory.ParseString(more).WithFallback(
        ConfigurationFactory.ParseString($$"""
            akka.loglevel = WARNING
            akka.log-dead-letters = off
            akka.log-dead-letters-during-shutdown = off
            {{StablePriority}}.mailbox-type = "{{typeof(ByPriority).AssemblyQualifiedName}}"
            """)));

    /// <summary>HOCON of a journal on SQLite that waits for the disk at each commit.</summary>
    /// <param name="file">The database.</param>
    /// <param name="recoveries">How many actors recover at a time; null for the runtime's own number.</param>
    public static string OnSqlite(string file, int? recoveries = null) => $$"""
        akka.persistence {
          journal.plugin = "akka.persistence.journal.sqlite"
          journal.sqlite {
            class = "Akka.Persistence.Sqlite.Journal.SqliteJournal, Akka.Persistence.Sqlite"
            connection-string = "Data Source={{file}}"
            auto-initialize = on
            synchronous = FULL
          }
          {{(recoveries is { } number ? $"max-concurrent-recoveries = {number}" : "")}}
        }
        """;

    /// <summary>Pairs that send messages to and fro.</summary>
    /// <param name="system">The system.</param>
    /// <param name="pairs">How many pairs.</param>
    /// <param name="inFlight">Messages under way in each pair at any time.</param>
    /// <param name="messages">How many messages in all, those there and those back.</param>
    /// <returns>The time from the first message to the last.</returns>
    public static async Task<TimeSpan> PingPongAsync(ActorSystem system, int pairs, int inFlight, int messages)
    {
        var ended = new Countdown(pairs);
        var pingProps = Props.Create(() => new Ping(messages / pairs / 2, ended));
        var pongProps = Props.Create(() => new Pong());
        var players = Enumerable.Range(0, pairs).Select(_ => (Ping: system.ActorOf(pingProps), Pong: system.ActorOf(pongProps))).ToArray();
        var ball = new object();
        var clock = Stopwatch.StartNew();
        foreach (var (ping, pong) in players)
        {
            for (var i = 0; i < inFlight; i++)
                pong.Tell(ball, ping);
        }
        await ended.Reached;
        var time = clock.Elapsed;
        await Task.WhenAll(players.SelectMany(p => new[] { p.Ping, p.Pong }).Select(a => a.GracefulStop(TimeSpan.FromMinutes(1))));
        return time;
    }

    /// <summary>Creates actors, tells each of them something, stops them all.</summary>
    /// <param name="system">The system.</param>
    /// <param name="count">How many.</param>
    /// <returns>The time of all three, and the bytes of the managed heap that they take while they live.</returns>
    public static async Task<(TimeSpan Time, long Bytes)> LivesAsync(ActorSystem system, int count)
    {
        var told = new Countdown(count);
        var stopped = new Countdown(count);
        var props = Props.Create(() => new Short(told, stopped));
        var actors = new IActorRef[count];
        var idle = GC.GetTotalMemory(forceFullCollection: true);
        var message = new object();
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < count; i++)
        {
            actors[i] = system.ActorOf(props);
            actors[i].Tell(message);
        }
        await told.Reached;
        clock.Stop();
        var bytes = GC.GetTotalMemory(forceFullCollection: true) - idle;
        clock.Start();
        foreach (var actor in actors)
            system.Stop(actor);
        await stopped.Reached;
        return (clock.Elapsed, bytes);
    }

    /// <summary>Fills the mailbox of an actor that waits, then lets it go.</summary>
    /// <param name="system">The system.</param>
    /// <param name="mailbox">The mailbox, by its id in the configuration.</param>
    /// <param name="messages">What to tell it, again and again.</param>
    /// <param name="count">How many messages.</param>
    /// <returns>The time that the sender took, and the time from the opening to the last message.</returns>
    public static async Task<(TimeSpan Fill, TimeSpan Drain)> DrainAsync(ActorSystem system, string mailbox, IReadOnlyList<object> messages, int count)
    {
        var handled = new Countdown(1);
        var gate = new Gate();
        var actor = system.ActorOf(Props.Create(() => new Drained(count, handled)).WithMailbox(mailbox));
        actor.Tell(gate);
        await gate.Waiting.Task;
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < count; i++)
            actor.Tell(messages[i % messages.Count]);
        var fill = clock.Elapsed;
        clock.Restart();
        gate.Open.SetResult();
        await handled.Reached;
        var drain = clock.Elapsed;
        await actor.GracefulStop(TimeSpan.FromMinutes(1));
        return (fill, drain);
    }

    /// <summary>Has persistent actors write events, each actor one after the other.</summary>
    /// <param name="system">The system.</param>
    /// <param name="actors">How many actors.</param>
    /// <param name="events">How many events each of them writes.</param>
    /// <param name="payload">The event.</param>
    /// <returns>The time from the first command to the last event written.</returns>
    public static async Task<TimeSpan> PersistAsync(ActorSystem system, int actors, int events, byte[] payload)
    {
        var recovered = new Countdown(actors);
        var written = new Countdown(actors);
        var writers = Enumerable.Range(0, actors).Select(i => system.ActorOf(Props.Create(() => new Journaled(Id(i), events, recovered, written)))).ToArray();
        await recovered.Reached;
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < events; i++)
        {
            foreach (var writer in writers)
                writer.Tell(payload);
        }
        await written.Reached;
        return clock.Elapsed;
    }

    /// <summary>Recovers the first of the actors that <see cref="PersistAsync"/> made: what comes first opens the journal.</summary>
    /// <param name="system">The system.</param>
    public static Task WarmUpAsync(ActorSystem system) => RecoverAsync(system, 1);

    /// <summary>Recovers actors that have written events.</summary>
    /// <param name="system">The system.</param>
    /// <param name="actors">How many actors.</param>
    /// <returns>The time from the creation of the first to the end of the last recovery.</returns>
    public static async Task<TimeSpan> RecoverAsync(ActorSystem system, int actors)
    {
        var recovered = new Countdown(actors);
        var written = new Countdown(1);
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < actors; i++)
        {
            var id = Id(i);
            system.ActorOf(Props.Create(typeof(Journaled), id, 0, recovered, written));
        }
        await recovered.Reached;
        return clock.Elapsed;
    }

    /// <summary>The persistence id of an actor.</summary>
    /// <param name="number">Which.</param>
    public static string Id(int number) => $"bench-{number}";

    /// <summary>A message with a place in the order of <see cref="ByPriority"/>.</summary>
    /// <param name="Priority">A smaller number goes first.</param>
    public sealed record Urgent(int Priority);

    /// <summary>The stable priority mailbox.</summary>
    public sealed class ByPriority : UnboundedStablePriorityMailbox
    {
        /// <summary>Made by the actor system.</summary>
        /// <param name="settings">The system's settings.</param>
        /// <param name="config">The mailbox's section.</param>
        public ByPriority(Settings settings, Config config)
            : base(settings, config)
        {
        }

        /// <inheritdoc/>
        protected override int PriorityGenerator(object message) => message is Urgent urgent ? urgent.Priority : 0;
    }

    /// <summary>Ends a task when it has been told so often.</summary>
    private sealed class Countdown(int count)
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _left = count;

        /// <summary>Ends when the count has come to nothing; fails where nothing happens for too long.</summary>
        public Task Reached => _reached.Task.WaitAsync(TimeSpan.FromMinutes(5));

        public void Signal()
        {
            if (Interlocked.Decrement(ref _left) == 0)
                _reached.SetResult();
        }
    }

    private sealed class Gate
    {
        public TaskCompletionSource Waiting { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Open { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class Ping(int rounds, Countdown ended) : UntypedActor
    {
        private int _received;

        protected override void OnReceive(object message)
        {
            _received++;
            if (_received < rounds)
                Sender.Tell(message, Self);
            else if (_received == rounds)
                ended.Signal();
        }
    }

    private sealed class Pong : UntypedActor
    {
        protected override void OnReceive(object message) => Sender.Tell(message, Self);
    }

    private sealed class Short(Countdown told, Countdown stopped) : UntypedActor
    {
        protected override void OnReceive(object message) => told.Signal();

        protected override void PostStop() => stopped.Signal();
    }

    private sealed class Drained : ReceiveActor
    {
        private int _left;

        public Drained(int count, Countdown handled)
        {
            _left = count;
            ReceiveAsync<Gate>(gate =>
            {
                gate.Waiting.SetResult();
                return gate.Open.Task;
            });
            ReceiveAny(_ =>
            {
                if (--_left == 0)
                    handled.Signal();
            });
        }
    }

    private sealed class Journaled(string id, int events, Countdown recovered, Countdown written) : UntypedPersistentActor
    {
        private int _seen;

        public override string PersistenceId => id;

        protected override void OnCommand(object message) => Persist((byte[])message, _ =>
        {
            if (++_seen == events)
                written.Signal();
        });

        protected override void OnRecover(object message)
        {
            if (message is RecoveryCompleted)
                recovered.Signal();
        }
    }
}
