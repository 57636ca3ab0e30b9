using System.Collections.Concurrent;
using System.Collections.Immutable;
using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence;
using Akka.Persistence.Journal;
using Akka.TestKit;

namespace Ferry.Runtime.Tests.Persistence;

/// <summary>A persistent actor against a journal that answers when and what the test says.</summary>
public sealed class JournalProtocolTests : Akka.TestKit.Xunit2.TestKit
{
    private readonly JournalScript _script;

    public JournalProtocolTests()
        : this(Guid.NewGuid().ToString("N"))
    {
    }

    private JournalProtocolTests(string script)
        : base(ConfigurationFactory.ParseString(
            $$"""
            akka.loglevel = OFF
            akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit"
            akka.persistence.max-concurrent-recoveries = 2
            akka.persistence.journal {
              plugin = test.journal
            }
            test.journal { class = "Ferry.Runtime.Tests.Persistence.ScriptedJournal, Runtime.Tests", script = "{{script}}" }
            """)) => _script = JournalScript.Get(script);

    private TestScheduler Scheduler => (TestScheduler)Sys.Scheduler;

    [Fact]
    public void PersistAsync_CommandsAreHandledWhileItIsWritten()
    {
        var actor = StartNew();
        Do(actor, r => r.PersistAsync("a", r.Note));
        Do(actor, r => r.Note("command"));
        ExpectMsg("command");

        _script.Answer(null);

        ExpectMsg("a");
    }

    [Fact]
    public void PersistAsync_WhileAWriteIsOut_GoesTogetherInTheNext()
    {
        var actor = StartNew();
        Do(actor, r => r.PersistAsync("a", r.Note));
        var first = _script.NextWrite();
        for (var i = 0; i < 3; i++)
        {
            var name = $"b{i}";
            Do(actor, r => r.PersistAsync(name, r.Note));
        }
        Do(actor, r => r.Note("all called"));
        ExpectMsg("all called");

        _script.Answer(null);

        first.Should().Equal("a");
        _script.NextWrite().Should().Equal("b0", "b1", "b2");
        _script.Answer(null);
        ExpectMsg("a");
        ExpectMsg("b0");
        ExpectMsg("b1");
        ExpectMsg("b2");
    }

    [Fact]
    public void FailedWrite_IsTold_AndEndsTheActor()
    {
        var actor = Watch(StartNew());
        Do(actor, r => r.Persist("a", r.Note));
        Do(actor, r => r.Note("command"));

        _script.Fail(new IOException("disk gone"));

        ExpectMsg("failed a: disk gone");
        ExpectTerminated(actor);
        HasMessages.Should().BeFalse("a command after a failed write is not handled");
    }

    [Fact]
    public void RejectedEvents_AreTold_EachForItself()
    {
        var actor = StartNew();
        Do(actor, r =>
        {
            r.Persist("a", r.Note);
            r.PersistAll(["b", "c"], r.Note);
            r.Persist("d", r.Note);
        });

        _script.Answer([null, new NotSupportedException("no"), null]);

        ExpectMsg("a");
        ExpectMsg("rejected b: no");
        ExpectMsg("rejected c: no");
        ExpectMsg("d");
    }

    [Fact]
    public void WrongNumberOfAnswers_IsAFailure()
    {
        var actor = Watch(StartNew());
        Do(actor, r => r.Persist("a", r.Note));

        _script.Answer([null, null]);

        ExpectMsg("failed a: The journal answered 2 of 1 writes.");
        ExpectTerminated(actor);
    }

    [Fact]
    public void RestartWhileAWriteIsOut_RecoversAfterIt_AndIgnoresItsAnswer()
    {
        var actor = StartNew();
        Do(actor, r => r.PersistAsync("a", e => r.Note($"handled {e}")));
        _script.NextWrite();
        Do(actor, _ => throw new InvalidOperationException("restart"));
        Do(actor, r => r.Note("command"));
        var other = Sys.ActorOf(Recorder.Props("other", TestActor));
        ExpectMsg("recovered 0");
        LastSender.Should().Be(other, "the write of one actor holds up no other, and its own recovery waits for it");

        _script.Written = [new Persistent("a", 1, "r")];
        _script.Answer(null);

        ExpectMsg("replayed a");
        ExpectMsg("recovered 1");
        ExpectMsg("command");
    }

