using Ferry.AspNetCore.Storage;
using Ferry.AspNetCore.Tests.Kit;
using Ferry.Engine.Requests;
using Ferry.Testing.Server;
using Ferry.Testing.Time;

namespace Ferry.AspNetCore.Tests.Receiving;

/// <summary>What is on the device before a client is told, and what happens when the device fails.</summary>
public sealed class DurabilityTests : IDisposable
{
    private readonly UploadDirectory _directory = new();
    private readonly WatchedDevice _device = new();
    private readonly ManualTimeProvider _time = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Power_FlushedBeforeItIsTold_BytesBeforeTheRecordThatNamesThem()
    {
        await using var receiver = await StartAsync(Durability.Power);
        _device.Take().Should().Equal("directory");
        var url = await receiver.Client.CreateAsync(100, "a");
        _device.Take().Should().Equal("record", "work directory");
        (await receiver.Client.PatchAsync(url, 0, new byte[40])).Dispose();
        _device.Take().Should().Equal("40 bytes", "record");
        (await receiver.Client.PatchAsync(url, 40, new byte[10], ("Upload-Checksum", Checksums.Sha1(new byte[10])))).Dispose();
        _device.Take().Should().Equal("record", "50 bytes", "record");
        await receiver.Client.OffsetAsync(url);
        _device.Take().Should().BeEmpty();
        (await receiver.Client.PatchAsync(url, 50, new byte[50])).Dispose();
        _device.Take().Should().Equal("100 bytes", "record", "directory", "work directory", "record");
    }

    [Theory]
    [InlineData(Durability.Power)]
    [InlineData(Durability.Process)]
    public async Task DirectoryIsMade_TheNamesAboveItAreFlushedToo(Durability durability)
    {
        var flushed = new List<string>();
        _device.BeforeDirectory = flushed.Add;
        var made = Path.Combine(_directory.Path, "new", "deeper");
        await using (await StartAsync(durability, directory: made))
            flushed.Should().Equal(durability is Durability.Power ? [made, Path.Combine(_directory.Path, "new"), _directory.Path] : []);
        flushed.Clear();
        await using (await StartAsync(durability, directory: made))
            flushed.Should().Equal(durability is Durability.Power ? [made] : []);
    }

    [Fact]
    public async Task Process_NothingIsFlushed_AndNothingCountsAfterAnotherBoot()
    {
        string url;
        await using (var receiver = await StartAsync(Durability.Process))
        {
            url = await receiver.Client.CreateAsync(100, "a");
            (await receiver.Client.PatchAsync(url, 0, new byte[40])).Dispose();
            var other = await receiver.Client.CreateAsync(3, "b");
            (await receiver.Client.PatchAsync(other, 0, [1, 2, 3])).Dispose();
        }
        _device.Take().Should().BeEmpty();
        await using (var restarted = await StartAsync(Durability.Process))
            (await restarted.Client.OffsetAsync(url)).Should().Be(40);
        await using var rebooted = await StartAsync(Durability.Process, "another boot");
        (await rebooted.Client.OffsetAsync(url)).Should().Be(0);
    }

