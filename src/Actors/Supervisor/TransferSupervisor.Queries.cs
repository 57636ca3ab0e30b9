using Akka.Actor;
using Ferry.Actors.Protocol;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;
using Ferry.Engine.Uploads;

namespace Ferry.Actors.Supervisor;

/// <content>Queries.</content>
public sealed partial class TransferSupervisor
{
    private const int LargestPage = 1000;

    private long _completed;
    private long _failed;
    private long _cancelled;
    private long _receivedByEnded;
    private long _sentByEnded;

    private void ReceiveQueries()
    {
        Receive<GetTransfer>(OnGetTransfer);
        Receive<ListTransfers>(OnListTransfers);
        Receive<Explain>(OnExplain);
        Receive<GetStatistics>(_ => OnGetStatistics());
    }

    private void OnGetTransfer(GetTransfer query)
    {
        if (_table.TryGet(query.Id, out var row))
            Sender.Tell(StatusOf(row));
        else if (!PutOff(query))
            Sender.Tell(new TransferUnknown(query.Id));
    }

    private void OnListTransfers(ListTransfers query)
    {
        var page = new List<TransferStatus>();
        var total = 0;
        var take = Math.Clamp(query.Take, 1, LargestPage);
        foreach (var row in _table.Rows)
        {
            if (query.Phase is { } phase && row.Feed.Phase != phase)
                continue;
            if (total >= query.Skip && page.Count < take)
                page.Add(StatusOf(row));
            total++;
        }
        Sender.Tell(new TransferList(page, total));
    }

    private void OnExplain(Explain query)
    {
        if (_table.TryGet(query.Id, out var row))
        {
            var (reason, earliest) = ReasonOf(row);
            Sender.Tell(new Explanation(row.Id, row.Feed.Phase, reason, earliest));
        }
        else if (!PutOff(query))
            Sender.Tell(new TransferUnknown(query.Id));
    }

    private (string Reason, DateTimeOffset? Earliest) ReasonOf(TransferRow row) => row.Activity switch
    {
        RowActivity.Ended => ($"It has ended: {row.Feed.Phase.ToString().ToLowerInvariant()}.", null),
        RowActivity.Held => ("It is paused.", null),
        RowActivity.Resting => ("The engine is stopping.", null),
        RowActivity.Ending => ("It is being ended.", null),
        RowActivity.Journaling => ("It is being written to the journal.", null),
        _ when row.Delay is { } delay => (delay.Reason, delay.Until),
        RowActivity.Queued when _admission.Explain(row.Id, Steady) is { } why => (why.Reason, why.Earliest + (Now - Steady)),
        _ => ("It runs.", null),
    };

    private void OnGetStatistics()
    {
        var running = _children.Values.Where(r => r.Activity is not RowActivity.Ended).ToArray();
        var paused = _table.Rows.Count(r => r.Activity is RowActivity.Held);
        Sender.Tell(new TransferStatistics(
            _admission.Count, _admission.Running, paused, _completed, _failed, _cancelled, _receivedByEnded + running.Sum(r => r.Feed.Received))
        {
            BytesSent = _sentByEnded + running.Sum(r => r.Feed.Sent),
        });
    }

    private void Count(TransferRow row, TransferOutcome outcome)
    {
        _receivedByEnded += row.Feed.Received;
        _sentByEnded += row.Feed.Sent;
        switch (outcome)
        {
            case CompletedOutcome: _completed++; break;
            case FailedOutcome: _failed++; break;
            default: _cancelled++; break;
        }
    }

    private static TransferStatus StatusOf(TransferRow row)
    {
        var completed = row.Outcome as CompletedOutcome;
        return new TransferStatus(
            row.Id, row.Feed.Phase, row.Priority, UrlText.WithoutQuery(row.Request.Source.Url), completed?.Path ?? row.Target,
            completed?.Length ?? row.Feed.Written, completed?.Length ?? row.Feed.Total, row.Outcome)
        {
            SourcePath = row.Request.Upload is null ? null : SourceFiles.Of(row.Request.Options).FirstOrDefault(),
        };
    }
}
