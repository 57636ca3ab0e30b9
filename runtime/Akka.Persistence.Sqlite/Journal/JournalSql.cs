namespace Akka.Persistence.Sqlite.Journal;

/// <summary>The journal's statements, for tables already in quotes.</summary>
internal sealed class JournalSql(string events, string metadata)
{
    public string CreateEvents { get; } =
        $"""
        CREATE TABLE IF NOT EXISTS {events} (
          ordering INTEGER PRIMARY KEY NOT NULL,
          persistence_id VARCHAR(255) NOT NULL,
          sequence_nr INTEGER(8) NOT NULL,
          is_deleted INTEGER(1) NOT NULL,
          manifest VARCHAR(255) NULL,
          timestamp INTEGER NOT NULL,
          payload BLOB NOT NULL,
          tags VARCHAR(2000) NULL,
          serializer_id INTEGER(4),
          UNIQUE (persistence_id, sequence_nr))
        """;

    public string CreateMetadata { get; } =
        $"""
        CREATE TABLE IF NOT EXISTS {metadata} (
          persistence_id VARCHAR(255) NOT NULL,
          sequence_nr INTEGER(8) NOT NULL,
          PRIMARY KEY (persistence_id, sequence_nr))
        """;

    public string Insert { get; } =
        $"""
        INSERT INTO {events} (persistence_id, sequence_nr, is_deleted, manifest, timestamp, payload, serializer_id)
        VALUES (?1, ?2, 0, ?3, ?4, ?5, ?6)
        """;

    public string Select { get; } =
        $"""
        SELECT sequence_nr, timestamp, manifest, payload, serializer_id, is_deleted FROM {events}
        WHERE persistence_id = ?1 AND sequence_nr BETWEEN ?2 AND ?3
        ORDER BY sequence_nr
        """;

    public string Highest { get; } =
        $"""
        SELECT MAX(COALESCE((SELECT MAX(sequence_nr) FROM {events} WHERE persistence_id = ?1), 0),
                   COALESCE((SELECT MAX(sequence_nr) FROM {metadata} WHERE persistence_id = ?1), 0))
        """;

    public string Delete { get; } = $"DELETE FROM {events} WHERE persistence_id = ?1 AND sequence_nr <= ?2";

    public string ForgetHighest { get; } = $"DELETE FROM {metadata} WHERE persistence_id = ?1";

    public string RememberHighest { get; } = $"INSERT INTO {metadata} (persistence_id, sequence_nr) VALUES (?1, ?2)";
}
