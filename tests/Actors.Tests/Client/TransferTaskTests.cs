using System.Collections.Concurrent;
using Akka.Actor;
using Ferry.Actors.Client;
using Ferry.Actors.Protocol;
using Ferry.Actors.Tests.Kit;
using Ferry.Engine.Errors;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;

namespace Ferry.Actors.Tests.Client;

/// <summary>The face of a transfer as an object: listening, awaiting, aborting; the I/O in the hand of the test.</summary>
public sealed class TransferTaskTests : EngineKit
{
    private static readonly byte[] Chunk = [1, 2, 3];

    private readonly IActorRef _supervisor;
    private readonly TransferSession _session;

    public TransferTaskTests()
    {
        _supervisor = StartSupervisor();
        _session = new TransferSession(Sys, _supervisor, Time, new Random(1));
    }

    [Fact]
    public async Task Fetch_StartsAtOnce_AndEndsWithTheOutcome()
    {
        var task = _session.Fetch(MemoryRequest("a"));
        (await Origin.NextAttemptAsync()).FinishWhole(7);

        (await task.End.WaitAsync(Patience)).Should().BeOfType<TransferCompleted>().Which.Outcome.Length.Should().Be(7);
        (await task.Accepted).Id.Should().Be(task.Id);
        _session.Tasks.Should().BeEmpty("a task that has ended is forgotten");
    }

    [Fact]
    public async Task Prepare_StartsNothing_UntilStart()
    {
        var task = _session.Prepare(MemoryRequest("a"));
        Ask<TransferList>(_supervisor, new ListTransfers()).Total.Should().Be(0);

        task.Start();
        task.Start();

        (await Origin.NextAttemptAsync()).FinishWhole();
        await task.End.WaitAsync(Patience);
        Origin.Started.Should().ContainSingle();
    }

    [Fact]
    public async Task On_SeveralListeners_EachIsToldInOrder()
    {
        var task = _session.Prepare(MemoryRequest("a"));
        var told = new ConcurrentQueue<string>();
        task.On<HeadersReceived>(_ => told.Enqueue("first"));
        task.On<HeadersReceived>(_ => told.Enqueue("second"));
        task.On<TransferTerminated>(_ => told.Enqueue("end"));
        task.Start();

        (await Origin.NextAttemptAsync()).FinishWhole();
        await task.End.WaitAsync(Patience);

        told.Should().Equal("first", "second", "end");
    }

    [Fact]
    public async Task Once_IsToldOneTime()
    {
        var task = _session.Prepare(MemoryRequest("a"));
        var (once, always) = (0, 0);
        task.Once<TransferStateChanged>(_ => once++);
        task.On<TransferStateChanged>(_ => always++);
        task.Start();

        (await Origin.NextAttemptAsync()).FinishWhole();
        await task.End.WaitAsync(Patience);

        once.Should().Be(1);
        always.Should().BeGreaterThan(1);
    }

    [Fact]
    public async Task Off_OneListener_OrAllOfAnEvent()
    {
        var task = _session.Prepare(MemoryRequest("a"));
        var told = new ConcurrentQueue<string>();
        Action<HeadersReceived> removed = _ => told.Enqueue("removed");
        task.On(removed);
        task.On<HeadersReceived>(_ => told.Enqueue("stays"));
        task.On<DataReceiveProgress>(_ => told.Enqueue("progress"));
        task.On<DataReceiveProgress>(_ => told.Enqueue("progress too"));
        task.Off(removed);
        task.Off<DataReceiveProgress>();
        task.Start();

        (await Origin.NextAttemptAsync()).FinishWhole();
        await task.End.WaitAsync(Patience);

        told.Should().Equal("stays");
    }

    [Fact]
    public async Task Off_ByAListenerThatRuns_HoldsForTheOneAfterIt()
    {
        var task = _session.Prepare(MemoryRequest("a"));
        var second = 0;
        Action<HeadersReceived> later = _ => second++;
        task.On<HeadersReceived>(_ => task.Off(later));
        task.On(later);
        task.Start();

        (await Origin.NextAttemptAsync()).FinishWhole();
        await task.End.WaitAsync(Patience);

        second.Should().Be(0);
    }

