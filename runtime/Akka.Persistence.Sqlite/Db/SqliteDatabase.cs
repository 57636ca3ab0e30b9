using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace Akka.Persistence.Sqlite.Db;

/// <summary>
/// One database file, shared by the journal and the snapshot store: one thread writes, a few read. It is opened by the first
/// work, and again by the next where that failed.
/// </summary>
internal sealed class SqliteDatabase : IDisposable
{
    private const int Readers = 2;

    // Of a new file, in bytes. Each event changes a page of the index, and a group of them one each: small pages are less to write.
    private const int PageSize = 1024;

    // In bytes, after which the log is folded back: that of SQLite's 1,000 pages of 4,096.
    private const int LogSize = 4_096_000;

    private readonly SqliteDatabaseSettings _settings;
    private readonly string _connectionString;
    private readonly BlockingCollection<SqliteJob> _writes = [];
    private readonly BlockingCollection<SqliteJob> _reads;
    private readonly List<SqliteWorker> _workers = [];
    private readonly Lock _naming = new();
    private volatile string[] _tables = [];
    private volatile int _madeTables = -1;
    private volatile bool _closed;

    public SqliteDatabase(SqliteDatabaseSettings settings, TimeProvider? time = null)
    {
        _settings = settings;
        var builder = new SqliteConnectionStringBuilder(settings.ConnectionString) { Pooling = false };
        _connectionString = builder.ConnectionString;
        Name = builder.DataSource;
        Writer = new SqliteWriter("sqlite-writer", _writes, OpenWriter, MakeTables, time ?? TimeProvider.System);
        _workers.Add(Writer);
        // A database in memory belongs to its connection.
        var inMemory = IsInMemory(builder);
        _reads = inMemory ? _writes : [];
        for (var i = 0; i < Readers && !inMemory; i++)
            _workers.Add(new SqliteReader($"sqlite-reader-{i}", _reads, OpenReader, _ => AwaitTables()));
    }

    public string Name { get; }

    /// <summary>Whether a connection string names no file, unless by a URI.</summary>
    /// <param name="connection">The connection string.</param>
    internal static bool IsInMemory(SqliteConnectionStringBuilder connection) =>
        connection.Mode == SqliteOpenMode.Memory || connection.DataSource is "" or ":memory:";

    internal SqliteWriter Writer { get; }

    /// <summary>A statement that makes a table where it does not exist, run before the next work.</summary>
    public void AddTable(string sql)
    {
        lock (_naming)
        {
            if (!_tables.Contains(sql))
                _tables = [.. _tables, sql];
        }
    }

    /// <summary>Writes.</summary>
    /// <param name="work">What to do, within a transaction that others share.</param>
    /// <param name="isOneStatement">Whether it is a single statement, which SQLite itself undoes where it fails.</param>
    public Task Write(Action<SqliteSession> work, bool isOneStatement = false) => Enqueue(_writes, isOneStatement: isOneStatement, work: session =>
    {
        work(session);
        return true;
    });

    public Task<T> Read<T>(Func<SqliteSession, T> work) => Enqueue(_reads, work, writes: false);

    /// <summary>Does what is waiting, then closes all connections and with them the files.</summary>
    public void Dispose()
    {
        if (_closed)
            return;
        _closed = true;
        // The writer is the last to close: only it may fold the log back into the file.
        _reads.CompleteAdding();
        foreach (var reader in _workers.Where(worker => worker != Writer))
            reader.Dispose();
        _writes.CompleteAdding();
        Writer.Dispose();
    }

    private Task<T> Enqueue<T>(BlockingCollection<SqliteJob> queue, Func<SqliteSession, T> work, bool writes = true, bool isOneStatement = false)
    {
        var job = new SqliteJob<T>(work, Describe) { Writes = writes, IsOneStatement = isOneStatement, Tables = _tables.Length };
        try
        {
            queue.Add(job);
        }
        catch (InvalidOperationException) when (queue.IsAddingCompleted)
        {
            job.Fail(new ObjectDisposedException(Name, "The database is closed: the actor system has ended."));
        }
        return job.Task;
    }

    private SqliteSession OpenWriter() => Open(LogVfs.Of(_connectionString), session =>
    {
        session.Execute($"PRAGMA page_size = {PageSize}");
        session.Execute("PRAGMA journal_mode = WAL");
        session.Execute($"PRAGMA wal_autocheckpoint = {LogSize / session.PageSize()}");
        session.Execute("PRAGMA cache_spill = OFF");
        session.Execute($"PRAGMA synchronous = {_settings.Synchronous}");
        if (_settings.MaximumPages is { } pages)
            session.Execute($"PRAGMA max_page_count = {pages}");
    });

    private void MakeTables(SqliteSession session)
    {
        var tables = _tables;
        if (session.KnownTables == tables.Length)
            return;
        foreach (var sql in tables)
            session.Execute(sql);
        session.KnownTables = _madeTables = tables.Length;
    }

    private SqliteSession OpenReader()
    {
        AwaitTables();
        return Open(_connectionString, static session => session.Execute("PRAGMA query_only = ON"));
    }

    // The writer makes file, mode and tables. A reader waits for that, on a thread of its own, and for nothing else of the writer.
    private void AwaitTables()
    {
        if (_madeTables < _tables.Length)
            Enqueue(_writes, static _ => true, writes: false).GetAwaiter().GetResult();
    }

    private SqliteSession Open(string connectionString, Action<SqliteSession> prepare)
    {
        var session = new SqliteSession(connectionString, _settings.BusyTimeout);
        try
        {
            prepare(session);
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    private Exception Describe(Exception cause) => cause is SqliteException e && !e.Message.Contains(Name, StringComparison.Ordinal)
        ? new SqliteException($"The database '{Name}' failed: {e.Message} (SQLite error {e.SqliteExtendedErrorCode}).", e.SqliteErrorCode, e.SqliteExtendedErrorCode)
        : cause;
}

/// <summary>How a database is opened. <paramref name="MaximumPages"/> lets tests fill it.</summary>
internal sealed record SqliteDatabaseSettings(string ConnectionString, string Synchronous, TimeSpan BusyTimeout, int? MaximumPages = null);
