using System.Collections.Concurrent;
using System.Threading.Channels;
using Ferry.Engine.Errors;
using Ferry.Engine.Http;
using Ferry.Engine.Ranges;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;

namespace Ferry.Actors.Tests.Kit;

/// <summary>I/O that does what a test says, when it says it.</summary>
public sealed class FakeOrigin : ITransferWorkFactory
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Channel<FakeAttempt> _attempts = Channel.CreateUnbounded<FakeAttempt>();

    /// <summary>Called for each attempt; true where it was dealt with, false to leave it to <see cref="NextAttemptAsync"/>.</summary>
    public Func<FakeAttempt, bool> OnAttempt { get; set; } = _ => false;

    /// <summary>Called when the I/O of a transfer is made.</summary>
    public Action<ValidatedRequest> OnCreate { get; set; } = _ => { };

    /// <summary>Awaited by each check.</summary>
    public Func<ValidatedRequest, CancellationToken, Task> OnVerify { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>Awaited by each publishing.</summary>
    public Func<ValidatedRequest, Task> OnPublish { get; set; } = _ => Task.CompletedTask;

    public ConcurrentQueue<TransferId> Started { get; } = new();

    public ConcurrentQueue<TransferId> Discarded { get; } = new();

    public ConcurrentDictionary<TransferId, int> Open { get; } = new();

    /// <summary>Every transfer ends well at once.</summary>
    public FakeOrigin FinishAll(long size = 100)
    {
        OnAttempt = attempt =>
        {
            attempt.FinishWhole(size);
            return true;
        };
        return this;
    }

    /// <summary>The next attempt nobody dealt with.</summary>
    public Task<FakeAttempt> NextAttemptAsync() => _attempts.Reader.ReadAsync().AsTask().WaitAsync(Patience);

    public ITransferWork Create(ValidatedRequest request)
    {
        OnCreate(request);
        Open.AddOrUpdate(request.Id, 1, (_, n) => n + 1);
        return new Work(this, request);
    }

    private sealed class Work(FakeOrigin origin, ValidatedRequest request) : ITransferWork
    {
        private long _size;

        public async Task<AttemptResult> AttemptAsync(AttemptPlan plan, IAttemptListener listener, CancellationToken cancellationToken)
        {
            var attempt = new FakeAttempt(request, plan, listener, cancellationToken);
            origin.Started.Enqueue(request.Id);
            await Task.Yield();
            if (!origin.OnAttempt(attempt))
                await origin._attempts.Writer.WriteAsync(attempt);
            var result = await attempt.Result;
            _size = result.Written;
            return result;
        }

        public async Task<VerifyResult> VerifyAsync(ResourceIdentity identity, CancellationToken cancellationToken)
        {
            try
            {
                await origin.OnVerify(request, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                return new VerifyResult(null, null);
            }
            return new VerifyResult(new Verified(_size, null, (request.Destination as FileDestination)?.Path), null);
        }

        public async Task<PublishResult> PublishAsync(Verified verified)
        {
            await origin.OnPublish(request);
            return new PublishResult(verified.TargetPath, default, null);
        }

        public Task DiscardAsync(ResourceIdentity? upload)
        {
            origin.Discarded.Enqueue(request.Id);
            return Task.CompletedTask;
        }

        public ValueTask DisposeAsync()
        {
            origin.Open.AddOrUpdate(request.Id, 0, (_, n) => n - 1);
            return ValueTask.CompletedTask;
        }
    }
}

/// <summary>One attempt, in the hand of a test.</summary>
public sealed class FakeAttempt
{
    private readonly TaskCompletionSource<AttemptResult> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _written;

    public FakeAttempt(ValidatedRequest request, AttemptPlan plan, IAttemptListener listener, CancellationToken token)
    {
        (Request, Plan, Listener, Token) = (request, plan, listener, token);
        _written = plan.From;
        token.Register(() => _result.TrySetResult(new AttemptStopped(_written - plan.From, _written, 0)));
    }

    public ValidatedRequest Request { get; }

    public AttemptPlan Plan { get; }

    public IAttemptListener Listener { get; }

    public CancellationToken Token { get; }

    public Task<AttemptResult> Result => _result.Task;

    public AnswerHead Head { get; private set; } = null!;

    public ResourceIdentity Identity { get; private set; } = null!;

    public void Headers(long? length = 100)
    {
        Head = new AnswerHead(200, "OK", new Version(1, 1), Request.Url, [new HeaderField("etag", "\"v1\"")]);
        Identity = new ResourceIdentity { FinalUrl = Request.Url.ToString(), ETag = "\"v1\"", Length = length };
        Listener.OnHeaders(Head, Identity);
    }

    public void Progress(long written)
    {
        _written = written;
        Listener.OnProgress(written, written - Plan.From);
    }

    public void Checkpoint(long written)
    {
        _written = written;
        Listener.OnCheckpointDue(written, written);
    }

    public void Finish(long size = 100, bool fromCache = false) =>
        _result.TrySetResult(new AttemptFinished(fromCache ? 0 : size - Plan.From, size, size, Head, Identity) { FromCache = fromCache });

    public void FinishWhole(long size = 100)
    {
        Headers(size);
        Finish(size);
    }

    public void Break(TimeSpan? retryAfter = null) => _result.TrySetResult(new AttemptBroke(_written - Plan.From, _written, _written,
        new TransferError(ErrorCode.ReceiveFailed, ErrorStage.Receiving, ErrorSide.Network, "It broke.") { RetryCanHelp = true })
    { RetryAfter = retryAfter });

    public void Fail() => _result.TrySetResult(new AttemptBroke(0, 0, 0,
        new TransferError(ErrorCode.RemoteFileNotFound, ErrorStage.Answering, ErrorSide.Remote, "It is not there.")));

    /// <summary>The server refuses to go on; what was written is kept.</summary>
    public void Refuse() => _result.TrySetResult(new AttemptBroke(_written - Plan.From, _written, _written,
        new TransferError(ErrorCode.Authentication, ErrorStage.Answering, ErrorSide.Remote, "The token expired.")));

    public void Throw(string message) => _result.TrySetException(new InvalidOperationException(message));
}
