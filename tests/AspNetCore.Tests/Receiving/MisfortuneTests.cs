using System.Collections.Concurrent;
using Ferry.AspNetCore.Storage;
using Ferry.AspNetCore.Tests.Kit;
using Ferry.Engine.Downloads;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;
using Ferry.Testing.Disks;
using Ferry.Testing.Time;

namespace Ferry.AspNetCore.Tests.Receiving;

/// <summary>Services, disks and processes that fail at a bad moment, or for long.</summary>
public sealed class MisfortuneTests : IDisposable
{
    private readonly UploadDirectory _directory = new();
    private readonly WatchedDevice _device = new();
    private readonly ManualTimeProvider _time = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task BootsThatCannotBeToldApart_WhatWasAcknowledgedIsKept()
    {
        var options = _directory.Options with { Durability = Durability.Process };
        await using var r = await Receiver.StartAsync(options, new ReceiverSetup { Services = Stores.Boot(options, "", _device) });
        var url = await r.Client.CreateAsync(100, "a");
        using var p = await r.Client.PatchAsync(url, 0, new byte[40]);
        p.Field("Upload-Offset").Should().Be("40");
        (await r.Client.OffsetAsync(url)).Should().Be(40);
    }

    [Theory]
    [InlineData(Durability.Process, false)]
    [InlineData(Durability.Power, true)]
    public async Task KilledInALongRequest_BytesHadJustCome_IsNotExpired(Durability durability, bool isChecked)
    {
        var options = _directory.Options with { Durability = durability, Expiration = TimeSpan.FromHours(1) };
        await using var r = await Receiver.StartAsync(options, new ReceiverSetup { Time = _time, Services = Stores.Boot(options, KernelBoot.Id, _device) });
        var url = await r.Client.CreateAsync(3000, "a");
        (await r.Client.PatchAsync(url, 0, new byte[1000])).Dispose();
        using var raw = isChecked
            ? await RawRequest.PatchAsync(r, url, 1000, 2000, ("Upload-Checksum", Checksums.Sha1(new byte[2000])))
            : await RawRequest.PatchAsync(r, url, 1000, 2000);
        await raw.SendAsync(new byte[500]);
        await Waiting.WrittenAsync(_directory, url, 1500);
        _time.Advance(TimeSpan.FromHours(2));
        await raw.SendAsync(new byte[500]);
        await Waiting.WrittenAsync(_directory, url, 2000);
        using var left = _directory.Snapshot();
        var again = left.Options with { Durability = durability, Expiration = TimeSpan.FromHours(1) };
        await using var restarted = await Receiver.StartAsync(again, new ReceiverSetup { Time = _time, Services = Stores.Boot(again, KernelBoot.Id) });
        using var head = await restarted.Client.HeadAsync(url);
        head.Status().Should().Be(200);
    }

    [Fact]
    public async Task DiskFullAtTheRename_ItsNameIsKept()
    {
        var options = _directory.Options;
        await using var r = await Receiver.StartAsync(options, new ReceiverSetup { Services = Stores.Boot(options, KernelBoot.Id, _device) });
        var url = await r.Client.CreateAsync(3, "a");
        var first = true;
        _device.Renames = (from, to) =>
        {
            if (first)
            {
                first = false;
                throw new IOException("No space left on device", 28);
            }
            return FileNames.Rename(from, to, replace: false);
        };
        (await r.Client.PatchAsync(url, 0, [1, 2, 3])).Dispose();
        (await r.Client.OffsetAsync(url)).Should().Be(3);
        _directory.Names.Should().Equal("a");
    }

    [Fact]
    public async Task VolumeIsAway_NoUploadIsCalledUnknown()
    {
        await using var r = await Receiver.StartAsync(_directory.Options);
        var url = await r.Client.CreateAsync(100, "a");
        (await r.Client.PatchAsync(url, 0, new byte[40])).Dispose();
        Directory.Move(_directory.Paths.Work, _directory.Path + "-away");
        try
        {
            using var head = await r.Client.HeadAsync(url);
            head.Status().Should().Be(500);
        }
        finally
        {
            Directory.Move(_directory.Path + "-away", _directory.Paths.Work);
        }
    }

