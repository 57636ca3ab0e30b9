using System.Threading.Channels;
using Akka.Actor;
using Ferry.Actors.Hosting;
using Ferry.Actors.Protocol;
using Ferry.Engine.Requests;
using Ferry.Host.Rendering;

namespace Ferry.Host.Session;

/// <summary>One command on a running engine: starts its transfers, follows them, shows them, until all are over or a signal comes.</summary>
internal sealed class TransferLoop
{
    private readonly FerryEngine _engine;
    private readonly TransferBoard _board;
    private readonly ITransferView _view;
    private readonly TimeProvider _time;
    private readonly Channel<object> _loop = Channel.CreateUnbounded<object>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Dictionary<TransferId, TransferStart> _starting = [];
    private readonly FreshnessChecks _checks;
    private readonly IActorRef _listener;
    private bool _stopped;

    /// <summary>Prepares the run.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="board">The transfers.</param>
    /// <param name="view">Shows them.</param>
    /// <param name="events">What the view wants to be told.</param>
    /// <param name="time">The clock.</param>
    /// <param name="anew">Whether what an earlier run left is dropped.</param>
    public TransferLoop(FerryEngine engine, TransferBoard board, ITransferView view, EventKinds events, TimeProvider time, bool anew)
    {
        (_engine, _board, _view, _time) = (engine, board, view, time);
        _listener = engine.System.ActorOf(Listener.Props(_loop.Writer), "console");
        _checks = new FreshnessChecks(Tell, result => _loop.Writer.TryWrite(result));
        foreach (var row in board.Rows)
            _starting[row.Id] = new TransferStart(row.Request, new Subscription(events), anew);
    }

    /// <summary>Asks for the end; from any thread.</summary>
    public void Interrupt() => _loop.Writer.TryWrite(Signal.Interrupt);

    /// <summary>Runs until all transfers are over, or until a signal asks for the end; the engine is stopped then.</summary>
    /// <returns>Whether it was interrupted with transfers left.</returns>
    public async Task<bool> RunAsync()
    {
        // The urgent ones first: what waits for a slot is resumed one after the other.
        foreach (var row in _board.Rows.OrderByDescending(r => r.Request.Options.Priority))
            Tell(_starting[row.Id].First);
        using var ticks = Ticks();
        while (!_board.AllEnded)
        {
            var message = await _loop.Reader.ReadAsync();
            if (message is Signal.Interrupt)
                break;
            Take(message);
        }
        return await StopAsync();
    }

    private async Task<bool> StopAsync()
    {
        if (!_board.AllEnded)
            _view.Stopping();
        await _engine.StopAsync();
        _stopped = true;
        // What was told on the way down counts: a transfer may have ended.
        while (_loop.Reader.TryRead(out var message))
            Take(message);
        foreach (var row in _board.Rows.Where(r => !r.HasEnded))
            row.Rest();
        return !_board.AllEnded;
    }

    private ITimer? Ticks() => _view.Period is { } period
        ? _time.CreateTimer(_ => _loop.Writer.TryWrite(Signal.Tick), null, period, period)
        : null;

    private void Take(object message)
    {
        switch (message)
        {
            case Signal.Tick:
                _view.Tick();
                break;
            case FreshnessResult result:
                Checked(result);
                break;
            case var answer when _checks.Take(answer):
                break;
            case TransferEvent told:
                Apply(told);
                break;
            default:
                Reply(message);
                break;
        }
    }

    private void Apply(TransferEvent told)
    {
        // Until a transfer is on its way, what is told of it is how an earlier run ended.
        if (_starting.ContainsKey(told.Id) || _board.Find(told.Id) is not { HasEnded: false } row)
            return;
        row.Apply(told, _time);
        if (row.HasEnded)
            _board.CountEnded();
        _view.Told(row, told);
    }

    private void Reply(object reply)
    {
        if (IdOf(reply) is not { } id || !_starting.TryGetValue(id, out var start) || start.Next(reply) is not { } step)
            return;
        Carry(id, step);
    }

    private void Carry(TransferId id, StartStep step)
    {
        switch (step)
        {
            case Send send:
                foreach (var message in send.Messages)
                    Tell(message);
                break;
            case Follow follow:
                foreach (var message in follow.Also)
                    Tell(message);
                Accept(id, follow.Known, follow.Notes);
                break;
            case CheckFreshness check:
                _checks.Begin(_board.Find(id)!.Request, check.Outcome);
                break;
            case Refuse refuse:
                Accept(id, null, []);
                foreach (var error in refuse.Errors.SkipLast(1))
                    _view.AlsoWrong(_board.Find(id)!, error);
                Apply(new TransferFailed(id, 0, refuse.Errors[^1]));
                break;
            default:
                throw new InvalidOperationException($"{step} is no step.");
        }
    }

    private void Checked(FreshnessResult result)
    {
        if (!_starting.TryGetValue(result.Id, out var start))
            return;
        if (result.End is null)
        {
            Carry(result.Id, start.StartAnew());
            return;
        }
        Accept(result.Id, null, result.Note is null ? [] : [result.Note]);
        Apply(result.End);
    }

    private void Accept(TransferId id, TransferStatus? known, IReadOnlyList<string> notes)
    {
        _starting.Remove(id);
        var row = _board.Find(id)!;
        if (known is not null)
            row.Known(known);
        _view.Accepted(row, notes);
    }

    // A reply of the way down may ask for a next step: there is nobody left to take it, and the next run asks again.
    private void Tell(object message)
    {
        if (!_stopped)
            _engine.Supervisor.Tell(message, _listener);
    }

    private static TransferId? IdOf(object reply) => reply switch
    {
        TransferAccepted accepted => accepted.Id,
        TransferRejected { Id: { } id } when TransferId.IsValid(id) => TransferId.Parse(id),
        TransferStatus status => status.Id,
        TransferUnknown unknown => unknown.Id,
        CommandDone done => done.Id,
        CommandRejected rejected => rejected.Id,
        _ => null,
    };

    private enum Signal
    {
        Tick,
        Interrupt,
    }
}
