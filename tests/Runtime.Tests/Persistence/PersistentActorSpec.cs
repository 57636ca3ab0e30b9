using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence;

namespace Ferry.Runtime.Tests.Persistence;

/// <summary>What a persistent actor may rely on, whatever keeps its events.</summary>
public abstract class PersistentActorSpec(Config config) : Akka.TestKit.Xunit2.TestKit(config)
{
    private IActorRef Start(string id = "r", Recovery? recovery = null) => Sys.ActorOf(Recorder.Props(id, TestActor, recovery));

    private IActorRef StartNew()
    {
        var actor = Start();
        ExpectMsg("recovered 0");
        return actor;
    }

    private static void Do(IActorRef actor, Recorder.Order order) => actor.Tell(order);

    private void Stop(IActorRef actor)
    {
        Watch(actor);
        Sys.Stop(actor);
        ExpectTerminated(actor);
        Unwatch(actor);
    }

    private static void PersistAndNote(IActorRef actor, params string[] events) => Do(actor, r =>
    {
        foreach (var each in events)
            r.Persist(each, e => r.Note($"{e} {r.LastSequenceNr}"));
    });

    [Fact]
    public void Events_AreReplayedInOrder_ThenRecoveryCompletes()
    {
        var actor = StartNew();
        PersistAndNote(actor, "a", "b");
        ExpectMsg("a 1");
        ExpectMsg("b 2");
        Stop(actor);

        PersistAndNote(Start(), "c");

        ExpectMsg("replayed a");
        ExpectMsg("replayed b");
        ExpectMsg("recovered 2");
        ExpectMsg("c 3");
    }

    [Fact]
    public void Persist_CommandsWaitForItsHandler_InTheirOrder()
    {
        var actor = StartNew();
        for (var i = 0; i < 50; i++)
        {
            var number = i;
            Do(actor, r => r.Persist($"event {number}", r.Note));
            Do(actor, r => r.Note($"command {number}"));
        }

        for (var i = 0; i < 50; i++)
        {
            ExpectMsg($"event {i}");
            ExpectMsg($"command {i}");
        }
    }

    [Fact]
    public void Persist_WithinAHandler_ComesBeforeWaitingCommands()
    {
        var actor = StartNew();
        Do(actor, r => r.Persist("outer", outer =>
        {
            r.Note(outer);
            r.Persist("inner", r.Note);
        }));
        Do(actor, r => r.Note("command"));

        ExpectMsg("outer");
        ExpectMsg("inner");
        ExpectMsg("command");
    }

    [Fact]
    public void Persist_KeepsTheSenderForItsHandler()
    {
        var actor = StartNew();
        var asker = CreateTestProbe();
        asker.Send(actor, (Recorder.Order)(r => r.Persist("a", _ => r.Sender.Tell("done"))));

        asker.ExpectMsg("done");
    }

    [Fact]
    public void PersistAll_CallsTheHandlerForEach_AndDeferComesAfter()
    {
        var actor = StartNew();
        Do(actor, r =>
        {
            r.PersistAll(["a", "b", "c"], r.Note);
            r.DeferAsync("deferred", r.Note);
            r.PersistAsync("d", r.Note);
            r.PersistAll(Array.Empty<string>(), r.Note);
        });

        ExpectMsg("a");
        ExpectMsg("b");
        ExpectMsg("c");
        ExpectMsg("deferred");
        ExpectMsg("d");
    }

    [Fact]
    public void PersistAllAsync_CallsTheHandlerForEach_WithoutHoldingCommands()
    {
        var actor = StartNew();
        Do(actor, r =>
        {
            r.PersistAllAsync(["a", "b"], e => r.Note($"{e} {r.LastSequenceNr}"));
            r.PersistAllAsync(Array.Empty<string>(), r.Note);
            r.DeferAsync("deferred", r.Note);
            r.Note("first command");
        });

        ExpectMsg("first command");
        ExpectMsg("a 1");
        ExpectMsg("b 2");
        ExpectMsg("deferred");
        Stop(actor);
        Start();
        ExpectMsg("replayed a");
        ExpectMsg("replayed b");
        ExpectMsg("recovered 2");
    }

    [Fact]
    public void PersistAll_OfASequenceThatThrows_LeavesNothingBehind()
    {
        static IEnumerable<string> Broken()
        {
            yield return "never";
            throw new InvalidDataException("broken");
        }

        var actor = StartNew();
        Do(actor, r =>
        {
            var persist = () => r.PersistAll(Broken(), r.Note);
            persist.Should().Throw<InvalidDataException>();
        });
        PersistAndNote(actor, "a");
        Do(actor, r => r.Note("command"));

        ExpectMsg("a 1");
        ExpectMsg("command");
    }

