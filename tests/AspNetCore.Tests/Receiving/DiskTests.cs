using Ferry.AspNetCore.Tests.Kit;
using Ferry.Testing.Disks;
using Ferry.Testing.Server;

namespace Ferry.AspNetCore.Tests.Receiving;

/// <summary>Disks that are full.</summary>
public sealed class DiskTests
{
    [SmallDiskFact]
    public async Task Full_507_WhatWasReceivedIsKept_AndGoesOnWhenThereIsRoom()
    {
        using var disk = SmallDisk.Mount("2m");
        await using var receiver = await Receiver.StartAsync(new UploadReceiverOptions { Directory = disk.Path });
        var content = Content.Bytes(20, 500_000);
        var url = await receiver.Client.CreateAsync(content.Length, "a");
        (await receiver.Client.PatchAsync(url, 0, content[..100_000])).Dispose();
        disk.Fill("filler");
        using (var full = await receiver.Client.PatchAsync(url, 100_000, content[100_000..]))
            (full.Status(), full.Field("Upload-Offset")).Should().Be((507, null));
        var offset = (int)await receiver.Client.OffsetAsync(url);
        offset.Should().BeInRange(100_000, content.Length - 1);
        File.Delete(Path.Combine(disk.Path, "filler"));
        using var rest = await receiver.Client.PatchAsync(url, offset, content[offset..]);
        rest.Status().Should().Be(204);
        File.ReadAllBytes(Path.Combine(disk.Path, "a")).Should().Equal(content);
    }

    [SmallDiskFact]
    public async Task Full_CheckedBytes_507_AndNothingIsKept()
    {
        using var disk = SmallDisk.Mount("2m");
        await using var receiver = await Receiver.StartAsync(new UploadReceiverOptions { Directory = disk.Path });
        var content = Content.Bytes(21, 3_000_000);
        var url = await receiver.Client.CreateAsync(content.Length);
        using var full = await receiver.Client.PatchAsync(url, 0, content, ("Upload-Checksum", Checksums.Sha1(content)));
        full.Status().Should().Be(507);
        (await receiver.Client.OffsetAsync(url)).Should().Be(0);
    }

    [SmallDiskFact]
    public async Task Full_NothingCanBeCreated_507()
    {
        using var disk = SmallDisk.Mount("2m");
        await using var receiver = await Receiver.StartAsync(new UploadReceiverOptions { Directory = disk.Path });
        disk.Fill("filler");
        using var response = await receiver.Client.PostAsync(100);
        response.Status().Should().Be(507);
        Directory.GetFiles(Path.Combine(disk.Path, ".ferry-uploads")).Should().BeEmpty();
    }

    [SmallDiskFact]
    public async Task ReadOnly_TheHostDoesNotStart()
    {
        using var disk = SmallDisk.Mount("2m");
        disk.Remount("ro");
        var start = async () =>
        {
            await using var receiver = await Receiver.StartAsync(new UploadReceiverOptions { Directory = disk.Path });
        };
        (await start.Should().ThrowAsync<InvalidOperationException>()).WithMessage($"*{disk.Path}*");
    }
}