    [Fact]
    public async Task Listener_Throws_EndsTheWait_NotTheTransfer()
    {
        var task = _session.Prepare(FileRequest("a"));
        task.On<HeadersReceived>(_ => throw new InvalidOperationException("The listener's own."));
        task.Start();
        var attempt = await Origin.NextAttemptAsync();
        attempt.Headers();

        await task.Invoking(async t => await t.AsTask().WaitAsync(Patience)).Should().ThrowAsync<InvalidOperationException>().WithMessage("The listener's own.");

        attempt.Finish();
        var probe = CreateTestProbe();
        _supervisor.Tell(new Subscribe(task.Id, new Subscription(EventKinds.None)), probe.Ref);
        probe.FishForMessage<TransferCompleted>(_ => true, Patience);
    }

    [Fact]
    public async Task Await_Failure_ThrowsWithTheCode()
    {
        var task = _session.Fetch(MemoryRequest("a"));
        (await Origin.NextAttemptAsync()).Fail();

        (await task.Invoking(async t => await t.AsTask().WaitAsync(Patience)).Should().ThrowAsync<TransferException>())
            .Which.Error.Code.Should().Be(ErrorCode.RemoteFileNotFound);
    }

    [Fact]
    public async Task Await_Rejected_ThrowsEveryProblem()
    {
        var task = _session.Fetch(MemoryRequest("a") with { Url = "ftp://x/", Options = new RequestOptions { Priority = 0 } });

        (await task.Invoking(async t => await t.AsTask().WaitAsync(Patience)).Should().ThrowAsync<TransferException>())
            .WithMessage("*ftp*priority*");
        await task.Invoking(async t => await t.Accepted.WaitAsync(Patience)).Should().ThrowAsync<TransferException>();
    }

    [Fact]
    public async Task Abort_WhileItRuns_ThrowsCancelled()
    {
        var task = _session.Fetch(MemoryRequest("a"));
        var attempt = await Origin.NextAttemptAsync();

        task.Abort();

        (await task.Invoking(async t => await t.AsTask().WaitAsync(Patience)).Should().ThrowAsync<TransferException>())
            .Which.Error.Code.Should().Be(ErrorCode.Cancelled);
        attempt.Token.IsCancellationRequested.Should().BeTrue();
        task.Abort();
    }

    [Fact]
    public async Task Abort_RightAfterFetch_IsCancelled()
    {
        for (var i = 0; i < 50; i++)
        {
            var task = _session.Fetch(MemoryRequest($"a{i}"));
            task.Abort();
            (await task.End.WaitAsync(Patience)).Should().BeOfType<TransferCancelled>();
        }
    }

    [Fact]
    public async Task Abort_BeforeStart_NothingIsEverStarted()
    {
        var task = _session.Prepare(MemoryRequest("a"));
        task.Abort();
        task.Start();

        (await task.End.WaitAsync(Patience)).Should().BeOfType<TransferCancelled>();
        Ask<TransferList>(_supervisor, new ListTransfers()).Total.Should().Be(0);
    }

    [Fact]
    public async Task Token_Fires_ThrowsOperationCanceled()
    {
        using var stop = new CancellationTokenSource();
        var task = _session.Fetch(MemoryRequest("a"), stop.Token);
        await Origin.NextAttemptAsync();

        await stop.CancelAsync();

        (await task.Invoking(async t => await t.AsTask().WaitAsync(Patience)).Should().ThrowAsync<OperationCanceledException>())
            .Which.CancellationToken.Should().Be(stop.Token);
    }

    [Fact]
    public async Task PauseAndResume_AnswerThePhase_AndRefusalsThrow()
    {
        var task = _session.Fetch(FileRequest("a"));
        await Origin.NextAttemptAsync();
        (await task.Pause().WaitAsync(Patience)).Phase.Should().Be(TransferPhase.Paused);
        await task.Resume().WaitAsync(Patience);
        (await Origin.NextAttemptAsync()).FinishWhole();
        await task.End.WaitAsync(Patience);

        await task.Invoking(t => t.Pause().WaitAsync(Patience)).Should().ThrowAsync<TransferException>();
    }

