using System.Collections.Concurrent;
using Ferry.Engine.Requests;
using Microsoft.Extensions.Logging;

namespace Ferry.AspNetCore.Storage;

/// <summary>What every upload of a store shares.</summary>
/// <param name="Options">The options.</param>
/// <param name="Paths">Where files lie.</param>
/// <param name="Time">The clock.</param>
/// <param name="BootId">The kernel's boot id; empty where it is not known.</param>
/// <param name="Log">Where to log.</param>
/// <param name="Device">What is flushed, and how.</param>
internal sealed record UploadContext(UploadReceiverOptions Options, UploadPaths Paths, TimeProvider Time, string BootId, ILogger Log, Device Device)
{
    // Without an expiration unfinished uploads stay for ever; what only answers a client that lost its last answer need not.
    private static readonly TimeSpan RecordsStay = TimeSpan.FromHours(24);

    // A person has to see the warning and to look.
    private static readonly TimeSpan DamagedStay = TimeSpan.FromDays(7);

    /// <summary>Whether what is told is flushed to the device first: always, where one boot cannot be told from another.</summary>
    public bool Flushes => Options.Durability is Durability.Power || BootId.Length == 0;

    /// <summary>The sequence number at which this process flushed a record last. Of what it only read nobody knows whether it is on the device.</summary>
    public ConcurrentDictionary<string, long> FlushedRecords { get; } = new();

    /// <summary>When an unfinished upload expires; null for never.</summary>
    public DateTimeOffset? ExpiresAt(UploadState state) =>
        state.Phase is UploadPhase.Receiving && Options.Expiration > TimeSpan.Zero ? Later(state.Touched, Options.Expiration) : null;

    /// <summary>When the record of an upload that ended, well or not, is of no more use.</summary>
    public DateTimeOffset ForgottenAt(UploadState state)
    {
        var stay = Options.Expiration > TimeSpan.Zero ? Options.Expiration : RecordsStay;
        var ended = Later(state.Touched, stay);
        return state.Phase is UploadPhase.Expired ? Later(ended, stay) : ended;
    }

    /// <summary>What was set aside before is kept no longer; null where it stays for ever, as unfinished uploads do.</summary>
    public DateTimeOffset? DamagedKeptSince => Options.Expiration > TimeSpan.Zero
        ? Earlier(Time.GetUtcNow(), Options.Expiration > DamagedStay ? Options.Expiration : DamagedStay)
        : null;

    private static DateTimeOffset Earlier(DateTimeOffset time, TimeSpan by) =>
        time - DateTimeOffset.UnixEpoch > by ? time - by : DateTimeOffset.UnixEpoch;

    private static DateTimeOffset Later(DateTimeOffset time, TimeSpan by) =>
        DateTimeOffset.MaxValue - time > by ? time + by : DateTimeOffset.MaxValue;
}
