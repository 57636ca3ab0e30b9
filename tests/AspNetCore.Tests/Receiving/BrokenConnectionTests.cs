using Ferry.AspNetCore.Tests.Kit;
using Ferry.Testing.Server;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Ferry.AspNetCore.Tests.Receiving;

/// <summary>What breaks in the middle of a PATCH: connections, processes, machines.</summary>
public sealed class BrokenConnectionTests : IDisposable
{
    private readonly UploadDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ConnectionBreaks_WhatCameIsKeptAndCounts(bool reset)
    {
        await using var receiver = await Receiver.StartAsync(_directory.Options);
        var content = Content.Bytes(11, 100_000);
        var url = await receiver.Client.CreateAsync(content.Length, "a");
        using (var raw = await RawRequest.PatchAsync(receiver, url, 0, content.Length))
        {
            await raw.SendAsync(content.AsMemory(0, 60_000));
            await Waiting.WrittenAsync(_directory, url, 60_000);
            if (reset)
                raw.Reset();
        }
        (await receiver.Client.OffsetAsync(url)).Should().Be(60_000);
        using var rest = await receiver.Client.PatchAsync(url, 60_000, content[60_000..]);
        rest.Status().Should().Be(204);
        _directory.Read("a").Should().Equal(content);
    }

    [Fact]
    public async Task BodyThatIsNotHttp_400_AndWhatCameIsKept()
    {
        await using var receiver = await Receiver.StartAsync(_directory.Options);
        var url = await receiver.Client.CreateAsync(1000);
        using var raw = await RawRequest.StartAsync(
            receiver, "PATCH", url, ("Content-Type", TusClient.Type), ("Upload-Offset", "0"), ("Transfer-Encoding", "chunked"));
        await raw.SendChunkAsync(new byte[400]);
        await Waiting.WrittenAsync(_directory, url, 400);
        await raw.SendAsync("this is no chunk\r\n"u8.ToArray());
        (await raw.AnswerAsync()).Should().StartWith("HTTP/1.1 400").And.Contain("Tus-Resumable: 1.0.0");
        (await receiver.Client.OffsetAsync(url)).Should().Be(400);
    }

    [Fact]
    public async Task BodyThatStalls_503_AndWhatCameIsKept()
    {
        // Kestrel looks once a second.
        var rate = new MinDataRate(bytesPerSecond: 100_000, gracePeriod: TimeSpan.FromMilliseconds(1001));
        await using var receiver = await Receiver.StartAsync(_directory.Options, new ReceiverSetup { MinRequestBodyDataRate = rate });
        var url = await receiver.Client.CreateAsync(1000);
        using var raw = await RawRequest.PatchAsync(receiver, url, 0, 1000);
        await raw.SendAsync(new byte[400]);

        (await raw.AnswerAsync()).Should().StartWith("HTTP/1.1 503").And.Contain("go on from there");

        (await receiver.Client.OffsetAsync(url)).Should().Be(400);
    }

    [Fact]
    public async Task ProcessEnds_EveryWrittenByteCounts()
    {
        await using var receiver = await Receiver.StartAsync(_directory.Options);
        var content = Content.Bytes(12, 100_000);
        var url = await receiver.Client.CreateAsync(content.Length, "a");
        (await receiver.Client.PatchAsync(url, 0, content[..10_000])).Dispose();
        using var raw = await RawRequest.PatchAsync(receiver, url, 10_000, 90_000);
        await raw.SendAsync(content.AsMemory(10_000, 50_000));
        await Waiting.WrittenAsync(_directory, url, 60_000);
        using var left = _directory.Snapshot();
        await using var restarted = await Receiver.StartAsync(left.Options);
        (await restarted.Client.OffsetAsync(url)).Should().Be(60_000);
        Stores.State(left, UploadDirectory.IdOf(url))!.Flushed.Should().Be(60_000, "it was told, so it is on the device");
        (await restarted.Client.PatchAsync(url, 60_000, content[60_000..])).Dispose();
        left.Read("a").Should().Equal(content);
    }

