namespace Akka.Persistence.Sqlite.Db;

/// <summary>An object as bytes, with what is needed to read them again.</summary>
internal readonly record struct SerializedPayload(byte[] Bytes, string Manifest, int SerializerId);

internal static class Payloads
{
    public static SerializedPayload Serialize(Akka.Serialization.Serialization serialization, object payload)
    {
        var serializer = serialization.FindSerializerFor(payload);
        return new SerializedPayload(
            serializer.ToBinary(payload),
            Akka.Serialization.Serialization.ManifestFor(serializer, payload),
            serializer.Identifier);
    }

    /// <summary>Reads a payload from the columns manifest, payload and serializer_id, which stand side by side.</summary>
    public static object Deserialize(Akka.Serialization.Serialization serialization, SqliteStatement row, int manifestColumn)
    {
        if (row.IsNull(manifestColumn + 2))
            throw new InvalidDataException("A row names no serializer: it was written by a version before 1.0 of the plugin.");
        return serialization.Deserialize(row.Blob(manifestColumn + 1), (int)row.Integer(manifestColumn + 2), row.Text(manifestColumn));
    }

    /// <summary>A table's name as it stands in a statement.</summary>
    public static string Quoted(string table) => $"\"{table.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
