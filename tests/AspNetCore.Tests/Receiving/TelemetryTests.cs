using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Ferry.AspNetCore.Storage;
using Ferry.AspNetCore.Tests.Kit;

namespace Ferry.AspNetCore.Tests.Receiving;

/// <summary>Logs and meters.</summary>
public sealed class TelemetryTests : IDisposable
{
    private readonly UploadDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Logs_NameTheUpload_AndNoMetadata()
    {
        var log = new LogLines();
        await using (var receiver = await Receiver.StartAsync(_directory.Options, new ReceiverSetup { Log = log }))
        {
            var url = await receiver.Client.CreateAsync(3, "secret-name.txt");
            (await receiver.Client.PatchAsync(url, 0, [1, 2, 3])).Dispose();
            var other = await receiver.Client.CreateAsync(3, "secret-name.txt");
            (await receiver.Client.SendAsync("DELETE", other, null)).Dispose();
            log.Lines.Should().Contain($"Information: Upload {Beginning(url)} was created, 3 bytes.")
                .And.Contain($"Information: Upload {Beginning(url)} is finished, 3 bytes.")
                .And.Contain($"Information: Upload {Beginning(other)} was removed by its client.");
        }
        log.Lines.Should().NotContain(l => l.Contains("secret-name") || l.Contains(TusClient.Base64("secret-name.txt")));
    }

    [Fact]
    public async Task Meters_CountBytesAndUploads()
    {
        var counted = new ConcurrentQueue<(string Name, long Value)>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, l) =>
            {
                if (instrument.Meter.Name == "Ferry")
                    l.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => counted.Enqueue((instrument.Name, value)));
        listener.Start();
        await using var receiver = await Receiver.StartAsync(_directory.Options);
        // Other tests count too: this number of bytes is this test's alone.
        var url = await receiver.Client.CreateAsync(777);
        (await receiver.Client.PatchAsync(url, 0, new byte[777])).Dispose();
        counted.Should().Contain(("ferry.upload.io", 777L)).And.Contain(("ferry.upload.finished", 1L));
    }

    private static string Beginning(string url) => UploadId.Beginning(UploadDirectory.IdOf(url));
}