    [Fact]
    public async Task ReadChunks_GivesEachChunkInOrder_ThenEnds()
    {
        var task = _session.Fetch(ChunkRequest("a"));
        var attempt = await Origin.NextAttemptAsync();
        attempt.Headers(null);
        var sending = SendAsync(attempt, 10);

        var read = new List<DataReceived>();
        await foreach (var chunk in task.ReadChunks())
            read.Add(chunk);

        await sending.WaitAsync(Patience);
        read.Select(c => c.Offset).Should().Equal(Enumerable.Range(0, 10).Select(i => i * 3L), "what came before the loop began waited for it");
        read.Should().OnlyContain(c => c.Data.ToArray().SequenceEqual(Chunk));
    }

    [Fact]
    public async Task ReadChunks_SlowLoop_HoldsTheSource()
    {
        var task = _session.Fetch(ChunkRequest("a"));
        var attempt = await Origin.NextAttemptAsync();
        attempt.Headers(null);
        var sent = 0;
        var sending = SendAsync(attempt, 20, () => sent++);

        var taken = 0;
        await foreach (var _ in task.ReadChunks())
        {
            taken++;
            sent.Should().BeLessThanOrEqualTo(taken + 4, "only the credits are ahead of the loop");
        }
        await sending.WaitAsync(Patience);
        taken.Should().Be(20);
    }

    [Fact]
    public async Task ReadChunks_LeftEarly_AbortsTheTransfer()
    {
        var task = _session.Fetch(ChunkRequest("a"));
        var attempt = await Origin.NextAttemptAsync();
        attempt.Headers(null);
        _ = SendAsync(attempt, 10);

        await foreach (var _ in task.ReadChunks())
            break;

        (await task.End.WaitAsync(Patience)).Should().BeOfType<TransferCancelled>();
        attempt.Token.IsCancellationRequested.Should().BeTrue();
    }

    [Fact]
    public async Task ReadChunks_Twice_Throws()
    {
        var task = _session.Fetch(ChunkRequest("a"));
        await using var first = task.ReadChunks().GetAsyncEnumerator();
        var waiting = first.MoveNextAsync();

        await task.Invoking(async t => await t.ReadChunks().GetAsyncEnumerator().MoveNextAsync()).Should().ThrowAsync<InvalidOperationException>();

        task.Abort();
        await FluentActions.Awaiting(async () => await waiting).Should().ThrowAsync<TransferException>();
    }

    [Fact]
    public async Task Data_WithAListener_FlowsThroughIt()
    {
        var task = _session.Prepare(ChunkRequest("a"));
        var offsets = new ConcurrentQueue<long>();
        task.On<DataReceived>(c => offsets.Enqueue(c.Offset));
        task.Start();
        var attempt = await Origin.NextAttemptAsync();
        attempt.Headers(null);

        await SendAsync(attempt, 10).WaitAsync(Patience);
        await task.End.WaitAsync(Patience);

        offsets.Should().Equal(Enumerable.Range(0, 10).Select(i => i * 3L));
    }

    [Fact]
    public async Task Await_ChunksNobodyWants_AreDropped()
    {
        var task = _session.Fetch(ChunkRequest("a"));
        var waiting = task.AsTask();
        var attempt = await Origin.NextAttemptAsync();
        attempt.Headers(null);

        await SendAsync(attempt, 30).WaitAsync(Patience);

        await waiting.WaitAsync(Patience);
    }

    [Fact]
    public async Task EngineStops_EndsTheWait()
    {
        var task = _session.Fetch(FileRequest("a"));
        await Origin.NextAttemptAsync();
        Sys.Stop(_supervisor);

        await task.Invoking(async t => await t.End.WaitAsync(Patience)).Should().ThrowAsync<TransferException>().WithMessage("*engine stopped*");
    }

    private static async Task SendAsync(FakeAttempt attempt, int chunks, Action? sent = null)
    {
        for (var i = 0; i < chunks; i++)
        {
            await attempt.Listener.OnChunkAsync(Chunk, i * 3L, attempt.Token);
            sent?.Invoke();
        }
        attempt.Finish(chunks * 3L);
    }
}
