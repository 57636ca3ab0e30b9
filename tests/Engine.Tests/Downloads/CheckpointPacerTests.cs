using Ferry.Engine.Downloads;
using Ferry.Engine.Errors;
using Ferry.Engine.Http;
using Ferry.Engine.Ranges;
using Ferry.Engine.Transfers;
using Ferry.Testing.Time;

namespace Ferry.Engine.Tests.Downloads;

public sealed class CheckpointPacerTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly Listener _listener = new();
    private readonly TransferSettings _settings = new() { CheckpointBytes = 1000 };

    [Fact]
    public void Process_OneCheckpointPerInterval_ClaimingNothingFlushed()
    {
        var pacer = Pacer(new Sink { FlushesToDevice = false });
        for (var written = 100; written <= 3000; written += 100)
            pacer.Advance(written);
        _listener.Checkpoints.Should().Equal((1000, 0), (2000, 0), (3000, 0));
    }

    [Fact]
    public void SlowBytes_ACheckpointPerPeriod()
    {
        var pacer = Pacer(new Sink { FlushesToDevice = false });
        pacer.Advance(10);
        _time.Advance(TimeSpan.FromSeconds(5));
        pacer.Advance(20);
        pacer.Advance(30);
        _listener.Checkpoints.Should().Equal((20, 0));
    }

    [Fact]
    public async Task Power_TheCheckpointIsToldWhenItsFlushIsDone()
    {
        var pacer = Pacer(new Sink());
        pacer.Advance(700);
        pacer.Advance(800);
        (await _listener.Told(1)).Should().Be((800, 800));
    }

    [Fact]
    public async Task Power_TheFlushIsSlow_ACheckpointClaimsNoMoreFlushedThanThereIs_AndOneFlushRunsAtATime()
    {
        using var flushing = new ManualResetEventSlim();
        var sink = new Sink { Flushing = flushing };
        var pacer = Pacer(sink);
        pacer.Advance(800);
        for (var written = 900; written <= 2500; written += 100)
            pacer.Advance(written);
        _listener.Checkpoints.Should().Equal((1000, 0), (2000, 0));
        flushing.Set();
        (await _listener.Told(3)).Should().Be((2500, 800));
        sink.Flushes.Should().Be(1);
        await pacer.FlushAllAsync();
        pacer.Flushed.Should().Be(2500);
    }

    [Fact]
    public async Task Power_AFlushThatFails_EndsTheTransferAndClaimsNothing()
    {
        var pacer = Pacer(new Sink { Failure = new TransferException(FileErrors.Local("The disk is broken.", ErrorStage.Writing)) });
        pacer.Advance(800);
        await pacer.SettleAsync();
        pacer.Invoking(p => p.Advance(900)).Should().Throw<TransferException>();
        await Assert.ThrowsAsync<TransferException>(pacer.FlushAllAsync);
        pacer.Flushed.Should().Be(0);
        _listener.Checkpoints.Should().BeEmpty();
    }

    [Fact]
    public async Task FlushAll_FlushesWhatNoFlushCovered_AndNothingTwice()
    {
        var sink = new Sink();
        var pacer = Pacer(sink);
        pacer.Advance(100);
        await pacer.FlushAllAsync();
        (sink.Flushes, pacer.Flushed).Should().Be((1, 100));
        await pacer.FlushAllAsync();
        sink.Flushes.Should().Be(1);
    }

    [Fact]
    public void Progress_IsCoalesced()
    {
        var pacer = Pacer(new Sink { FlushesToDevice = false });
        for (var i = 1; i <= 100; i++)
        {
            pacer.Count(1);
            pacer.Advance(i);
            _time.Advance(TimeSpan.FromMilliseconds(10));
        }
        _listener.Progress.Should().Equal((26, 26), (51, 51), (76, 76));
    }

    private CheckpointPacer Pacer(IBodySink sink)
    {
        var pacer = new CheckpointPacer(sink, _listener, _settings, _time);
        pacer.StartAt(0);
        return pacer;
    }

    private sealed class Sink : IBodySink
    {
        private int _flushes;

        public bool FlushesToDevice { get; init; } = true;

        public ManualResetEventSlim? Flushing { get; init; }

        public TransferException? Failure { get; init; }

        public int Flushes => _flushes;

        public ValueTask StartAtAsync(long offset, long? length) => ValueTask.CompletedTask;

        public void Write(ReadOnlySpan<byte> data, long offset)
        {
        }

        public void Flush()
        {
            Flushing?.Wait(TimeSpan.FromSeconds(30));
            if (Failure is not null)
                throw Failure;
            Interlocked.Increment(ref _flushes);
        }
    }

    private sealed class Listener : IAttemptListener
    {
        private readonly SemaphoreSlim _told = new(0);
        private int _seen;

        public List<(long Written, long Flushed)> Checkpoints { get; } = [];

        public List<(long Written, long Received)> Progress { get; } = [];

        public async Task<(long Written, long Flushed)> Told(int number)
        {
            for (; _seen < number; _seen++)
                (await _told.WaitAsync(TimeSpan.FromSeconds(30))).Should().BeTrue();
            return Checkpoints[number - 1];
        }

        public void OnRedirected(Redirect redirect)
        {
        }

        public void OnHeaders(AnswerHead head, ResourceIdentity identity)
        {
        }

        public void OnProgress(long written, long received) => Progress.Add((written, received));

        public void OnCheckpointDue(long written, long flushed)
        {
            Checkpoints.Add((written, flushed));
            _told.Release();
        }

        public ValueTask OnChunkAsync(ReadOnlyMemory<byte> data, long offset, CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }
}