    [Fact]
    public void DeferAsync_WithNothingPending_IsCalledAtOnce()
    {
        Do(StartNew(), r =>
        {
            r.DeferAsync("deferred", r.Note);
            r.Note("after");
        });

        ExpectMsg("deferred");
        ExpectMsg("after");
    }

    [Fact]
    public void Snapshot_IsOfferedBeforeTheEventsAfterIt()
    {
        var actor = StartNew();
        PersistAndNote(actor, "a", "b");
        ReceiveN(2);
        Do(actor, r => r.SaveSnapshot("state"));
        ExpectMsg<SaveSnapshotSuccess>().Metadata.SequenceNr.Should().Be(2);
        PersistAndNote(actor, "c");
        ExpectMsg("c 3");
        Stop(actor);

        Start();

        ExpectMsg("snapshot state at 2");
        ExpectMsg("replayed c");
        ExpectMsg("recovered 3");
    }

    [Fact]
    public void Snapshots_AreChosenAndDeletedByCriteria()
    {
        var actor = StartNew();
        foreach (var name in new[] { "a", "b", "c" })
        {
            PersistAndNote(actor, name);
            ExpectMsg<string>();
            Do(actor, r => r.SaveSnapshot($"after {name}"));
            ExpectMsg<SaveSnapshotSuccess>();
        }
        Stop(actor);

        actor = Start(recovery: new Recovery(new SnapshotSelectionCriteria(2), 2));
        ExpectMsg("snapshot after b at 2");
        ExpectMsg("recovered 3");
        Do(actor, r => r.DeleteSnapshots(new SnapshotSelectionCriteria(2)));
        ExpectMsg<DeleteSnapshotsSuccess>();
        Do(actor, r => r.DeleteSnapshot(3));
        ExpectMsg<DeleteSnapshotSuccess>();
        Stop(actor);

        Start();
        ExpectMsg("replayed a");
    }

    [Fact]
    public void DeletedMessages_AreNotReplayed_AndTheirNumbersNotGivenAgain()
    {
        var actor = StartNew();
        PersistAndNote(actor, "a", "b", "c");
        ReceiveN(3);
        Do(actor, r => r.DeleteMessages(2));
        ExpectMsg<DeleteMessagesSuccess>().ToSequenceNr.Should().Be(2);
        Stop(actor);

        actor = Start();
        ExpectMsg("replayed c");
        ExpectMsg("recovered 3");
        Do(actor, r => r.DeleteMessages(long.MaxValue));
        ExpectMsg<DeleteMessagesSuccess>();
        Stop(actor);

        PersistAndNote(Start(), "d");
        ExpectMsg("recovered 3");
        ExpectMsg("d 4");
    }

    [Fact]
    public void DeleteMessages_BeyondWhatIsWritten_IsRefused()
    {
        var actor = StartNew();
        PersistAndNote(actor, "a");
        ExpectMsg("a 1");

        Do(actor, r => r.DeleteMessages(2));

        var failure = ExpectMsg<DeleteMessagesFailure>();
        failure.ToSequenceNr.Should().Be(2);
        failure.Cause.Message.Should().StartWith("Events up to 2 cannot be deleted: r has written up to 1.");
        Stop(actor);
        Start();
        ExpectMsg("replayed a");
    }

    [Fact]
    public void Recovery_CanEndEarlyOrBeLeftOut()
    {
        var actor = StartNew();
        PersistAndNote(actor, "a", "b", "c");
        ReceiveN(3);
        Stop(actor);

        actor = Start(recovery: new Recovery(SnapshotSelectionCriteria.None, 2));
        ExpectMsg("replayed a");
        ExpectMsg("replayed b");
        ExpectMsg("recovered 3");
        Stop(actor);

        Start(recovery: new Recovery(SnapshotSelectionCriteria.Latest, long.MaxValue, 1));
        ExpectMsg("replayed a");
        ExpectMsg("recovered 3");

        PersistAndNote(Start(recovery: Recovery.None), "d");
        ExpectMsg("recovered 3");
        ExpectMsg("d 4");
    }

    [Fact]
    public void RecoveryFailure_IsTold_AndEndsTheActor()
    {
        var actor = StartNew();
        PersistAndNote(actor, "a", Recorder.Poison, "b");
        ReceiveN(3);
        Stop(actor);

        actor = Watch(Start());

        ExpectMsg("replayed a");
        ExpectMsg("recovery failed on poison: cannot be recovered");
        ExpectTerminated(actor);
    }

