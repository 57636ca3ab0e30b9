using System.Globalization;
using Ferry.AspNetCore.Storage;
using Ferry.AspNetCore.Tests.Kit;
using Ferry.Testing.Time;

namespace Ferry.AspNetCore.Tests.Receiving;

/// <summary>expiration and termination: how uploads go away.</summary>
public sealed class ExpirationTests : IDisposable
{
    private static readonly TimeSpan Day = TimeSpan.FromHours(24);
    private readonly UploadDirectory _directory = new();
    private readonly ManualTimeProvider _time = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Unfinished_EveryAnswerTellsWhen_CountedFromTheLastByte()
    {
        await using var receiver = await StartAsync();
        using var created = await receiver.Client.PostAsync(100);
        Expires(created).Should().Be(_time.GetUtcNow() + Day);
        var url = created.Headers.Location!.ToString();
        _time.Advance(TimeSpan.FromHours(5));
        using var patched = await receiver.Client.PatchAsync(url, 0, new byte[10]);
        Expires(patched).Should().Be(_time.GetUtcNow() + Day);
        _time.Advance(TimeSpan.FromHours(5));
        using var head = await receiver.Client.HeadAsync(url);
        Expires(head).Should().Be(_time.GetUtcNow() + Day - TimeSpan.FromHours(5));
        using var last = await receiver.Client.PatchAsync(url, 10, new byte[90]);
        last.Field("Upload-Expires").Should().BeNull();
    }

