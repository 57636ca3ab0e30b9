using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Akka.Persistence.Sqlite.Db;

/// <summary>One open connection with its prepared statements. Used by one thread only.</summary>
internal sealed class SqliteSession : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly sqlite3 _handle;
    private readonly Dictionary<string, SqliteStatement> _statements = new(ReferenceEqualityComparer.Instance);

    public SqliteSession(string connectionString, TimeSpan busyTimeout)
    {
        _connection = new SqliteConnection(connectionString);
        try
        {
            _connection.Open();
            _handle = _connection.Handle!;
            _ = raw.sqlite3_busy_timeout(_handle, (int)busyTimeout.TotalMilliseconds);
        }
        catch
        {
            _connection.Dispose();
            throw;
        }
    }

    /// <summary>How many of the database's tables this session has made sure of; -1 before it has looked.</summary>
    public int KnownTables { get; set; } = -1;

    /// <summary>Whether a transaction is open.</summary>
    public bool IsInTransaction => raw.sqlite3_get_autocommit(_handle) == 0;

    /// <summary>The prepared statement for a text, which must be one of a few and each time the same object.</summary>
    public SqliteStatement Statement(string sql)
    {
        if (!_statements.TryGetValue(sql, out var statement))
            _statements[sql] = statement = new SqliteStatement(_handle, sql);
        return statement;
    }

    /// <summary>Runs a statement that is not needed again, such as a pragma.</summary>
    public void Execute(string sql)
    {
        using var statement = new SqliteStatement(_handle, sql);
        statement.Run();
    }

    /// <summary>The size of the file's pages, in bytes.</summary>
    public long PageSize()
    {
        using var statement = new SqliteStatement(_handle, "PRAGMA page_size");
        return statement.Single();
    }

    /// <summary>
    /// Runs work in a transaction that holds the write lock from its start. Some errors, a full disk among them, have ended
    /// the transaction already: it is rolled back only where it is still open.
    /// </summary>
    public void InTransaction(Action work)
    {
        Statement("BEGIN IMMEDIATE").Run();
        try
        {
            work();
            Statement("COMMIT").Run();
        }
        catch
        {
            if (IsInTransaction)
                Statement("ROLLBACK").Run();
            throw;
        }
    }

    /// <summary>Runs work within a transaction; if it fails, only it is undone.</summary>
    public void InSavepoint(Action work)
    {
        Statement("SAVEPOINT job").Run();
        try
        {
            work();
        }
        catch when (IsInTransaction)
        {
            Statement("ROLLBACK TO job").Run();
            Statement("RELEASE job").Run();
            throw;
        }
        Statement("RELEASE job").Run();
    }

    public void TryShrinkLog()
    {
        try
        {
            Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        }
        catch (SqliteException)
        {
            // There is no room for that either; the writes that follow report it.
        }
    }

    public void Dispose()
    {
        foreach (var statement in _statements.Values)
            statement.Dispose();
        _connection.Dispose();
    }
}
