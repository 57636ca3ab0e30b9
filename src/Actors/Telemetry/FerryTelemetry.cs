using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Ferry.Actors.Telemetry;

/// <summary>
/// The names under which an engine is measured and traced; attributes follow OpenTelemetry's conventions for HTTP clients. No attribute holds a
/// query string.
/// </summary>
public static class FerryTelemetry
{
    /// <summary>The name of the meter and of the activity source.</summary>
    public const string Name = "Ferry";

    internal static readonly ActivitySource Source = new(Name);

    private static readonly Meter Meter = new(Name);

    /// <summary>Transfers that have not ended, by <c>ferry.transfer.state</c>.</summary>
    internal static readonly UpDownCounter<long> Active = Meter.CreateUpDownCounter<long>(
        "ferry.transfer.active", "{transfer}", "Transfers that have not ended, by state.");

    /// <summary>Transfers that ended, by <c>ferry.transfer.outcome</c> and <c>error.type</c>.</summary>
    internal static readonly Counter<long> Ended = Meter.CreateCounter<long>("ferry.transfer.ended", "{transfer}", "Transfers that ended, by outcome and error code.");

    /// <summary>Bytes over the network, by <c>network.io.direction</c>.</summary>
    internal static readonly Counter<long> Bytes = Meter.CreateCounter<long>("ferry.transfer.io", "By", "Bytes of bodies over the network, by direction.");

    /// <summary>Attempts that broke and are repeated, by <c>error.type</c>.</summary>
    internal static readonly Counter<long> Retries = Meter.CreateCounter<long>("ferry.transfer.retries", "{retry}", "Attempts that broke and are repeated, by error code.");

    /// <summary>From the start of an attempt to the header of its final answer.</summary>
    internal static readonly Histogram<double> FirstByte = Meter.CreateHistogram<double>(
        "ferry.transfer.time_to_first_byte", "s", "From the start of an attempt to the header of its final answer.");

    /// <summary>Answers that the response cache gave, revalidated or not.</summary>
    internal static readonly Counter<long> CacheHits = Meter.CreateCounter<long>("ferry.cache.hits", "{answer}", "Answers that the response cache gave, revalidated or not.");
}
