using System.Text.Json;
using Akka.Actor;
using Akka.Serialization;
using Ferry.Engine.Errors;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;

namespace Ferry.Actors.Transfers;

/// <summary>
/// Journaled payloads as bytes: JSON under a versioned manifest such as <c>checkpointed/1</c>, encrypted whole with the key of the file named
/// by <c>ferry.key-file</c> and bound to the transfer's id, since URLs can be secrets and stand in more facts than one.
/// </summary>
public sealed class TransferSerializer : SerializerWithStringManifest
{
    private const string IndexName = "transfer-index";

    private static readonly Dictionary<string, Type> Types = new(StringComparer.Ordinal)
    {
        ["accepted/1"] = typeof(TransferWasAccepted),
        ["paused/1"] = typeof(TransferWasPaused),
        ["resumed/1"] = typeof(TransferWasResumed),
        ["resumed-with/1"] = typeof(TransferWasResumedWith),
        ["priority-changed/1"] = typeof(TransferPriorityWasChanged),
        ["settled/1"] = typeof(TransferWasSettled),
        ["removed/1"] = typeof(TransferWasRemoved),
        ["index/1"] = typeof(IndexSnapshot),
        ["identified/1"] = typeof(Identified),
        ["checkpointed/1"] = typeof(Checkpointed),
        ["restarted/1"] = typeof(Restarted),
        ["retry-scheduled/1"] = typeof(RetryScheduled),
        ["nothing-sent/1"] = typeof(NothingSent),
        ["verified/1"] = typeof(Verified),
        ["ended/1"] = typeof(Ended),
        ["reopened/1"] = typeof(Reopened),
    };

    private static readonly Dictionary<Type, string> Manifests = Types.ToDictionary(known => known.Value, known => known.Key);

    private readonly Lazy<JournalCipher> _cipher;

    /// <summary>Made by the actor system.</summary>
    /// <param name="system">The system.</param>
    public TransferSerializer(ExtendedActorSystem system)
        : base(system)
    {
        ArgumentNullException.ThrowIfNull(system);
        var config = system.Settings.Config;
        // A key file that cannot be read now may be readable later: the failure is not kept.
        _cipher = new Lazy<JournalCipher>(
            () => JournalCipher.FromFile(config.GetString("ferry.key-file", "(ferry.key-file is not set)")), LazyThreadSafetyMode.PublicationOnly);
    }

    /// <inheritdoc/>
    public override int Identifier => 230_001;

    /// <inheritdoc/>
    public override string Manifest(object o) => Manifests.TryGetValue(PayloadOf(o).GetType(), out var manifest)
        ? manifest
        : throw new ArgumentException($"{PayloadOf(o).GetType().Name} is not journaled.", nameof(o));

    /// <inheritdoc/>
    public override byte[] ToBinary(object obj)
    {
        Manifest(obj);
        var payload = PayloadOf(obj);
        var json = JsonSerializer.SerializeToUtf8Bytes(payload, JournalJson.Default.GetTypeInfo(payload.GetType())!);
        return _cipher.Value.Seal(NameOf(obj), json);
    }

    /// <inheritdoc/>
    public override object FromBinary(byte[] bytes, string manifest)
    {
        if (!Types.TryGetValue(manifest, out var type))
            throw Damaged($"The journal holds '{manifest}', which this version does not know: it was written by a newer one.");
        var payload = Read(_cipher.Value.Open(bytes, out var name), type);
        if (payload is TransferFact fact && TransferId.IsValid(name))
            return new JournaledFact(TransferId.Parse(name), fact);
        return payload is not TransferFact && NameOf(payload) == name
            ? payload
            : throw Damaged("A payload of the journal belongs to another transfer: restore the data directory from a copy.");
    }

    private static object PayloadOf(object o) => o is JournaledFact journaled ? journaled.Fact : o;

    private static string NameOf(object o) => o switch
    {
        JournaledFact journaled => journaled.Id.Value,
        IndexEvent @event => @event.Id.Value,
        _ => IndexName,
    };

    private static object Read(byte[] json, Type type)
    {
        try
        {
            return JsonSerializer.Deserialize(json, JournalJson.Default.GetTypeInfo(type)!)
                ?? throw Damaged("A payload of the journal is empty: restore the data directory from a copy.");
        }
        catch (JsonException e)
        {
            throw Damaged("A payload of the journal is damaged: restore the data directory from a copy.", e);
        }
    }

    private static TransferException Damaged(string message, Exception? inner = null) =>
        new(new TransferError(ErrorCode.LocalReadFailed, ErrorStage.Journaling, ErrorSide.Local, message), inner);
}