    [Fact]
    public async Task LongPatch_IsFlushedNowAndThen_AndALossOfPowerTakesOnlyWhatCameSince()
    {
        await using var receiver = await StartAsync(Durability.Power);
        var content = Content.Bytes(30, 3000);
        var url = await receiver.Client.CreateAsync(content.Length, "a");
        using var raw = await RawRequest.PatchAsync(receiver, url, 0, content.Length);
        await raw.SendAsync(content.AsMemory(0, 1000));
        await Waiting.WrittenAsync(_directory, url, 1000);
        _device.Take().Should().Equal("directory", "record", "work directory");
        _time.Advance(TimeSpan.FromSeconds(5));
        await raw.SendAsync(content.AsMemory(1000, 1000));
        var flushed = new List<string>();
        await Waiting.UntilAsync(() =>
        {
            flushed.AddRange(_device.Take());
            return flushed.Count >= 2;
        });
        flushed.Should().Equal("2000 bytes", "record");
        using var left = _directory.Snapshot();
        await using var rebooted = await Receiver.StartAsync(left.Options, new ReceiverSetup { Time = _time, Services = Stores.Boot(left.Options, "another boot") });
        (await rebooted.Client.OffsetAsync(url)).Should().Be(2000);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task FlushFails_500_AndTheUploadGoesBackToWhatIsOnTheDevice(bool last)
    {
        await using var receiver = await StartAsync(Durability.Power);
        var content = Content.Bytes(31, 3000);
        var url = await receiver.Client.CreateAsync(content.Length, "a");
        (await receiver.Client.PatchAsync(url, 0, content[..1000])).Dispose();
        _device.FailNext();
        using (var failed = await receiver.Client.PatchAsync(url, 1000, content[1000..(last ? 3000 : 2000)]))
            (failed.Status(), failed.Field("Upload-Offset")).Should().Be((500, null));
        (await receiver.Client.OffsetAsync(url)).Should().Be(1000);
        _directory.Names.Should().BeEmpty();
        (await receiver.Client.PatchAsync(url, 1000, content[1000..])).Dispose();
        _directory.Read("a").Should().Equal(content);
    }

    [Fact]
    public async Task FlushInTheMiddleFails_500_AndTheUploadGoesBackToWhatIsOnTheDevice()
    {
        await using var receiver = await StartAsync(Durability.Power);
        var content = Content.Bytes(32, 3000);
        var url = await receiver.Client.CreateAsync(content.Length, "a");
        (await receiver.Client.PatchAsync(url, 0, content[..1000])).Dispose();
        using var raw = await RawRequest.PatchAsync(receiver, url, 1000, 2000);
        await raw.SendAsync(content.AsMemory(1000, 500));
        await Waiting.WrittenAsync(_directory, url, 1500);
        _device.FailNext();
        _time.Advance(TimeSpan.FromSeconds(5));
        await raw.SendAsync(content.AsMemory(1500, 500));
        await Waiting.WrittenAsync(_directory, url, 2000);
        await raw.SendAsync(content.AsMemory(2000));
        (await raw.AnswerAsync()).Should().StartWith("HTTP/1.1 500");
        (await receiver.Client.OffsetAsync(url)).Should().Be(1000);
        (await receiver.Client.PatchAsync(url, 1000, content[1000..])).Dispose();
        _directory.Read("a").Should().Equal(content);
    }

    [Fact]
    public async Task FlushInTheMiddleOfARefusedBodyFails_TheUploadGoesBackToWhatIsOnTheDevice()
    {
        // An earlier process wrote 1500 bytes and flushed 1000: a flush that fails now may lose some of the 500 for good.
        Stores.Leave(_directory, new byte[1500], new() { Phase = UploadPhase.Receiving, Length = 3000, Flushed = 1000, BootId = "boot", Touched = _time.GetUtcNow() });
        await using var receiver = await StartAsync(Durability.Power);
        var url = "/files/" + Stores.Id;
        using var raw = await RawRequest.StartAsync(
            receiver, "PATCH", url, ("Content-Type", TusClient.Type), ("Upload-Offset", "1500"), ("Transfer-Encoding", "chunked"));
        await raw.SendChunkAsync(new byte[500]);
        await Waiting.WrittenAsync(_directory, url, 2000);
        _device.FailNext();
        _time.Advance(TimeSpan.FromSeconds(5));
        await raw.SendChunkAsync(new byte[500]);
        await Waiting.WrittenAsync(_directory, url, 2500);
        await raw.SendChunkAsync(new byte[501]);
        (await raw.AnswerAsync()).Should().StartWith("HTTP/1.1 413");
        (await receiver.Client.OffsetAsync(url)).Should().Be(1000);
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(3000)]
    public async Task RecordsFlushFails_500_AndTheOffsetIsToldOnlyOnceItIsFlushed(int end)
    {
        await using var receiver = await StartAsync(Durability.Power);
        var content = Content.Bytes(33, 3000);
        var url = await receiver.Client.CreateAsync(content.Length, "a");
        _device.FailNextRecord();
        using (var failed = await receiver.Client.PatchAsync(url, 0, content[..end]))
            (failed.Status(), failed.Field("Upload-Offset")).Should().Be((500, null));
        _device.FailNextRecord();
        using (var failed = await receiver.Client.HeadAsync(url))
            (failed.Status(), failed.Field("Upload-Offset")).Should().Be((500, null));
        _device.Take();
        (await receiver.Client.OffsetAsync(url)).Should().Be(end);
        _device.Take().Should().Contain("record");
        (await receiver.Client.OffsetAsync(url)).Should().Be(end);
        _device.Take().Should().BeEmpty();
    }

    [Fact]
    public async Task Restarted_TheRecordIsFlushedOnceBeforeItsOffsetIsTold()
    {
        string url;
        await using (var receiver = await StartAsync(Durability.Power))
        {
            url = await receiver.Client.CreateAsync(100, "a");
            (await receiver.Client.PatchAsync(url, 0, new byte[40])).Dispose();
        }
        await using var restarted = await StartAsync(Durability.Power);
        _device.Take();
        (await restarted.Client.OffsetAsync(url)).Should().Be(40);
        (await restarted.Client.OffsetAsync(url)).Should().Be(40);
        _device.Take().Should().Equal("record");
    }

    [Fact]
    public async Task RecordsFlushFailsAfterTheServiceWasTold_ItIsTheDiskThatFailed_AndTheServiceIsToldOnce()
    {
        var (calls, log) = (0, new LogLines());
        var options = _directory.Options with
        {
            Completed = (_, _) =>
            {
                calls++;
                _device.FailNextRecord();
                return Task.CompletedTask;
            },
        };
        await using var receiver = await Receiver.StartAsync(options, new ReceiverSetup { Log = log, Services = Stores.Boot(options, "boot", _device) });
        var url = await receiver.Client.CreateAsync(3, "a");
        using (var failed = await receiver.Client.PatchAsync(url, 0, [1, 2, 3]))
            (failed.Status(), failed.Field("Upload-Offset")).Should().Be((500, null));
        (await receiver.Client.OffsetAsync(url)).Should().Be(3);
        calls.Should().Be(1);
        log.Lines.Where(l => l.StartsWith("Error:", StringComparison.Ordinal)).Should().ContainSingle().Which.Should().Contain("the disk failed");
    }

    [Fact]
    public async Task AnotherProcessRemovesUploads_NothingIsRememberedOfThem()
    {
        await using var receiver = await StartAsync(Durability.Power);
        var kept = UploadDirectory.IdOf(await receiver.Client.CreateAsync(100, "a"));
        var removed = await receiver.Client.CreateAsync(100, "b");
        await using (var other = await StartAsync(Durability.Power))
            (await other.Client.SendAsync("DELETE", removed, null)).Status().Should().Be(204);
        await receiver.SweepAsync();
        receiver.Store.Context.FlushedRecords.Keys.Should().Equal(kept);
    }

    [Fact]
    public async Task PostWhoseFlushFails_500_AndNothingIsLeft()
    {
        await using var receiver = await StartAsync(Durability.Power);
        _device.FailNext();
        using var failed = await receiver.Client.SendAsync("POST", "/files", TusClient.Bytes(new byte[100]), ("Upload-Length", "100"));
        failed.Status().Should().Be(500);
        _directory.WorkNames.Should().BeEmpty();
        _directory.Names.Should().BeEmpty();
    }

    private Task<Receiver> StartAsync(Durability durability, string boot = "boot", string? directory = null)
    {
        var options = new UploadReceiverOptions { Directory = directory ?? _directory.Path, Durability = durability };
        return Receiver.StartAsync(options, new ReceiverSetup { Time = _time, Services = Stores.Boot(options, boot, _device) });
    }
}