    [Fact]
    public void ReplayForAnEarlierIncarnation_IsIgnored()
    {
        _script.HoldReplays = true;
        var actor = Start();
        var first = _script.NextReplay();
        RestartFromOutside(actor);
        var second = _script.NextReplay();
        var events = new[] { new Persistent("a", 1, "r"), new Persistent("b", 2, "r") };

        second.Callback(events[0]);
        first.Callback(events[0]);
        first.Callback(events[1]);
        first.Done.SetResult();
        second.Callback(events[1]);
        second.Done.SetResult();

        ExpectMsg("replayed a");
        ExpectMsg("replayed b");
        ExpectMsg("recovered 2");
        Do(actor, r => r.Note("command"));
        ExpectMsg("command");
    }

    [Fact]
    public void ConcurrentRecoveries_AreBounded_AndAStoppedActorGivesItsPlaceBack()
    {
        _script.HoldReplays = true;
        var actors = Enumerable.Range(0, 6).Select(i => Sys.ActorOf(Recorder.Props($"{i}", TestActor))).ToList();
        var (stopped, second) = (_script.NextReplay(), _script.NextReplay());
        Watch(actors[int.Parse(stopped.PersistenceId)]);
        Sys.Stop(actors[int.Parse(stopped.PersistenceId)]);
        ExpectMsg<Terminated>();
        // It takes the place of the stopped one: the second still holds its own.
        var third = _script.NextReplay();

        var held = new Queue<HeldReplay>([second, third]);
        for (var recovered = 1; recovered <= 5; recovered++)
        {
            held.Dequeue().Done.SetResult();
            ExpectMsg("recovered 2");
            if (recovered <= 3)
                held.Enqueue(_script.NextReplay());
        }
        _script.MostReplaysHeld.Should().Be(3, "two at a time beside the one whose actor is gone");
    }

    [Fact]
    public void WaitingCommands_KeepTheirOrderThroughARestartFromOutside()
    {
        var actor = StartNew();
        Do(actor, r => r.Persist("a", r.Note));
        for (var i = 0; i < 20; i++)
        {
            var number = i;
            Do(actor, r =>
            {
                if (number == 7)
                    RestartFromOutside(actor);
                r.Note($"command {number}");
            });
        }

        _script.Answer(null);

        ExpectMsg("a");
        for (var i = 0; i < 8; i++)
            ExpectMsg($"command {i}");
        ExpectMsg("recovered 0");
        for (var i = 8; i < 20; i++)
            ExpectMsg($"command {i}");
    }

    [Fact]
    public void SilentJournal_FailsRecoveryAfterItsTime()
    {
        _script.Silent = true;
        var actor = Watch(Start());
        _script.Asked.Wait(TimeSpan.FromSeconds(20)).Should().BeTrue();

        Scheduler.Advance(TimeSpan.FromSeconds(60));

        ExpectMsg("recovery failed on : The journal gave r no answer within 00:00:30.");
        ExpectTerminated(actor);
    }

    [Fact]
    public void FailedReplay_EndsTheActor()
    {
        _script.ReplayFailure = new IOException("cannot read");
        var actor = Watch(Start());

        ExpectMsg("recovery failed on : cannot read");
        ExpectTerminated(actor);
    }

    [Fact]
    public void UnknownJournal_FailsTheStartOfTheActor()
    {
        var supervisor = CreateTestProbe();
        var actor = supervisor.ChildActorOf(Props.Create(() => new Misplaced(TestActor)));
        Watch(actor);

        ExpectMsg("There are no settings for the persistence plugin 'no.such.journal'.");
        ExpectTerminated(actor);
    }

    [Fact]
    public void NoSnapshotStore_OffersNothing_AndRefusesToSave()
    {
        Do(StartNew(), r => r.SaveSnapshot("state"));

        ExpectMsg<SaveSnapshotFailure>().Cause.Message.Should().Contain("No snapshot store is chosen");
    }

    private static void Do(IActorRef actor, Recorder.Order order) => actor.Tell(order);

    // As a supervisor does to the siblings of an actor that failed.
    private static void RestartFromOutside(IActorRef actor)
    {
        ((IInternalActorRef)actor).Suspend();
        ((IInternalActorRef)actor).Restart(new InvalidOperationException("from outside"));
    }

    private IActorRef Start() => Sys.ActorOf(Recorder.Props("r", TestActor));

