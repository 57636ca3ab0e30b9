using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Akka.Persistence.Sqlite.Db;

/// <summary>A thread with a connection of its own, so that waiting for the disk blocks no thread of the pool.</summary>
internal abstract class SqliteWorker : IDisposable
{
    private readonly BlockingCollection<SqliteJob> _jobs;
    private readonly Func<SqliteSession> _open;
    private readonly Action<SqliteSession> _prepare;
    private readonly Thread _thread;
    private SqliteSession? _session;

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

    /// <summary>Waits for what is to be done next; false where nothing will come.</summary>
    protected virtual bool Next(List<SqliteJob> batch)
    {
        if (!_jobs.TryTake(out var first, Timeout.Infinite))
            return false;
        batch.Add(first);
        return true;
    }

    /// <summary>Does a batch, to which it may add. Those that fail are told so here, those that do not are completed by the caller.</summary>
    protected abstract void Do(SqliteSession session, List<SqliteJob> batch);

    /// <summary>Takes a job that waits, if there is one.</summary>
    protected bool TryTake([MaybeNullWhen(false)] out SqliteJob job) => _jobs.TryTake(out job);

    /// <summary>How many jobs wait.</summary>
    protected int Waiting => _jobs.Count;

    private void Work()
    {
        var batch = new List<SqliteJob>();
        while (Next(batch))
        {
            DoBatch(batch);
            batch.Clear();
        }
        _session?.Dispose();
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
    protected override void Do(SqliteSession session, List<SqliteJob> batch) => batch[0].Run(session);
}
