using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Akka.Persistence.Sqlite.Db;

/// <summary>A thread with a connection of its own, so that waiting for the disk blocks no thread of the pool.</summary>
internal abstract class SqliteWorker : IDisposable
{
    // Bounds a transaction, and with it the time a waiting write can wait.
    private const int LargestBatch = 500;

    // Of the last batch's duration a batch may wait one such part for those who are expected back.
    private const int WaitPart = 5;

    private readonly BlockingCollection<SqliteJob> _jobs;
    private readonly Func<SqliteSession> _open;
    private readonly Action<SqliteSession> _prepare;
    private readonly Thread _thread;
    private SqliteSession? _session;
    private int _lastCount;
    private long _lastDuration;

    protected SqliteWorker(string name, BlockingCollection<SqliteJob> jobs, Func<SqliteSession> open, Action<SqliteSession> prepare)
    {
        _jobs = jobs;
        _open = open;
        _prepare = prepare;
        _thread = new Thread(Work) { IsBackground = true, Name = name };
        _thread.Start();
    }

    /// <summary>Waits for what is being done; the owner has completed the queue before.</summary>
    public void Dispose() => _thread.Join();

    /// <summary>Does jobs that were waiting together. Those that fail are told so here, those that do not are completed by the caller.</summary>
    protected abstract void Do(SqliteSession session, IReadOnlyList<SqliteJob> jobs);

    protected virtual int BatchLimit => LargestBatch;

    private void Work()
    {
        var batch = new List<SqliteJob>();
        foreach (var first in _jobs.GetConsumingEnumerable())
        {
            batch.Add(first);
            Gather(batch);
            var began = Stopwatch.GetTimestamp();
            DoBatch(batch);
            _lastDuration = Stopwatch.GetTimestamp() - began;
            _lastCount = batch.Count;
            batch.Clear();
        }
        _session?.Dispose();
    }

    /// <summary>
    /// Takes what waits. Those who were answered together mostly come back together, a moment later: for as many as they were it waits, but
    /// only a part of the time that their commit took. A lone writer is never kept waiting.
    /// </summary>
    private void Gather(List<SqliteJob> batch)
    {
        var until = Stopwatch.GetTimestamp() + (_lastDuration / WaitPart);
        while (batch.Count < BatchLimit)
        {
            if (_jobs.TryTake(out var next))
                batch.Add(next);
            else if (batch.Count >= _lastCount || Stopwatch.GetTimestamp() >= until)
                return;
            else
                Thread.Yield();
        }
    }

    private void DoBatch(List<SqliteJob> batch)
    {
        try
        {
            _session ??= _open();
            _prepare(_session);
            Do(_session, batch);
            foreach (var job in batch)
                job.Complete();
        }
        catch (Exception cause)
        {
            foreach (var job in batch)
                job.Fail(cause);
            if (cause is SqliteException { SqliteErrorCode: not (raw.SQLITE_FULL or raw.SQLITE_BUSY or raw.SQLITE_CONSTRAINT) })
                CloseSession();
        }
    }

    // After an error of the file or the disk a new connection sees what is there now.
    private void CloseSession()
    {
        try
        {
            _session?.Dispose();
        }
        catch (SqliteException)
        {
            // What it failed on has been reported.
        }
        _session = null;
    }
}

/// <summary>Reads on one of several connections; in WAL mode none of them waits for the writer.</summary>
internal sealed class SqliteReader(string name, BlockingCollection<SqliteJob> jobs, Func<SqliteSession> open, Action<SqliteSession> prepare)
    : SqliteWorker(name, jobs, open, prepare)
{
    protected override int BatchLimit => 1;

    protected override void Do(SqliteSession session, IReadOnlyList<SqliteJob> jobs) => jobs[0].Run(session);
}

/// <summary>Writes: all jobs waiting at a moment, of whichever actors, go in one transaction (group commit).</summary>
internal sealed class SqliteWriter(string name, BlockingCollection<SqliteJob> jobs, Func<SqliteSession> open, Action<SqliteSession> prepare)
    : SqliteWorker(name, jobs, open, prepare)
{
    /// <summary>How many transactions were committed.</summary>
    public int Commits { get; private set; }

    protected override void Do(SqliteSession session, IReadOnlyList<SqliteJob> jobs)
    {
        foreach (var job in jobs.Where(job => !job.Writes))
            Alone(job, () => job.Run(session));
        List<SqliteJob> writes = [.. jobs.Where(job => job.Writes)];
        if (writes.Count > 0)
            DoTogether(session, writes);
    }

    private void DoTogether(SqliteSession session, List<SqliteJob> jobs)
    {
        try
        {
            session.InTransaction(() =>
            {
                foreach (var job in jobs)
                    RunIsolated(session, job);
            });
            Commits++;
        }
        catch (SqliteException e) when (e.SqliteErrorCode == raw.SQLITE_FULL)
        {
            // Folding the log back into the file may make room, and there may be room for some of the jobs. One that was told
            // its failure is not tried again.
            session.TryShrinkLog();
            foreach (var job in jobs.Where(job => !job.IsSettled))
            {
                Alone(job, () => session.InTransaction(() => job.Run(session)));
                Commits++;
            }
        }
    }

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
            session.InSavepoint(() => job.Run(session));
        }
        catch (Exception cause) when (cause is not SqliteException || ((SqliteException)cause).SqliteErrorCode == raw.SQLITE_CONSTRAINT)
        {
            job.Fail(cause);
        }
    }
}