    [Fact]
    public async Task Never_NoAnswerTells_AndItStays()
    {
        await using var receiver = await StartAsync(TimeSpan.Zero);
        using var created = await receiver.Client.PostAsync(100);
        created.Field("Upload-Expires").Should().BeNull();
        _time.SetUtcNow(_time.GetUtcNow() + Day * 1000);
        await receiver.SweepAsync();
        (await receiver.Client.OffsetAsync(created.Headers.Location!.ToString())).Should().Be(0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Expired_410_AndItsBytesAreRemoved_SweptOrNot(bool swept)
    {
        await using var receiver = await StartAsync();
        var url = await receiver.Client.CreateAsync(100);
        (await receiver.Client.PatchAsync(url, 0, new byte[10])).Dispose();
        _time.Advance(Day - TimeSpan.FromSeconds(1));
        await receiver.SweepAsync();
        (await receiver.Client.OffsetAsync(url)).Should().Be(10);
        _time.Advance(TimeSpan.FromSeconds(1));
        if (swept)
            await receiver.SweepAsync();
        foreach (var method in new[] { "HEAD", "PATCH", "DELETE" })
        {
            using var response = await receiver.Client.SendAsync(method, url, TusClient.Bytes([]), ("Upload-Offset", "10"));
            (response.Status(), response.Field("Upload-Offset")).Should().Be((410, null));
        }
        _directory.WorkNames.Should().Equal(UploadDirectory.IdOf(url) + ".upload");
    }

    [Fact]
    public async Task BytesThatWereTakenBack_CountAsALastByteToo()
    {
        await using var receiver = await StartAsync();
        var url = await receiver.Client.CreateAsync(100);
        _time.Advance(Day - TimeSpan.FromSeconds(1));
        using (var refused = await receiver.Client.PatchAsync(url, 0, new byte[10], ("Upload-Checksum", Checksums.Sha1([1]))))
            refused.Status().Should().Be(460);
        _time.Advance(TimeSpan.FromSeconds(2));
        (await receiver.Client.OffsetAsync(url)).Should().Be(0);
    }

    [Fact]
    public async Task Expired_ForgottenAfterAsLongAgain()
    {
        await using var receiver = await StartAsync();
        var url = await receiver.Client.CreateAsync(100);
        _time.Advance(Day);
        await receiver.SweepAsync();
        _time.Advance(Day - TimeSpan.FromTicks(1));
        await receiver.SweepAsync();
        using (var gone = await receiver.Client.HeadAsync(url))
            gone.Status().Should().Be(410);
        _time.Advance(TimeSpan.FromTicks(1));
        await receiver.SweepAsync();
        using (var unknown = await receiver.Client.HeadAsync(url))
            unknown.Status().Should().Be(404);
        _directory.WorkNames.Should().BeEmpty();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task CrashBetweenTheRecordAndTheBytes_410_AndTheSweepRemovesThem(bool expires)
    {
        var device = new WatchedDevice();
        var options = _directory.Options with { Expiration = Day };
        await using var receiver = await Receiver.StartAsync(options, new ReceiverSetup { Time = _time, Services = Stores.Boot(options, "boot", device) });
        var url = await receiver.Client.CreateAsync(100);
        (await receiver.Client.PatchAsync(url, 0, new byte[10])).Dispose();
        UploadDirectory? left = null;
        device.BeforeRecord = () => left ??= _directory.Snapshot();
        if (expires)
            _time.Advance(Day);
        (await receiver.Client.SendAsync(expires ? "HEAD" : "DELETE", url, null)).Dispose();
        left.Should().NotBeNull();
        using var snapshot = left!;
        snapshot.WorkNames.Should().HaveCount(2);
        var log = new LogLines();
        await using var restarted = await Receiver.StartAsync(
            snapshot.Options with { Expiration = Day }, new ReceiverSetup { Time = _time, Log = log, Services = Stores.Boot(snapshot.Options, "boot") });
        using var head = await restarted.Client.HeadAsync(url);
        head.Status().Should().Be(410);
        await Waiting.UntilAsync(() => snapshot.WorkNames.Length == 1);
        log.Lines.Should().NotContain(l => l.StartsWith("Error:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Finished_OnlyTheRecordGoes()
    {
        await using var receiver = await StartAsync();
        var url = await receiver.Client.CreateAsync(3, "a");
        (await receiver.Client.PatchAsync(url, 0, [1, 2, 3])).Dispose();
        _time.Advance(Day);
        await receiver.SweepAsync();
        _directory.WorkNames.Should().BeEmpty();
        _directory.Read("a").Should().Equal(1, 2, 3);
        using var unknown = await receiver.Client.HeadAsync(url);
        unknown.Status().Should().Be(404);
    }

    [Fact]
    public async Task HostRuns_TheSweepComesByItself()
    {
        await using var receiver = await StartAsync();
        var url = await receiver.Client.CreateAsync(100);
        await Waiting.UntilAsync(() => _time.ArmedTimers > 0);
        _time.Advance(Day + TimeSpan.FromMinutes(10));
        await Waiting.UntilAsync(() => !_directory.WorkNames.Contains(UploadDirectory.IdOf(url) + ".bytes"));
    }

    [Fact]
    public async Task Orphans_AreRemoved_OtherFilesAreNot()
    {
        await using var receiver = await StartAsync();
        var url = await receiver.Client.CreateAsync(100);
        File.WriteAllText(_directory.Paths.Bytes(Stores.Id), "no record");
        File.WriteAllText(_directory.Paths.Bytes("notes"), "another's");
        await receiver.SweepAsync();
        var id = UploadDirectory.IdOf(url);
        _directory.WorkNames.Should().BeEquivalentTo(id + ".bytes", id + ".upload", "notes.bytes");
    }

    [Fact]
    public async Task RecordCannotBeLookedAt_ItsBytesAreNotTakenForOrphans()
    {
        await using var receiver = await StartAsync();
        File.WriteAllText(_directory.Paths.Bytes(Stores.Id), "acknowledged");
        // Something has its name, and is no file that can be opened.
        Directory.CreateDirectory(_directory.Paths.Record(Stores.Id));
        await receiver.SweepAsync();
        _directory.WorkNames.Should().Equal(Stores.Id + ".bytes");
    }

    [Fact]
    public async Task Sweep_OneThatFails_DoesNotKeepTheOthers()
    {
        var log = new LogLines();
        await using var receiver = await StartAsync(log: log);
        var url = await receiver.Client.CreateAsync(100);
        var broken = "0000456789abcdef0123456789abcdef";
        File.CreateSymbolicLink(_directory.Paths.Record(broken), _directory.Paths.Record(broken));
        _time.Advance(Day);
        await receiver.SweepAsync();
        _directory.WorkNames.Should().NotContain(UploadDirectory.IdOf(url) + ".bytes");
        log.Lines.Should().Contain(l => l.StartsWith("Warning:", StringComparison.Ordinal) && l.Contains(UploadId.Beginning(broken)));
    }

    [Fact]
    public async Task Deleted_204_FilesAreGone_Then404()
    {
        await using var receiver = await StartAsync();
        var url = await receiver.Client.CreateAsync(100);
        (await receiver.Client.PatchAsync(url, 0, new byte[10])).Dispose();
        using var deleted = await receiver.Client.SendAsync("DELETE", url, null);
        deleted.Status().Should().Be(204);
        _directory.WorkNames.Should().BeEmpty();
        foreach (var method in new[] { "HEAD", "PATCH", "DELETE" })
        {
            using var response = await receiver.Client.SendAsync(method, url, TusClient.Bytes([]), ("Upload-Offset", "10"));
            response.Status().Should().Be(404);
        }
    }

    [Fact]
    public async Task Deleted_WhenFinished_TheFileStaysTheServices()
    {
        await using var receiver = await StartAsync();
        var url = await receiver.Client.CreateAsync(3, "a");
        (await receiver.Client.PatchAsync(url, 0, [1, 2, 3])).Dispose();
        using var deleted = await receiver.Client.SendAsync("DELETE", url, null);
        using var head = await receiver.Client.HeadAsync(url);
        (deleted.Status(), head.Status()).Should().Be((204, 404));
        _directory.Read("a").Should().Equal(1, 2, 3);
    }

    private Task<Receiver> StartAsync(TimeSpan? expiration = null, LogLines? log = null) =>
        Receiver.StartAsync(_directory.Options with { Expiration = expiration ?? Day }, new ReceiverSetup { Time = _time, Log = log });

    private static DateTimeOffset Expires(HttpResponseMessage response) =>
        DateTimeOffset.ParseExact(response.Field("Upload-Expires")!, "R", CultureInfo.InvariantCulture);
}