    private IActorRef StartNew()
    {
        var actor = Start();
        ExpectMsg("recovered 0");
        return actor;
    }

    private sealed class Misplaced : ReceivePersistentActor
    {
        private readonly IActorRef _listener;

        public Misplaced(IActorRef listener)
        {
            _listener = listener;
            JournalPluginId = "no.such.journal";
        }

        public override string PersistenceId => "misplaced";

        protected internal override void AroundPreStart()
        {
            try
            {
                base.AroundPreStart();
            }
            catch (ConfigurationException e)
            {
                _listener.Tell(e.Message);
                throw;
            }
        }
    }
}

/// <summary>What a scripted journal does, by the name in its settings.</summary>
internal sealed class JournalScript
{
    private static readonly ConcurrentDictionary<string, JournalScript> Scripts = new(StringComparer.Ordinal);
    private readonly BlockingCollection<IReadOnlyList<string>> _writes = [];
    private readonly BlockingCollection<Func<IImmutableList<Exception?>?>> _answers = [];

    private readonly BlockingCollection<HeldReplay> _replays = [];
    private int _held;

    public bool Silent { get; set; }

    /// <summary>What is replayed.</summary>
    public IReadOnlyList<IPersistentRepresentation> Written { get; set; } = [];

    /// <summary>Whether replays wait for the test.</summary>
    public bool HoldReplays { get; set; }

    public int MostReplaysHeld { get; private set; }

    public Exception? ReplayFailure { get; set; }

    public ManualResetEventSlim Asked { get; } = new();

    public static JournalScript Get(string name) => Scripts.GetOrAdd(name, _ => new JournalScript());

    public IReadOnlyList<string> NextWrite() =>
        _writes.TryTake(out var write, TimeSpan.FromSeconds(20)) ? write : throw new TimeoutException("nothing was written");

    public HeldReplay NextReplay() =>
        _replays.TryTake(out var replay, TimeSpan.FromSeconds(20)) ? replay : throw new TimeoutException("nothing was asked for");

    public async Task Replay(string persistenceId, Action<IPersistentRepresentation> callback)
    {
        if (!HoldReplays)
        {
            foreach (var written in Written.Where(w => w.PersistenceId == persistenceId))
                callback(written);
            return;
        }
        MostReplaysHeld = Math.Max(MostReplaysHeld, Interlocked.Increment(ref _held));
        var replay = new HeldReplay(persistenceId, callback);
        _replays.Add(replay);
        await replay.Done.Task;
        Interlocked.Decrement(ref _held);
    }

    public void Answer(Exception?[]? rejections) => _answers.Add(() => rejections?.ToImmutableList());

    public void Fail(Exception cause) => _answers.Add(() => throw cause);

    public Task<IImmutableList<Exception?>?> Write(IEnumerable<AtomicWrite> writes)
    {
        _writes.Add([.. writes.SelectMany(w => (IEnumerable<IPersistentRepresentation>)w.Payload).Select(e => (string)e.Payload)]);
        return Task.Run(() => _answers.Take()());
    }
}

/// <summary>A replay that ends when the test says so.</summary>
internal sealed record HeldReplay(string PersistenceId, Action<IPersistentRepresentation> Callback)
{
    public TaskCompletionSource Done { get; } = new();
}

public sealed class ScriptedJournal(Config config) : AsyncWriteJournal
{
    private readonly JournalScript _script = JournalScript.Get(config.GetString("script")!);

    public override Task<long> ReadHighestSequenceNrAsync(string persistenceId, long fromSequenceNr)
    {
        _script.Asked.Set();
        if (_script.Silent)
            return new TaskCompletionSource<long>().Task;
        return _script.ReplayFailure is { } failure ? Task.FromException<long>(failure)
            : Task.FromResult(_script.HoldReplays ? 2L : _script.Written.Count(w => w.PersistenceId == persistenceId));
    }

    public override Task ReplayMessagesAsync(
        IActorContext context,
        string persistenceId,
        long fromSequenceNr,
        long toSequenceNr,
        long max,
        Action<IPersistentRepresentation> recoveryCallback) => _script.Replay(persistenceId, recoveryCallback);

    protected override Task<IImmutableList<Exception?>?> WriteMessagesAsync(IEnumerable<AtomicWrite> messages) => _script.Write(messages);

    protected override Task DeleteMessagesToAsync(string persistenceId, long toSequenceNr) => Task.CompletedTask;
}
