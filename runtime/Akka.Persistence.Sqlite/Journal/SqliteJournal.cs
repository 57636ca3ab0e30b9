using System.Collections.Immutable;
using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence.Journal;
using Akka.Persistence.Sqlite.Db;

namespace Akka.Persistence.Sqlite.Journal;

/// <summary>Keeps events in a SQLite file.</summary>
public class SqliteJournal : AsyncWriteJournal
{
    private readonly Config _config;
    private readonly JournalSql _sql;
    private readonly SqlitePersistence _extension;
    private readonly Akka.Serialization.Serialization _serialization;
    private SqliteDatabase? _database;

    public SqliteJournal(Config journalConfig)
    {
        _extension = SqlitePersistence.Get(Context.System);
        _serialization = Context.System.Serialization;
        _config = journalConfig.WithFallback(_extension.DefaultJournalConfig);
        _sql = new JournalSql(
            Payloads.Quoted(_config.GetString("table-name")!),
            Payloads.Quoted(_config.GetString("metadata-table-name")!));
    }

    // Opened by the first request, so that wrong settings are its answer, not silence.
    private SqliteDatabase Database => _database ??= OpenDatabase();

    public override Task ReplayMessagesAsync(
        IActorContext context,
        string persistenceId,
        long fromSequenceNr,
        long toSequenceNr,
        long max,
        Action<IPersistentRepresentation> recoveryCallback) =>
        Database.Read(session => Replay(session, persistenceId, fromSequenceNr, toSequenceNr, max, recoveryCallback));

    public override Task<long> ReadHighestSequenceNrAsync(string persistenceId, long fromSequenceNr) =>
        Database.Read(session => ReadHighest(session, persistenceId));

    /// <summary>A recovery is one visit to one reader.</summary>
    internal override Task<long> RecoverAsync(IActorContext context, ReplayMessages request, Action<IPersistentRepresentation> callback) =>
        Database.Read(session =>
        {
            // Events that are read to their end tell the highest number themselves.
            var last = Replay(session, request.PersistenceId, request.FromSequenceNr, request.ToSequenceNr, request.Max, callback);
            var toTheEnd = request is { ToSequenceNr: long.MaxValue, Max: long.MaxValue };
            return toTheEnd && last > 0 ? last : ReadHighest(session, request.PersistenceId);
        });

    protected override void PostStop()
    {
        if (_database is not null)
            _extension.Close(_database);
        base.PostStop();
    }

    protected override async Task<IImmutableList<Exception?>?> WriteMessagesAsync(IEnumerable<AtomicWrite> messages)
    {
        var rows = new List<JournalRow>();
        ImmutableArray<Exception?> rejections = [.. messages.Select(write => TrySerialize(write, rows))];
        if (rows.Count > 0)
            await Database.Write(session => Insert(session, rows), isOneStatement: rows.Count == 1).ConfigureAwait(false);
        return rejections.All(rejection => rejection is null) ? null : rejections;
    }

    protected override Task DeleteMessagesToAsync(string persistenceId, long toSequenceNr) => Database.Write(session =>
    {
        var highest = ReadHighest(session, persistenceId);
        session.Statement(_sql.Delete).Bind(1, persistenceId).Bind(2, toSequenceNr).Run();
        if (highest > toSequenceNr)
            return;
        // No event is left to tell the highest number, which must never be given again.
        session.Statement(_sql.ForgetHighest).Bind(1, persistenceId).Run();
        session.Statement(_sql.RememberHighest).Bind(1, persistenceId).Bind(2, highest).Run();
    });

    private SqliteDatabase OpenDatabase()
    {
        var database = _extension.Open(_config, SqlitePersistence.JournalConfigPath);
        if (_config.GetBoolean("auto-initialize"))
        {
            database.AddTable(_sql.CreateEvents);
            database.AddTable(_sql.CreateMetadata);
        }
        return database;
    }

    private Exception? TrySerialize(AtomicWrite write, List<JournalRow> rows)
    {
        var before = rows.Count;
        try
        {
            foreach (var written in write.Events)
                rows.Add(JournalRow.Of(written, Payloads.Serialize(_serialization, written.Payload)));
            return null;
        }
        catch (Exception cause)
        {
            rows.RemoveRange(before, rows.Count - before);
            return cause;
        }
    }

    private void Insert(SqliteSession session, List<JournalRow> rows)
    {
        var now = DateTime.UtcNow.Ticks;
        var insert = session.Statement(_sql.Insert);
        foreach (var row in rows)
        {
            insert.BindText(1, row.PersistenceId).Bind(2, row.SequenceNr)
                .BindText(3, row.Manifest).Bind(4, now).Bind(5, row.Payload).Bind(6, row.SerializerId)
                .Run();
        }
    }

    private long ReadHighest(SqliteSession session, string persistenceId) => session.Statement(_sql.Highest).Bind(1, persistenceId).Single();

    /// <summary>Gives the number of the last event that was read, 0 where there was none.</summary>
    private long Replay(SqliteSession session, string persistenceId, long from, long to, long max, Action<IPersistentRepresentation> callback)
    {
        var (last, remaining) = (0L, max);
        if (from > to || max <= 0)
            return last;
        session.Statement(_sql.Select).Bind(1, persistenceId).Bind(2, from).Bind(3, to).Read(row =>
        {
            last = row.Integer(0);
            var isDeleted = row.Integer(5) != 0;
            if (isDeleted)
                return true;
            var payload = Payloads.Deserialize(_serialization, row, manifestColumn: 2);
            callback(new Persistent(payload, last, persistenceId, row.Text(2), timestamp: row.Integer(1)));
            return --remaining > 0;
        });
        return last;
    }
}
