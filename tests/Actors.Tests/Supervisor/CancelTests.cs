using Akka.Actor;
using Ferry.Actors.Protocol;
using Ferry.Actors.Tests.Kit;
using Ferry.Engine.Errors;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;

namespace Ferry.Actors.Tests.Supervisor;

public sealed class CancelTests : EngineKit
{
    private static readonly TransferId F = TransferId.Parse("f");

    [Fact]
    public void Cancel_OvertakesItsStart_TheStartIsAnsweredCancelled()
    {
        var supervisor = StartSupervisor();
        var probe = CreateTestProbe();
        // The control lane is handled first, whatever order these two arrive in while the supervisor is busy with the first of them.
        for (var i = 0; i < 200; i++)
        {
            var id = $"t{i}";
            supervisor.Tell(new StartTransfer(FileRequest(id)), probe.Ref);
            supervisor.Tell(new CancelTransfer(TransferId.Parse(id)), probe.Ref);
        }
        var done = new HashSet<string>();
        var accepted = 0;
        var answeredCancelled = 0;
        while (done.Count < 200 || accepted + answeredCancelled < 200)
        {
            switch (probe.ExpectMsg<object>(Patience))
            {
                case CommandDone { Phase: TransferPhase.Cancelled } d: done.Add(d.Id.Value); break;
                case TransferAccepted: accepted++; break;
                case TransferRejected { Errors: [{ Code: ErrorCode.Cancelled }] }: answeredCancelled++; break;
                case var other: Assert.Fail($"{other}"); break;
            }
        }
        var left = Ask<TransferList>(supervisor, new ListTransfers(Take: 1000)).Transfers;
        left.All(t => t.Phase == TransferPhase.Cancelled).Should().BeTrue();
        left.Should().HaveCount(accepted);
    }

    [Fact]
    public void Cancel_Unknown_ChangesNothingAndSaysSo()
    {
        var supervisor = StartSupervisor();
        Ask<CommandRejected>(supervisor, new CancelTransfer(F)).Error.Message.Should().Be("There is no transfer 'f'.");
        // It leaves nothing behind: a later start of that id is its own.
        Ask<TransferAccepted>(supervisor, new StartTransfer(FileRequest("f")));
    }

    [Fact]
    public void Cancel_WhileQueued_NeverTouchesTheNetwork()
    {
        Options = Options with { MaxConcurrent = 0 };
        var supervisor = StartSupervisor();
        var probe = StartWithProbe(supervisor, FileRequest("f"));
        Ask<CommandDone>(supervisor, new CancelTransfer(F)).Phase.Should().Be(TransferPhase.Cancelled);
        probe.ExpectMsg<TransferCancelled>(Patience);
        Origin.Started.Should().BeEmpty();
    }

    [Fact]
    public async Task Cancel_WhileProbing_StopsTheAttemptAndRemovesThePart()
    {
        var supervisor = StartSupervisor();
        var probe = StartWithProbe(supervisor, FileRequest("f"), EventKinds.None);
        var attempt = await Origin.NextAttemptAsync();
        Ask<CommandDone>(supervisor, new CancelTransfer(F)).Phase.Should().Be(TransferPhase.Cancelled);
        probe.ExpectMsg<TransferCancelled>(Patience).PartKept.Should().BeFalse();
        attempt.Token.IsCancellationRequested.Should().BeTrue();
        Origin.Discarded.Should().ContainSingle();
    }

    [Fact]
    public async Task Cancel_WhileTransferring_KeepPart_KeepsIt()
    {
        var supervisor = StartSupervisor();
        var probe = StartWithProbe(supervisor, FileRequest("f"), EventKinds.State);
        var attempt = await Origin.NextAttemptAsync();
        attempt.Headers();
        probe.FishForMessage<TransferStateChanged>(e => e.Phase == TransferPhase.Transferring, Patience);
        Ask<CommandDone>(supervisor, new CancelTransfer(F, KeepPart: true));
        probe.FishForMessage<TransferCancelled>(_ => true, Patience).PartKept.Should().BeTrue();
        Origin.Discarded.Should().BeEmpty();
    }

    [Fact]
    public async Task Cancel_WhileWaitingToRetry_EndsAtOnce()
    {
        var supervisor = StartSupervisor();
        var probe = StartWithProbe(supervisor, FileRequest("f"), EventKinds.State);
        (await Origin.NextAttemptAsync()).Break();
        probe.FishForMessage<TransferStateChanged>(e => e.Phase == TransferPhase.WaitingToRetry, Patience);
        Ask<CommandDone>(supervisor, new CancelTransfer(F)).Phase.Should().Be(TransferPhase.Cancelled);
        probe.FishForMessage<TransferCancelled>(_ => true, Patience);
        Pass(TimeSpan.FromDays(1));
        Ask<TransferStatus>(supervisor, new GetTransfer(F)).Phase.Should().Be(TransferPhase.Cancelled);
        Origin.Started.Should().ContainSingle("a retry that was due later does not come any more");
    }

