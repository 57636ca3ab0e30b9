using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Akka.Persistence.Sqlite.Db;

/// <summary>
/// Writes: all jobs waiting at a moment, of whichever actors, go in one transaction (group commit), and those that come while it is under way join it.
/// </summary>
internal sealed class SqliteWriter(
    string name, BlockingCollection<SqliteJob> jobs, Func<SqliteSession> open, Action<SqliteSession> prepare, TimeProvider time)
    : SqliteWorker(name, jobs, open, prepare)
{
    // Bounds a transaction, and with it the time a waiting write can wait.
    private const int LargestBatch = 500;

    private readonly GroupWait _wait = new();
    private SqliteJob? _held;

    /// <summary>How many transactions were committed.</summary>
    public int Commits { get; private set; }

    // All that wait, before anything is begun: what is wrong with the file or its lock is then told to all of them at once.
    protected override bool Next(List<SqliteJob> batch)
    {
        if (_held is not null)
            batch.Add(_held);
        else if (!base.Next(batch))
            return false;
        _held = null;
        while (batch.Count < LargestBatch && TryTake(out var waiting))
            batch.Add(waiting);
        return true;
    }

    protected override void Do(SqliteSession session, List<SqliteJob> batch)
    {
        foreach (var job in batch.Where(job => !job.Writes))
            Alone(job, () => job.Run(session));
        batch.RemoveAll(job => !job.Writes);
        if (batch.Count > 0)
            DoTogether(session, batch);
    }

    private void DoTogether(SqliteSession session, List<SqliteJob> batch)
    {
        try
        {
            var written = 0L;
            session.InTransaction(() =>
            {
                Write(session, batch);
                written = time.GetTimestamp();
            });
            _wait.Committed(batch.Count, Waiting, time.GetElapsedTime(written));
            Commits++;
        }
        catch (SqliteException e) when (e.SqliteErrorCode == raw.SQLITE_FULL)
        {
            // Folding the log back into the file may make room, and there may be room for some of the jobs. One that was told
            // its failure is not tried again.
            session.TryShrinkLog();
            foreach (var job in batch.Where(job => !job.IsSettled))
            {
                Alone(job, () => session.InTransaction(() => job.Run(session)));
                Commits++;
            }
        }
    }

    private void Write(SqliteSession session, List<SqliteJob> batch)
    {
        foreach (var job in batch)
            RunIsolated(session, job);
        var began = time.GetTimestamp();
        _wait.Begin();
        while (batch.Count < LargestBatch && TakeLate(session, batch.Count, began) is { } late)
        {
            batch.Add(late);
            RunIsolated(session, late);
            _wait.Came(time.GetElapsedTime(began));
        }
    }

    private SqliteJob? TakeLate(SqliteSession session, int count, long began)
    {
        while (time.GetElapsedTime(began) is var at && _wait.IsOpen(at))
        {
            if (TryTake(out var late))
            {
                if (late.Writes && late.Tables <= session.KnownTables)
                    return late;
                _held = late;
                return null;
            }
            if (!_wait.IsWorthIt(count, at))
                return null;
            Thread.Yield();
        }
        return null;
    }

    private static void Alone(SqliteJob job, Action run)
    {
        try
        {
            run();
            job.Complete();
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
        catch (Exception cause) when (TookNothingElse(session, cause))
        {
            job.Fail(cause);
        }
    }

    // A constraint can have ended the transaction (ON CONFLICT ROLLBACK, RAISE(ROLLBACK)): the others of it are lost then, and what followed would be written without one.
    private static bool TookNothingElse(SqliteSession session, Exception cause) =>
        session.IsInTransaction && cause is not SqliteException { SqliteErrorCode: not (raw.SQLITE_CONSTRAINT or raw.SQLITE_TOOBIG) };
}
