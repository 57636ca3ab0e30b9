using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Akka.Persistence.Sqlite.Db;

/// <summary>A prepared statement, used again and again on its connection. Parameters and columns are numbered, and all parameters are bound each time.</summary>
internal sealed class SqliteStatement : IDisposable
{
    // The most that stays bound until it is bound anew, in bytes: to clear costs a call for each event.
    private const int Small = 4096;

    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;
    private bool _holdsMuch;

    public SqliteStatement(sqlite3 database, string sql)
    {
        _database = database;
        Check(raw.sqlite3_prepare_v2(database, sql, out _statement));
    }

    public SqliteStatement Bind(int parameter, string value)
    {
        Check(raw.sqlite3_bind_text(_statement, parameter, value));
        return this;
    }

    public SqliteStatement Bind(int parameter, long value)
    {
        Check(raw.sqlite3_bind_int64(_statement, parameter, value));
        return this;
    }

    /// <summary>Binds text.</summary>
    /// <param name="parameter">Which parameter.</param>
    /// <param name="utf8">The text in UTF-8.</param>
    public SqliteStatement BindText(int parameter, ReadOnlySpan<byte> utf8)
    {
        Check(raw.sqlite3_bind_text(_statement, parameter, utf8));
        return this;
    }

    public SqliteStatement Bind(int parameter, ReadOnlySpan<byte> value)
    {
        _holdsMuch |= value.Length > Small;
        Check(value.IsEmpty ? raw.sqlite3_bind_zeroblob(_statement, parameter, 0) : raw.sqlite3_bind_blob(_statement, parameter, value));
        return this;
    }

    /// <summary>Runs a statement that gives no rows.</summary>
    public void Run()
    {
        try
        {
            while (Step())
            {
            }
        }
        finally
        {
            Reset();
        }
    }

    /// <summary>Reads rows until there are no more or <paramref name="row"/> says enough.</summary>
    public void Read(Func<SqliteStatement, bool> row)
    {
        try
        {
            while (Step() && row(this))
            {
            }
        }
        finally
        {
            Reset();
        }
    }

    /// <summary>The first column of the first row, for a statement that gives one; 0 where it is null.</summary>
    public long Single()
    {
        var value = 0L;
        Read(row =>
        {
            value = row.Integer(0);
            return false;
        });
        return value;
    }

    public long Integer(int column) => raw.sqlite3_column_int64(_statement, column);

    public string Text(int column) => raw.sqlite3_column_text(_statement, column).utf8_to_string() ?? "";

    public byte[] Blob(int column) => raw.sqlite3_column_blob(_statement, column).ToArray();

    public bool IsNull(int column) => raw.sqlite3_column_type(_statement, column) == raw.SQLITE_NULL;

    public void Dispose() => _statement.Dispose();

    private bool Step()
    {
        var code = raw.sqlite3_step(_statement);
        if (code is not (raw.SQLITE_ROW or raw.SQLITE_DONE))
            Check(code);
        return code == raw.SQLITE_ROW;
    }

    private void Reset()
    {
        // The error of a failed step is given again here: it was thrown already.
        _ = raw.sqlite3_reset(_statement);
        if (!_holdsMuch)
            return;
        _ = raw.sqlite3_clear_bindings(_statement);
        _holdsMuch = false;
    }

    private void Check(int code)
    {
        if (code != raw.SQLITE_OK)
            throw new SqliteException(raw.sqlite3_errmsg(_database).utf8_to_string(), code & 0xff, raw.sqlite3_extended_errcode(_database));
    }
}