    [Fact]
    public void Cancel_WhileVerifying_StopsTheCheck()
    {
        Origin.FinishAll();
        Origin.OnVerify = (_, token) => Task.Delay(Timeout.InfiniteTimeSpan, token);
        var supervisor = StartSupervisor();
        var probe = StartWithProbe(supervisor, FileRequest("f"), EventKinds.State);
        probe.FishForMessage<TransferStateChanged>(e => e.Phase == TransferPhase.Verifying, Patience);
        Ask<CommandDone>(supervisor, new CancelTransfer(F));
        probe.FishForMessage<TransferCancelled>(_ => true, Patience);
    }

    [Fact]
    public void Cancel_WhilePublishing_ComesTooLateAndSaysSo()
    {
        var publish = new TaskCompletionSource();
        Origin.FinishAll();
        Origin.OnPublish = _ => publish.Task;
        var supervisor = StartSupervisor();
        var probe = StartWithProbe(supervisor, FileRequest("f"), EventKinds.State);
        probe.FishForMessage<TransferStateChanged>(e => e.Phase == TransferPhase.Publishing, Patience);
        var canceller = CreateTestProbe();
        supervisor.Tell(new CancelTransfer(F), canceller.Ref);
        // The cancel has reached the transfer's actor once a later one of it is answered; then it may end.
        Ask<TransferStatus>(supervisor, new GetTransfer(F));
        publish.SetResult();
        probe.FishForMessage<TransferCompleted>(_ => true, Patience);
        canceller.ExpectMsg<CommandRejected>(Patience).Error.Message.Should().Contain("completed");
    }

    [Fact]
    public async Task Cancel_WhilePaused_RemovesThePart()
    {
        var supervisor = StartSupervisor();
        var probe = StartWithProbe(supervisor, FileRequest("f"), EventKinds.None);
        await Origin.NextAttemptAsync();
        Ask<CommandDone>(supervisor, new PauseTransfer(F));
        Ask<CommandDone>(supervisor, new CancelTransfer(F)).Phase.Should().Be(TransferPhase.Cancelled);
        probe.ExpectMsg<TransferCancelled>(Patience);
        Origin.Discarded.Should().ContainSingle();
    }

    [Fact]
    public async Task Cancel_Twice_BothAreAnsweredAndTheEndIsToldOnce()
    {
        var supervisor = StartSupervisor();
        var probe = StartWithProbe(supervisor, FileRequest("f"), EventKinds.None);
        await Origin.NextAttemptAsync();
        var first = CreateTestProbe();
        supervisor.Tell(new CancelTransfer(F), first.Ref);
        supervisor.Tell(new CancelTransfer(F), first.Ref);
        probe.ExpectMsg<TransferCancelled>(Patience);
        // Either may come after the end: then it says so.
        first.ExpectMsg<CommandDone>(Patience);
        first.ExpectMsg<object>(Patience).Should().Match(m => m is CommandDone || m is CommandRejected);
        Ask<CommandRejected>(supervisor, new CancelTransfer(F)).Error.Message.Should().Contain("cancelled");
        supervisor.Tell(new GetTransfer(F), probe.Ref);
        probe.ExpectMsg<TransferStatus>(Patience);
    }

    [Fact]
    public async Task CancelTransfers_AnswersForEach()
    {
        var supervisor = StartSupervisor();
        StartWithProbe(supervisor, FileRequest("a"));
        StartWithProbe(supervisor, MemoryRequest("b"));
        await Origin.NextAttemptAsync();
        await Origin.NextAttemptAsync();
        var replies = Ask<CancelReplies>(supervisor, new CancelTransfers([TransferId.Parse("a"), TransferId.Parse("b"), TransferId.Parse("nobody")]));
        replies.Done.Select(d => d.Id.Value).Should().BeEquivalentTo("a", "b");
        replies.Rejected.Should().ContainSingle().Which.Id!.Value.Value.Should().Be("nobody");
    }

    [Fact]
    public void CancelAll_OvertakesStarts_CancelsThemToo()
    {
        var supervisor = StartSupervisor();
        var starter = CreateTestProbe();
        var canceller = CreateTestProbe();
        for (var i = 0; i < 300; i++)
            supervisor.Tell(new StartTransfer(FileRequest($"t{i}")), starter.Ref);
        supervisor.Tell(new CancelAll(), canceller.Ref);
        canceller.ExpectMsg<CancelReplies>(Patience).Rejected.Should().BeEmpty();
        for (var i = 0; i < 300; i++)
            starter.ExpectMsg<object>(Patience).Should().Match(m => m is TransferAccepted || m is TransferRejected);
        Ask<TransferList>(supervisor, new ListTransfers(Take: 1000)).Transfers.Should().NotContain(t => t.Phase != TransferPhase.Cancelled);
        Ask<TransferAccepted>(supervisor, new StartTransfer(FileRequest("later")));
    }

    [Fact]
    public void CancelAll_EndsWhatRunsAndWhatWaits()
    {
        Options = Options with { MaxConcurrent = 2 };
        var supervisor = StartSupervisor();
        for (var i = 0; i < 10; i++)
            StartWithProbe(supervisor, FileRequest($"t{i}"));
        Ask<CancelReplies>(supervisor, new CancelAll()).Done.Should().HaveCount(10);
        Ask<TransferStatistics>(supervisor, new GetStatistics()).Cancelled.Should().Be(10);
        Ask<CancelReplies>(supervisor, new CancelAll()).Done.Should().BeEmpty();
    }
}