    [Fact]
    public async Task MachineLosesPower_WhatWasAcknowledgedCounts_AndNothingElse()
    {
        await using var receiver = await Receiver.StartAsync(_directory.Options);
        var content = Content.Bytes(13, 100_000);
        var url = await receiver.Client.CreateAsync(content.Length, "a");
        (await receiver.Client.PatchAsync(url, 0, content[..10_000])).Dispose();
        using var raw = await RawRequest.PatchAsync(receiver, url, 10_000, 90_000);
        await raw.SendAsync(content.AsMemory(10_000, 50_000));
        await Waiting.WrittenAsync(_directory, url, 60_000);
        using var left = _directory.Snapshot();
        // The length reached the device, these bytes did not.
        using (var work = File.OpenWrite(left.Paths.Bytes(UploadDirectory.IdOf(url))))
        {
            work.Position = 10_000;
            work.Write(new byte[50_000]);
        }
        await using var restarted = await Receiver.StartAsync(left.Options, new ReceiverSetup { Services = Stores.Boot(left.Options, "another boot") });
        (await restarted.Client.OffsetAsync(url)).Should().Be(10_000);
        (await restarted.Client.PatchAsync(url, 10_000, content[10_000..20_000])).Dispose();
        await using var again = await Receiver.StartAsync(left.Options, new ReceiverSetup { Services = Stores.Boot(left.Options, "a third boot") });
        (await again.Client.OffsetAsync(url)).Should().Be(20_000);
        (await again.Client.PatchAsync(url, 20_000, content[20_000..])).Dispose();
        left.Read("a").Should().Equal(content);
    }

    [Fact]
    public async Task Created_IsThereAfterARestart()
    {
        string url;
        await using (var receiver = await Receiver.StartAsync(_directory.Options))
            url = await receiver.Client.CreateAsync(100, "a");
        await using var restarted = await Receiver.StartAsync(_directory.Options, new ReceiverSetup { Services = Stores.Boot(_directory.Options, "another boot") });
        using var head = await restarted.Client.HeadAsync(url);
        (head.Field("Upload-Offset"), head.Field("Upload-Length"), head.Field("Upload-Metadata")).Should().Be(("0", "100", TusClient.FileName("a")));
    }

    [Fact]
    public async Task HostStops_TheRequestIsAnswered503_AndWhatCameIsKept()
    {
        var receiver = await Receiver.StartAsync(_directory.Options);
        var url = await receiver.Client.CreateAsync(1000);
        using var raw = await RawRequest.PatchAsync(receiver, url, 0, 1000);
        await raw.SendAsync(new byte[400]);
        await Waiting.WrittenAsync(_directory, url, 400);
        var stopped = receiver.StopAsync();
        (await raw.AnswerAsync()).Should().StartWith("HTTP/1.1 503");
        raw.Reset();
        await stopped;
        await receiver.DisposeAsync();
        await using var restarted = await Receiver.StartAsync(_directory.Options);
        (await restarted.Client.OffsetAsync(url)).Should().Be(400);
    }

    [Fact]
    public async Task WorkFileShorterThanAcknowledged_404_AndItIsSetAside()
    {
        var log = new LogLines();
        await using var receiver = await Receiver.StartAsync(_directory.Options, new ReceiverSetup { Log = log });
        var url = await receiver.Client.CreateAsync(1000);
        (await receiver.Client.PatchAsync(url, 0, new byte[400])).Dispose();
        using (var work = File.OpenWrite(_directory.Paths.Bytes(UploadDirectory.IdOf(url))))
            work.SetLength(399);
        using var head = await receiver.Client.HeadAsync(url);
        head.Status().Should().Be(404);
        _directory.WorkNames.Should().OnlyContain(n => n.EndsWith(".damaged", StringComparison.Ordinal)).And.HaveCount(2);
        log.Lines.Should().Contain(l => l.StartsWith("Error:", StringComparison.Ordinal) && l.Contains("is lost: 400 bytes were acknowledged, and its work file has 399"));
    }
}