    [Fact]
    public async Task FlushFailedWhileTheClientStalls_Killed_ItsBytesDoNotCount()
    {
        var options = _directory.Options;
        await using var r = await Receiver.StartAsync(options, new ReceiverSetup { Time = _time, Services = Stores.Boot(options, KernelBoot.Id, _device) });
        var url = await r.Client.CreateAsync(3000, "a");
        using var raw = await RawRequest.PatchAsync(r, url, 0, 3000);
        await raw.SendAsync(new byte[1000]);
        await Waiting.WrittenAsync(_directory, url, 1000);
        _ = _device.Take();
        _device.FailNext();
        _time.Advance(TimeSpan.FromSeconds(5));
        await raw.SendAsync(new byte[1000]);
        await Waiting.WrittenAsync(_directory, url, 2000);
        await Waiting.UntilAsync(() => _device.Take().Contains("record"));
        using var left = _directory.Snapshot();
        await using var restarted = await Receiver.StartAsync(left.Options, new ReceiverSetup { Time = _time, Services = Stores.Boot(left.Options, KernelBoot.Id) });
        (await restarted.Client.OffsetAsync(url)).Should().Be(0, "the flush of these bytes failed");
    }

    [Fact]
    public async Task NoInodes_NameRefused_KilledAfterTheRename_IsFoundByItsId()
    {
        var told = new ConcurrentQueue<string>();
        var options = _directory.Options with { Completed = (u, _) => { told.Enqueue(Path.GetFileName(u.Path)); return Task.CompletedTask; } };
        // As the publication leaves it: the record names the wanted name, the file has the id's.
        Stores.Leave(_directory, null, new UploadState { Phase = UploadPhase.Finishing, BootId = "", Length = 3, Flushed = 3, Name = "refused", Touched = DateTimeOffset.UtcNow });
        File.WriteAllBytes(_directory.File(Stores.Id), [1, 2, 3]);
        await using var r = await Receiver.StartAsync(options, new ReceiverSetup { Services = Stores.Boot(options, "") });
        using var head = await r.Client.HeadAsync("/files/" + Stores.Id);
        head.Status().Should().Be(200);
        told.Should().Equal(Stores.Id);
    }

    [Fact]
    public async Task CopiedDirectory_AnotherFileHasTheInode_ItsOwnBytesArePublished()
    {
        var told = new ConcurrentQueue<string>();
        var options = _directory.Options with { Completed = (u, _) => { told.Enqueue(Path.GetFileName(u.Path)); return Task.CompletedTask; } };
        File.WriteAllBytes(_directory.File("another"), [7, 7, 7]);
        var inode = FileId.Of(_directory.File("another"))!.Value.InodeText;
        Stores.Leave(_directory, [1, 2, 3], new UploadState { Phase = UploadPhase.Finishing, BootId = "elsewhere", Length = 3, Flushed = 3, Name = "mine", FileId = inode, Touched = DateTimeOffset.UtcNow });
        await using var r = await Receiver.StartAsync(options);
        await r.Client.OffsetAsync("/files/" + Stores.Id);
        told.Should().Equal("mine");
        _directory.Read("mine").Should().Equal(1, 2, 3);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(25)]
    public async Task CompletedFailedForLong_ClientIsNotSentToStartAgain(int hours)
    {
        var fails = true;
        var told = new ConcurrentQueue<string>();
        var options = _directory.Options with { Completed = (u, _) => { if (fails) throw new InvalidOperationException("database"); told.Enqueue(u.Path); return Task.CompletedTask; } };
        await using var r = await Receiver.StartAsync(options, new ReceiverSetup { Time = _time });
        var url = await r.Client.CreateAsync(3, "a");
        using (var p = await r.Client.PatchAsync(url, 0, [1, 2, 3]))
            p.Status().Should().Be(500);
        _time.Advance(TimeSpan.FromHours(hours));
        using (var h = await r.Client.HeadAsync(url))
            h.Status().Should().Be(500);
        fails = false;
        await r.SweepAsync();
        told.Should().ContainSingle();
        using var head = await r.Client.HeadAsync(url);
        head.Status().Should().Be(200, "the upload is finished, and a client told 404 sends all of it once more");
    }

    [SmallDiskFact]
    public async Task FullDisk_IsLogged()
    {
        using var disk = SmallDisk.Mount("2m");
        var log = new LogLines();
        await using var r = await Receiver.StartAsync(new UploadReceiverOptions { Directory = disk.Path }, new ReceiverSetup { Log = log });
        var url = await r.Client.CreateAsync(3_000_000, "a");
        using var full = await r.Client.PatchAsync(url, 0, new byte[3_000_000]);
        full.Status().Should().Be(507);
        log.Lines.Should().Contain(l => l.StartsWith("Warning:", StringComparison.Ordinal) || l.StartsWith("Error:", StringComparison.Ordinal));
    }
}
