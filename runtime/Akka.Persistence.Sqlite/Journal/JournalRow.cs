using System.Text;
using Akka.Persistence.Sqlite.Db;

namespace Akka.Persistence.Sqlite.Journal;

/// <summary>An event as it is inserted: texts are made bytes where there are many threads, for there is one writer.</summary>
internal readonly record struct JournalRow(byte[] PersistenceId, long SequenceNr, byte[] Manifest, byte[] Payload, int SerializerId)
{
    /// <summary>The row of an event.</summary>
    public static JournalRow Of(IPersistentRepresentation written, SerializedPayload payload) => new(
        Encoding.UTF8.GetBytes(written.PersistenceId), written.SequenceNr, Encoding.UTF8.GetBytes(payload.Manifest), payload.Bytes, payload.SerializerId);
}
