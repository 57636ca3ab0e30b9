using System.Threading.Channels;
using Ferry.Engine.Downloads;
using Ferry.Engine.Http;
using Ferry.Engine.Ranges;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;
using Ferry.Testing.Time;

namespace Ferry.Engine.Tests.Downloads;

/// <summary>A shell without actors: carries out what the machine decides, on real I/O and with a clock that jumps to each retry.</summary>
internal sealed class TransferDriver : IAttemptListener, IAsyncDisposable
{
    private readonly Channel<TransferInput> _inputs = Channel.CreateUnbounded<TransferInput>();
    private readonly ManualTimeProvider _time;
    private readonly TransferMachine _machine;
    private readonly ITransferWork _work;
    private CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;
    private int _attempt;

    public TransferDriver(
        ValidatedRequest request, ITransferWorkFactory factory, TransferSettings settings, ManualTimeProvider time, IEnumerable<TransferFact>? journal = null)
    {
        _time = time;
        _machine = new TransferMachine(request, settings, time, new Random(1));
        foreach (var fact in journal ?? [])
        {
            _machine.Recover(fact);
            Journal.Add(fact);
        }
        _work = factory.Create(request);
    }

    public TransferState State => _machine.State;

    public List<TransferFact> Journal { get; } = [];

    public List<AttemptPlan> Plans { get; } = [];

    public List<AttemptResult> Results { get; } = [];

    public List<AnswerHead> Heads { get; } = [];

    public List<Redirect> Redirects { get; } = [];

    /// <summary>What was told of the request's body, with how many heads were told before.</summary>
    public List<(long Sent, long? Total, int Heads)> Sent { get; } = [];

    /// <summary>Where each attempt of an upload began to send.</summary>
    public List<long> SendingFrom { get; } = [];

    public List<(long Offset, byte[] Data)> Chunks { get; } = [];

    public List<(long Written, long Flushed)> Checkpoints { get; } = [];

    public ReadOnlyMemory<byte> Body { get; private set; }

    /// <summary>Called for each chunk, where set.</summary>
    public Func<long, CancellationToken, ValueTask>? OnChunk { get; set; }

    /// <summary>Called for each fact, where set.</summary>
    public Action<TransferFact>? OnFact { get; set; }

    /// <summary>Called for each redirect, where set.</summary>
    public Action? OnRedirect { get; set; }

    /// <summary>Called for each header that came, where set.</summary>
    public Action? OnHead { get; set; }

    /// <summary>Called after each attempt, before the machine hears of it.</summary>
    public Action<AttemptResult>? OnAttempt { get; set; }

    public static async Task<TransferDriver> RunAsync(
        ValidatedRequest request, ITransferWorkFactory factory, TransferSettings settings, ManualTimeProvider time, IEnumerable<TransferFact>? journal = null)
    {
        var driver = new TransferDriver(request, factory, settings, time, journal);
        await driver.RunAsync();
        return driver;
    }

    public void Tell(TransferInput input) => _inputs.Writer.TryWrite(input);

    /// <summary>Runs until the transfer ended or rests, or is cut off.</summary>
    public async Task RunAsync(bool again = false, CancellationToken cutOff = default)
    {
        Tell(new Begin(again));
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cutOff);
        limit.CancelAfter(TimeSpan.FromSeconds(90));
        while (true)
        {
            var decision = _machine.Handle(await _inputs.Reader.ReadAsync(limit.Token));
            foreach (var fact in decision.Facts)
            {
                Journal.Add(fact);
                OnFact?.Invoke(fact);
            }
            foreach (var effect in decision.Effects)
            {
                await DoAsync(effect);
                if (effect is Finish or Rest)
                    return;
            }
        }
    }

    /// <summary>The end of the process as far as the journal sees it: nothing more is told.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        await _work.DisposeAsync();
        _stop.Dispose();
    }

    public void OnRedirected(Redirect redirect)
    {
        Redirects.Add(redirect);
        OnRedirect?.Invoke();
    }

    public void OnSending(long from, ResourceIdentity identity)
    {
        SendingFrom.Add(from);
        Tell(new AttemptIdentified(_attempt, identity));
    }

    public void OnSendProgress(long sent, long? total) => Sent.Add((sent, total, Heads.Count));

    public void OnHeaders(AnswerHead head, ResourceIdentity identity)
    {
        Heads.Add(head);
        OnHead?.Invoke();
        Tell(new AttemptIdentified(_attempt, identity));
    }

    public void OnProgress(long written, long received)
    {
    }

    public void OnCheckpointDue(long written, long flushed)
    {
        Checkpoints.Add((written, flushed));
        Tell(new CheckpointDue(_attempt, written, flushed));
    }

    public async ValueTask OnChunkAsync(ReadOnlyMemory<byte> data, long offset, CancellationToken cancellationToken)
    {
        if (OnChunk is { } wait)
            await wait(offset, cancellationToken);
        Chunks.Add((offset, data.ToArray()));
    }

    private async Task DoAsync(TransferEffect effect)
    {
        switch (effect)
        {
            case RunAttempt a:
                _attempt = a.Plan.Number;
                Plans.Add(a.Plan);
                NewToken();
                _running = AttemptAsync(a.Plan, _stop.Token);
                break;
            case StopWork: await _stop.CancelAsync(); break;
            case WakeAt w:
                _time.Advance(w.Time > _time.GetUtcNow() ? w.Time - _time.GetUtcNow() : TimeSpan.Zero);
                Tell(new RetryDue());
                break;
            case RunVerify v:
                NewToken();
                Tell(new VerifyEnded(await _work.VerifyAsync(v.Identity, _stop.Token)));
                break;
            case RunPublish p:
                var published = await _work.PublishAsync(p.Verified);
                Body = published.Body;
                Tell(new PublishEnded(published));
                break;
            case DiscardPart discard: await _work.DiscardAsync(discard.Upload); break;
        }
    }

    private async Task AttemptAsync(AttemptPlan plan, CancellationToken stop)
    {
        try
        {
            var result = await _work.AttemptAsync(plan, this, stop);
            Results.Add(result);
            OnAttempt?.Invoke(result);
            Tell(new AttemptEnded(plan.Number, result));
        }
        catch (Exception e)
        {
            _inputs.Writer.TryComplete(e);
        }
    }

    private void NewToken()
    {
        _stop.Dispose();
        _stop = new CancellationTokenSource();
    }
}