    [Fact]
    public void Restart_RecoversAgain_AndKeepsWaitingCommands()
    {
        var actor = StartNew();
        PersistAndNote(actor, "a");
        ExpectMsg("a 1");
        Do(actor, r => r.Persist("b", _ => throw new InvalidOperationException("after the event")));
        Do(actor, r => r.Note("command"));

        ExpectMsg("replayed a");
        ExpectMsg("replayed b");
        ExpectMsg("recovered 2");
        ExpectMsg("command");
    }

    [Fact]
    public void Restart_InTheMiddleOfWaitingCommands_KeepsTheirOrder()
    {
        var actor = StartNew();
        for (var i = 0; i < 30; i++)
        {
            var number = i;
            Do(actor, r => r.Persist($"{number}", e =>
            {
                r.Note(e);
                if (number % 10 == 5)
                    throw new InvalidOperationException("after the event");
            }));
        }

        for (var i = 0; i < 30; i++)
        {
            ExpectMsg($"{i}");
            for (var replayed = 0; i % 10 == 5 && replayed <= i; replayed++)
                ExpectMsg($"replayed {replayed}");
            if (i % 10 == 5)
                ExpectMsg($"recovered {i + 1}");
        }
    }

    [Fact]
    public void AsyncHandler_MayPersistAfterAnAwait()
    {
        var actor = StartNew();
        var gate = new TaskCompletionSource();
        actor.Tell((Recorder.AsyncOrder)(async r =>
        {
            r.Note("waiting");
            await gate.Task;
            r.Persist("a", r.Note);
            r.Note("called");
        }));
        Do(actor, r => r.Note("command"));
        ExpectMsg("waiting");

        gate.SetResult();

        ExpectMsg("called");
        ExpectMsg("a");
        ExpectMsg("command");
    }

    [Fact]
    public void UserStash_IsKeptApartFromThePersistenceStash()
    {
        var actor = StartNew();
        Do(actor, r =>
        {
            var open = false;
            r.BecomeOrders(message =>
            {
                switch (message)
                {
                    case "open":
                        open = true;
                        r.Persist("opened", r.Note);
                        r.Stash.UnstashAll();
                        break;
                    case string when !open:
                        r.Stash.Stash();
                        break;
                    default:
                        r.Note(message);
                        break;
                }
            });
        });
        actor.Tell("first");
        actor.Tell("open");
        actor.Tell("second");

        ExpectMsg("opened");
        ExpectMsg("first");
        ExpectMsg("second");
    }

    [Fact]
    public void UserStash_TakenBack_ComesBeforeCommandsThatWait()
    {
        var actor = StartNew();
        Do(actor, r => r.BecomeOrders(message =>
        {
            switch (message)
            {
                case "early 1" or "early 2" when r.LastSequenceNr == 0:
                    r.Stash.Stash();
                    break;
                case "write":
                    r.Persist("event", r.Note);
                    break;
                case "open":
                    r.Note("open");
                    r.Stash.UnstashAll();
                    break;
                case "one":
                    r.Note("one");
                    r.Stash.Unstash();
                    break;
                default:
                    r.Note(message);
                    break;
            }
        }));
        foreach (var message in new[] { "early 1", "early 2", "write", "one", "between", "open", "late" })
            actor.Tell(message);

        foreach (var expected in new[] { "event", "one", "early 1", "between", "open", "early 2", "late" })
            ExpectMsg(expected);
    }

    [Fact]
    public void Persist_DuringReplay_IsRefused()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Hasty(TestActor)));

        ExpectMsg("recovery failed: Nothing can be persisted during replay; RecoveryCompleted is the first moment.");
        Watch(actor);
        ExpectTerminated(actor);
    }

    [Fact]
    public void ConcurrentRecoveries_AreBounded_AndAllComeToTheirTurn()
    {
        var probe = CreateTestProbe();
        var stopped = Enumerable.Range(0, 20).Select(i => Sys.ActorOf(Recorder.Props($"many-{i}", probe.Ref))).Where((_, i) => i % 3 == 0).ToList();
        stopped.ForEach(Sys.Stop);

        for (var i = 100; i < 130; i++)
            Sys.ActorOf(Recorder.Props($"many-{i}", TestActor));

        for (var i = 100; i < 130; i++)
            ExpectMsg("recovered 0");
    }

    private sealed class Hasty(IActorRef listener) : ReceivePersistentActor
    {
        public override string PersistenceId => "hasty";

        protected override void PreStart()
        {
            Command<string>(_ => { });
            try
            {
                Persist("too early", _ => { });
            }
            catch (InvalidOperationException e)
            {
                listener.Tell($"recovery failed: {e.Message}");
                throw new ActorKilledException("enough");
            }
        }
    }
}
