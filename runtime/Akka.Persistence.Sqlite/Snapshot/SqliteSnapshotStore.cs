using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence.Snapshot;
using Akka.Persistence.Sqlite.Db;

namespace Akka.Persistence.Sqlite.Snapshot;

/// <summary>Keeps snapshots in a SQLite file.</summary>
public class SqliteSnapshotStore : SnapshotStore
{
    private readonly Config _config;
    private readonly SnapshotSql _sql;
    private readonly SqlitePersistence _extension;
    private readonly Akka.Serialization.Serialization _serialization;
    private SqliteDatabase? _database;

    public SqliteSnapshotStore(Config snapshotConfig)
    {
        _extension = SqlitePersistence.Get(Context.System);
        _serialization = Context.System.Serialization;
        _config = snapshotConfig.WithFallback(_extension.DefaultSnapshotConfig);
        _sql = new SnapshotSql(Payloads.Quoted(_config.GetString("table-name")!));
    }

    // Opened by the first request, so that wrong settings are its answer, not silence.
    private SqliteDatabase Database => _database ??= OpenDatabase();

    protected override void PostStop()
    {
        if (_database is not null)
            _extension.Close(_database);
        base.PostStop();
    }

    protected override Task<SelectedSnapshot?> LoadAsync(string persistenceId, SnapshotSelectionCriteria criteria) => Database.Read(session =>
    {
        SelectedSnapshot? found = null;
        Select(session, _sql.Newest, persistenceId, criteria).Read(row =>
        {
            var metadata = new SnapshotMetadata(persistenceId, row.Integer(0), new DateTime(row.Integer(1), DateTimeKind.Utc));
            found = new SelectedSnapshot(metadata, Payloads.Deserialize(_serialization, row, manifestColumn: 2));
            return false;
        });
        return found;
    });

    protected override Task SaveAsync(SnapshotMetadata metadata, object snapshot)
    {
        var payload = Payloads.Serialize(_serialization, snapshot);
        return Database.Write(session => session.Statement(_sql.Insert)
            .Bind(1, metadata.PersistenceId).Bind(2, metadata.SequenceNr).Bind(3, metadata.Timestamp.Ticks)
            .Bind(4, payload.Manifest).Bind(5, payload.Bytes).Bind(6, payload.SerializerId)
            .Run(), isOneStatement: true);
    }

    protected override Task DeleteAsync(SnapshotMetadata metadata)
    {
        var any = metadata.Timestamp == SnapshotMetadata.TimestampNotSpecified;
        var criteria = new SnapshotSelectionCriteria(
            metadata.SequenceNr, any ? DateTime.MaxValue : metadata.Timestamp, metadata.SequenceNr, metadata.Timestamp);
        return DeleteAsync(metadata.PersistenceId, criteria);
    }

    protected override Task DeleteAsync(string persistenceId, SnapshotSelectionCriteria criteria) =>
        Database.Write(session => Select(session, _sql.Delete, persistenceId, criteria).Run());

    private SqliteDatabase OpenDatabase()
    {
        var database = _extension.Open(_config, SqlitePersistence.SnapshotConfigPath);
        if (_config.GetBoolean("auto-initialize"))
            database.AddTable(_sql.Create);
        return database;
    }

    private static SqliteStatement Select(SqliteSession session, string sql, string persistenceId, SnapshotSelectionCriteria criteria) =>
        session.Statement(sql).Bind(1, persistenceId)
            .Bind(2, criteria.MinSequenceNr).Bind(3, criteria.MaxSequenceNr)
            .Bind(4, criteria.MinTimestamp?.Ticks ?? 0).Bind(5, criteria.MaxTimeStamp.Ticks);
}

/// <summary>The snapshot store's statements, for a table already in quotes.</summary>
internal sealed class SnapshotSql(string snapshots)
{
    private const string Selected =
        "persistence_id = ?1 AND sequence_nr BETWEEN ?2 AND ?3 AND created_at BETWEEN ?4 AND ?5";

    public string Create { get; } =
        $"""
        CREATE TABLE IF NOT EXISTS {snapshots} (
          persistence_id VARCHAR(255) NOT NULL,
          sequence_nr INTEGER(8) NOT NULL,
          created_at INTEGER(8) NOT NULL,
          manifest VARCHAR(255) NOT NULL,
          payload BLOB NOT NULL,
          serializer_id INTEGER(4),
          PRIMARY KEY (persistence_id, sequence_nr))
        """;

    public string Insert { get; } =
        $"""
        INSERT OR REPLACE INTO {snapshots} (persistence_id, sequence_nr, created_at, manifest, payload, serializer_id)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6)
        """;

    public string Newest { get; } =
        $"SELECT sequence_nr, created_at, manifest, payload, serializer_id FROM {snapshots} WHERE {Selected} ORDER BY sequence_nr DESC LIMIT 1";

    public string Delete { get; } = $"DELETE FROM {snapshots} WHERE {Selected}";
}
