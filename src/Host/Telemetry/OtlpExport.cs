using Ferry.Actors.Telemetry;
using Ferry.Host.Commands;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Ferry.Host.Telemetry;

/// <summary>Sends meters and traces of the engine to an OpenTelemetry collector, by OTLP over HTTP; what is left goes out when it is disposed.</summary>
internal sealed class OtlpExport : IDisposable
{
    private readonly MeterProvider _meters;
    private readonly TracerProvider _traces;

    private OtlpExport(Uri collector)
    {
        var resource = ResourceBuilder.CreateDefault().AddService("ferry");
        _meters = Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource).AddMeter(FerryTelemetry.Name)
            .AddOtlpExporter(o => Point(o, collector, "v1/metrics")).Build();
        _traces = Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource).AddSource(FerryTelemetry.Name)
            .AddOtlpExporter(o => Point(o, collector, "v1/traces")).Build();
    }

    /// <summary>Starts the export.</summary>
    /// <param name="collector">The collector's URL, as in http://localhost:4318.</param>
    /// <exception cref="CommandException">It is no http or https URL.</exception>
    public static OtlpExport Start(string collector) =>
        Uri.TryCreate(collector.TrimEnd('/') + "/", UriKind.Absolute, out var url) && url.Scheme is ("http" or "https")
            ? new OtlpExport(url)
            : throw CommandException.Usage($"--otlp is '{collector}'; it must be the URL of a collector, such as http://localhost:4318.");

    /// <inheritdoc/>
    public void Dispose()
    {
        _traces.Dispose();
        _meters.Dispose();
    }

    private static void Point(OtlpExporterOptions options, Uri collector, string path) =>
        (options.Protocol, options.Endpoint) = (OtlpExportProtocol.HttpProtobuf, new Uri(collector, path));
}
