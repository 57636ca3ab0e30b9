using System.Diagnostics.Metrics;

namespace Ferry.AspNetCore.Telemetry;

/// <summary>What is counted of uploads, in the meter <c>Ferry</c>.</summary>
internal static class UploadMetrics
{
    private static readonly Meter Meter = new("Ferry");

    /// <summary>Bytes of bodies that were written, whether they counted in the end or not.</summary>
    public static readonly Counter<long> Received = Meter.CreateCounter<long>("ferry.upload.io", "By", "Bytes of upload bodies that were written.");

    /// <summary>Uploads that are finished and have their name.</summary>
    public static readonly Counter<long> Finished = Meter.CreateCounter<long>("ferry.upload.finished", "{upload}", "Uploads that are finished.");

    /// <summary>Uploads that expired unfinished.</summary>
    public static readonly Counter<long> Expired = Meter.CreateCounter<long>("ferry.upload.expired", "{upload}", "Uploads that expired unfinished.");
}
