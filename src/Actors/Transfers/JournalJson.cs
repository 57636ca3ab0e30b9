using System.Text.Json;
using System.Text.Json.Serialization;
using Ferry.Engine.Ranges;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;

namespace Ferry.Actors.Transfers;

/// <summary>How journaled payloads are written, without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    IgnoreReadOnlyProperties = true,
    UseStringEnumConverter = true,
    Converters = [typeof(TransferIdConverter)])]
[JsonSerializable(typeof(TransferWasAccepted))]
[JsonSerializable(typeof(TransferWasPaused))]
[JsonSerializable(typeof(TransferWasResumed))]
[JsonSerializable(typeof(TransferWasResumedWith))]
[JsonSerializable(typeof(TransferPriorityWasChanged))]
[JsonSerializable(typeof(TransferWasSettled))]
[JsonSerializable(typeof(TransferWasRemoved))]
[JsonSerializable(typeof(IndexSnapshot))]
[JsonSerializable(typeof(Identified))]
[JsonSerializable(typeof(Checkpointed))]
[JsonSerializable(typeof(Restarted))]
[JsonSerializable(typeof(RetryScheduled))]
[JsonSerializable(typeof(Verified))]
[JsonSerializable(typeof(Ended))]
[JsonSerializable(typeof(Reopened))]
[JsonSerializable(typeof(NothingSent))]
internal sealed partial class JournalJson : JsonSerializerContext
{
    /// <summary>
    /// Writes what every download journals, to nowhere: the first time costs some tens of milliseconds of compiling, which a program that is
    /// just starting can spend beside opening its journal instead of before its first transfer.
    /// </summary>
    public static void Warm()
    {
        var id = Engine.Requests.TransferId.Parse("warm");
        var request = new TransferRequest { Url = "http://localhost/", Destination = new FileDestination("/") };
        var outcome = new CompletedOutcome(0, null, "/") { Identity = new ResourceIdentity { FinalUrl = request.Url } };
        JsonSerializer.Serialize(Stream.Null, new TransferWasAccepted(id, request, default), Default.TransferWasAccepted);
        JsonSerializer.Serialize(Stream.Null, new Identified(outcome.Identity), Default.Identified);
        JsonSerializer.Serialize(Stream.Null, new Checkpointed(0, 0, ""), Default.Checkpointed);
        JsonSerializer.Serialize(Stream.Null, new Verified(0, null, "/"), Default.Verified);
        JsonSerializer.Serialize(Stream.Null, new Ended(outcome), Default.Ended);
        JsonSerializer.Serialize(Stream.Null, new TransferWasSettled(id, outcome, default), Default.TransferWasSettled);
    }
}

internal sealed class TransferIdConverter : JsonConverter<TransferId>
{
    public override TransferId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        TransferId.IsValid(reader.GetString()) ? TransferId.Parse(reader.GetString()!) : throw new JsonException("Not a transfer id.");

    public override void Write(Utf8JsonWriter writer, TransferId value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
}
