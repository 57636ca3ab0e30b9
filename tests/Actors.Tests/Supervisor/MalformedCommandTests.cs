using Ferry.Actors.Protocol;
using Ferry.Actors.Tests.Kit;
using Ferry.Actors.Transfers;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;

namespace Ferry.Actors.Tests.Supervisor;

/// <summary>What should not come, and what came before and would not be taken any more.</summary>
public sealed class MalformedCommandTests : EngineKit
{
    private static readonly TransferId F = TransferId.Parse("f");

    public static TheoryData<int> Cases => [.. Enumerable.Range(0, Malformed().Length)];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Malformed_IsRejected_AndTheOthersGoOn(int which)
    {
        var supervisor = StartSupervisor();
        StartWithProbe(supervisor, MemoryRequest("f"), EventKinds.None);
        var attempt = await Origin.NextAttemptAsync();
        Ask<object>(supervisor, Malformed()[which]).Should().Match(m => m is CommandRejected || m is TransferRejected);
        Ask<TransferStatus>(supervisor, new GetTransfer(F)).Outcome.Should().BeNull();
        attempt.Token.IsCancellationRequested.Should().BeFalse();
    }

    [Fact]
    public void Journaled_ButNotValidAnyMore_IsShownAsFailedAndCanBeRemoved()
    {
        var before = CreateTestProbe();
        var index = Sys.ActorOf(TransferIndex.Props(before.Ref));
        before.ExpectMsg<IndexRecovered>(Patience);
        var request = FileRequest("f") with { Options = new RequestOptions { MaxRedirects = 5000 } };
        index.Tell(new WriteIndex(1, new TransferWasAccepted(F, request, Time.GetUtcNow())), before.Ref);
        before.ExpectMsg<IndexWritten>(Patience);
        Watch(index);
        Sys.Stop(index);
        ExpectTerminated(index, Patience);

        var supervisor = StartSupervisor();
        Ask<TransferStatus>(supervisor, new GetTransfer(F)).Outcome.Should().BeOfType<FailedOutcome>().Which.Error.Message.Should().Contain("5000");
        Ask<CommandRejected>(supervisor, new ResumeTransfer(F));
        Ask<TransferRejected>(supervisor, new StartTransfer(FileRequest("f"))).Errors[0].Message.Should().Contain("another request");
        Ask<CommandDone>(supervisor, new RemoveTransfer(F));
        Ask<TransferAccepted>(supervisor, new StartTransfer(FileRequest("f")));
    }

    [Fact]
    public void Unsubscribe_OvertakesItsStart_EndsTheSubscription()
    {
        var supervisor = StartSupervisor();
        var probe = CreateTestProbe();
        for (var i = 0; i < 50; i++)
        {
            supervisor.Tell(new StartTransfer(MemoryRequest($"m{i}"), new Subscription(EventKinds.None)), probe.Ref);
            supervisor.Tell(new Unsubscribe(TransferId.Parse($"m{i}")), probe.Ref);
        }
        for (var i = 0; i < 100; i++)
            probe.ExpectMsg<object>(Patience).Should().Match(m => m is TransferAccepted || m is Unsubscribed);
        Ask<CancelReplies>(supervisor, new CancelAll()).Done.Should().HaveCount(50);
        supervisor.Tell(new GetStatistics(), probe.Ref);
        probe.ExpectMsg<TransferStatistics>(Patience);
    }

    [Fact]
    public async Task ChunkTransfer_ItsLastReaderDies_IsCancelled()
    {
        var supervisor = StartSupervisor();
        var probe = StartWithProbe(supervisor, ChunkRequest("f"), EventKinds.Data, credits: 1);
        var attempt = await Origin.NextAttemptAsync();
        attempt.Headers();
        await attempt.Listener.OnChunkAsync(new byte[1], 0, default);
        Sys.Stop(probe.Ref);
        AwaitAssert(() => Ask<TransferStatus>(supervisor, new GetTransfer(F)).Phase.Should().Be(TransferPhase.Cancelled), Patience);
        attempt.Token.IsCancellationRequested.Should().BeTrue();
    }

    [Fact]
    public async Task Pause_KeepsTheNewestCheckpoint()
    {
        var supervisor = StartSupervisor();
        StartWithProbe(supervisor, FileRequest("f"), EventKinds.None);
        var attempt = await Origin.NextAttemptAsync();
        attempt.Headers(10_000);
        for (var i = 1; i <= 50; i++)
        {
            attempt.Progress(i * 100);
            attempt.Checkpoint(i * 100);
        }
        Ask<CommandDone>(supervisor, new PauseTransfer(F));
        Ask<CommandDone>(supervisor, new ResumeTransfer(F));
        (await Origin.NextAttemptAsync()).Plan.From.Should().Be(5000);
    }

    private static object[] Malformed() =>
    [
        new StartTransfer(null!),
        new StartTransfer(MemoryRequest("g") with { Options = null! }),
        new StartTransfer(MemoryRequest("g") with { Destination = null! }),
        new StartTransfer(MemoryRequest("g") with { Url = null! }),
        new StartTransfer(MemoryRequest("g") with { Options = new RequestOptions { Headers = null! } }),
        new StartTransfer(MemoryRequest("g") with { Options = new RequestOptions { Headers = [null!] } }),
        new StartTransfer(MemoryRequest("g") with { Options = new RequestOptions { SecretHeaders = null! } }),
        new StartTransfer(MemoryRequest("g") with { Options = new RequestOptions { Method = null! } }),
        new StartTransfer(MemoryRequest("g") with { Destination = new FileDestination(null!) }),
        new CancelTransfers(null!),
        new Subscribe(null, null!),
        new Subscribe(F, null!),
        new CancelTransfer(default),
        new RemoveTransfer(default),
    ];
}
