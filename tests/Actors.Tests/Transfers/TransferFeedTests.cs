using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Ferry.Actors.Protocol;
using Ferry.Actors.Transfers;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;

namespace Ferry.Actors.Tests.Transfers;

public sealed class TransferFeedTests : TestKit
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TransferId Id = TransferId.Parse("f");
    private static readonly byte[] Chunk = [1, 2, 3];
    private readonly TransferFeed _feed = new(Id, chunksOnly: false);

    [Fact]
    public async Task Chunk_NobodyListens_FlowsFreely() => await Send(_feed, 0).WaitAsync(Patience);

    [Fact]
    public async Task Chunk_NoCredit_WaitsUntilGranted()
    {
        var probe = Listen(_feed, credits: 1);
        await Send(_feed, 0).WaitAsync(Patience);
        var second = Send(_feed, 3);
        second.IsCompleted.Should().BeFalse();
        _feed.Grant(probe.Ref, 1);
        await second.WaitAsync(Patience);
        probe.ExpectMsg<DataReceived>(Patience).Offset.Should().Be(0);
        probe.ExpectMsg<DataReceived>(Patience).Offset.Should().Be(3);
    }

    [Fact]
    public void SendProgress_TellsWhatIsMore_AndCountsANewAttemptFromZero()
    {
        var probe = CreateTestProbe();
        _feed.Subscribe(probe.Ref, new Subscription(EventKinds.Progress), toAll: false);
        _feed.SendProgress(10, 30);
        _feed.SendProgress(30, 30);
        _feed.SendProgress(5, 30);
        probe.ExpectMsg<DataSendProgress>(Patience).Should().Match<DataSendProgress>(p => p.SendSize == 10 && p.Sent == 10 && p.TotalSize == 30);
        probe.ExpectMsg<DataSendProgress>(Patience).Should().Match<DataSendProgress>(p => p.SendSize == 20 && p.Sent == 30);
        probe.ExpectMsg<DataSendProgress>(Patience).Should().Match<DataSendProgress>(p => p.SendSize == 5 && p.Sent == 5);
    }

    [Fact]
    public async Task Grant_OnTopOfTheMost_DoesNotOverflow()
    {
        var probe = Listen(_feed, credits: int.MaxValue);
        _feed.Grant(probe.Ref, int.MaxValue);
        await Send(_feed, 0).WaitAsync(Patience);
        probe.ExpectMsg<DataReceived>(Patience);
    }

    [Fact]
    public async Task Chunk_TwoListeners_TheSlowerRules()
    {
        Listen(_feed, credits: 100);
        var slow = Listen(_feed, credits: 1);
        await Send(_feed, 0).WaitAsync(Patience);
        var second = Send(_feed, 3);
        second.IsCompleted.Should().BeFalse();
        _feed.Forget(slow.Ref);
        await second.WaitAsync(Patience);
    }

    [Fact]
    public async Task Chunk_ItsBytesStayWhenTheBufferIsUsedAgain()
    {
        var probe = Listen(_feed, credits: 1);
        var buffer = new byte[] { 7, 7 };
        await _feed.ChunkAsync(buffer, 0, default);
        buffer[0] = 0;
        probe.ExpectMsg<DataReceived>(Patience).Data.ToArray().Should().Equal(7, 7);
    }

    [Fact]
    public async Task Chunk_WaitingForCredit_ACancelEndsTheWait()
    {
        Listen(_feed, credits: 0);
        using var cancel = new CancellationTokenSource();
        var waiting = _feed.ChunkAsync(Chunk, 0, cancel.Token).AsTask();
        await cancel.CancelAsync();
        await waiting.Invoking(w => w.WaitAsync(Patience)).Should().ThrowAsync<OperationCanceledException>();
    }

    [Fact]
    public async Task Chunk_ToSubscribersOnly_WaitsForTheFirst()
    {
        var feed = new TransferFeed(Id, chunksOnly: true);
        var first = Send(feed, 0);
        first.IsCompleted.Should().BeFalse();
        var probe = Listen(feed, credits: 1);
        await first.WaitAsync(Patience);
        probe.ExpectMsg<DataReceived>(Patience);
    }

    [Fact]
    public void End_IsToldOnce_AfterExactProgressAndDataEnd()
    {
        var probe = Listen(_feed, credits: 1);
        _feed.Progress(10, 10);
        _feed.Note(25, 25);
        _feed.End(TransferPhase.Completed, Completed).Should().BeTrue();
        _feed.End(TransferPhase.Failed, Completed).Should().BeFalse();
        _feed.Progress(30, 30);
        _feed.Enter(TransferPhase.Queued);
        probe.ExpectMsg<DataReceiveProgress>(Patience).ReceiveSize.Should().Be(10);
        probe.ExpectMsg<DataReceiveProgress>(Patience).ReceiveSize.Should().Be(25);
        probe.ExpectMsg<DataEnded>(Patience);
        probe.ExpectMsg<TransferCompleted>(Patience);
        probe.Ref.Tell("nothing came between");
        probe.ExpectMsg("nothing came between");
    }

    [Fact]
    public async Task Chunk_ToSubscribersAlone_TheLastOneGone_WaitsForAnother()
    {
        var feed = new TransferFeed(Id, chunksOnly: true);
        var first = Listen(feed, credits: 9);
        await Send(feed, 0).WaitAsync(Patience);
        feed.IsAbandoned.Should().BeFalse();
        feed.Forget(first.Ref);
        feed.IsAbandoned.Should().BeTrue();
        var second = Send(feed, 3);
        second.IsCompleted.Should().BeFalse();
        Listen(feed, credits: 1).Should().NotBeNull();
        await second.WaitAsync(Patience);
    }

    [Fact]
    public void End_AFailure_TellsNoEndOfData()
    {
        var probe = Listen(_feed, credits: 1);
        _feed.End(TransferPhase.Cancelled, n => new TransferCancelled(Id, n, PartKept: false));
        probe.ExpectMsg<TransferCancelled>(Patience);
    }

    [Fact]
    public void Subscribe_AfterTheEnd_IsToldTheEnd()
    {
        _feed.End(TransferPhase.Completed, Completed);
        var probe = CreateTestProbe();
        _feed.Subscribe(probe.Ref, new Subscription(EventKinds.All), toAll: false).Should().BeFalse();
        probe.ExpectMsg<TransferCompleted>(Patience);
    }

    [Fact]
    public void Sequence_CountsWhatWasNotAskedForToo()
    {
        var probe = CreateTestProbe();
        _feed.Subscribe(probe.Ref, new Subscription(EventKinds.Progress), toAll: false);
        _feed.Enter(TransferPhase.Probing);
        _feed.Progress(1, 1);
        probe.ExpectMsg<DataReceiveProgress>(Patience).Sequence.Should().Be(2);
    }

    [Fact]
    public void Subscribe_OneTransferAndAll_EachEventComesOnce()
    {
        var probe = CreateTestProbe();
        _feed.Subscribe(probe.Ref, new Subscription(EventKinds.State), toAll: false);
        _feed.Subscribe(probe.Ref, new Subscription(EventKinds.AllButData), toAll: true);
        _feed.Enter(TransferPhase.Probing);
        _feed.Unsubscribe(probe.Ref, toAll: true);
        _feed.Progress(1, 1);
        _feed.Enter(TransferPhase.Transferring);
        probe.ExpectMsg<TransferStateChanged>(Patience).Phase.Should().Be(TransferPhase.Probing);
        probe.ExpectMsg<TransferStateChanged>(Patience).Phase.Should().Be(TransferPhase.Transferring);
    }

    private static Task Send(TransferFeed feed, long offset) => feed.ChunkAsync(Chunk, offset, CancellationToken.None).AsTask();

    private TestProbe Listen(TransferFeed feed, int credits)
    {
        var probe = CreateTestProbe();
        feed.Subscribe(probe.Ref, new Subscription(EventKinds.Data | EventKinds.Progress, credits), toAll: false);
        return probe;
    }

    private TransferCompleted Completed(long n) => new(Id, n, new CompletedOutcome(25, null, null), null, default, 25, 0);
}
