using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Akka.Persistence.Sqlite.Db;

/// <summary>Writes: jobs that come at about one time, of whichever actors, go in one transaction (group commit).</summary>
internal sealed class SqliteWriter(string name, BlockingCollection<SqliteJob> jobs, Func<SqliteSession> open, Action<SqliteSession> prepare)
    : SqliteWorker(name, jobs, open, prepare)
{
    // Bounds a transaction, and with it the time a waiting write can wait.
    private const int LargestBatch = 500;

    // Of the last commit's duration a batch waits one such part for the next of those who are expected back.
    private const int WaitPart = 5;

    private int _lastCount;
    private long _lastCommit;

    /// <summary>How many transactions were committed.</summary>
    public int Commits { get; private set; }

    protected override void Do(SqliteSession session, List<SqliteJob> batch)
    {
        if (batch[0].Writes)
            DoTogether(session, batch);
        foreach (var job in batch.Where(job => !job.Writes))
            Alone(job, () => job.Run(session));
    }

    private void DoTogether(SqliteSession session, List<SqliteJob> batch)
    {
        try
        {
            var gathered = 0L;
            session.InTransaction(() =>
            {
                foreach (var job in Gather(batch))
                    RunIsolated(session, job);
                gathered = Stopwatch.GetTimestamp();
            });
            _lastCommit = Stopwatch.GetTimestamp() - gathered;
            _lastCount = batch.Count;
            Commits++;
        }
        catch (SqliteException e) when (e.SqliteErrorCode == raw.SQLITE_FULL)
        {
            // Folding the log back into the file may make room, and there may be room for some of the jobs. One that was told
            // its failure is not tried again.
            session.TryShrinkLog();
            foreach (var job in batch.Where(job => job.Writes && !job.IsSettled))
            {
                Alone(job, () => session.InTransaction(() => job.Run(session)));
                Commits++;
            }
        }
    }

    /// <summary>
    /// Takes writes as they come, so that they are done while others are still on their way. Those who were answered together mostly come
    /// back together, a moment later: for as many as they were it waits, but only a part of the time that their commit took. A lone writer
    /// is never kept waiting.
    /// </summary>
    private IEnumerable<SqliteJob> Gather(List<SqliteJob> batch)
    {
        yield return batch[0];
        var until = Deadline();
        while (batch.Count < LargestBatch)
        {
            if (TryTake(out var next))
            {
                batch.Add(next);
                if (next.Writes)
                    yield return next;
                until = Deadline();
            }
            else if (batch.Count >= _lastCount || Stopwatch.GetTimestamp() >= until)
            {
                yield break;
            }
            else
            {
                Thread.Yield();
            }
        }
    }

    private long Deadline() => Stopwatch.GetTimestamp() + (_lastCommit / WaitPart);

    private static void Alone(SqliteJob job, Action run)
    {
        try
        {
            run();
        }
        catch (Exception cause)
        {
            job.Fail(cause);
        }
    }

    private static void RunIsolated(SqliteSession session, SqliteJob job)
    {
        try
        {
            if (job.IsOneStatement)
                job.Run(session);
            else
                session.InSavepoint(() => job.Run(session));
        }
        catch (Exception cause) when (cause is not SqliteException || ((SqliteException)cause).SqliteErrorCode == raw.SQLITE_CONSTRAINT)
        {
            job.Fail(cause);
        }
    }
}
