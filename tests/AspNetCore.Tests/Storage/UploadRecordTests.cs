using Ferry.AspNetCore.Storage;
using Ferry.AspNetCore.Tests.Kit;
using Ferry.Engine.Downloads;
using Ferry.Testing.Disks;

namespace Ferry.AspNetCore.Tests.Storage;

public sealed class UploadRecordTests : IDisposable
{
    private static readonly UploadInfo Info = new("0123456789abcdef0123456789abcdef", "filename YQ==");
    private static readonly UploadState First = new() { Phase = UploadPhase.Receiving, BootId = "boot", Touched = DateTimeOffset.UnixEpoch, Length = 100 };
    private readonly UploadDirectory _directory = new();

    private string Path => _directory.File("record");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Written_ReadBack()
    {
        var full = First with
        {
            Phase = UploadPhase.Finished,
            Flushed = 5,
            UncheckedFrom = 6,
            FileId = "77",
            Name = new string('é', 100),
            Delivered = true,
        };
        using (var record = UploadRecord.Create(Path, new Device()))
        {
            record.Fill(Info, First);
            record.Write(full);
        }
        using var read = UploadRecord.Open(Path, new Device())!;
        read.Info.Should().Be(Info);
        read.State.Should().Be(full);
    }

    [Fact]
    public void Torn_TheStateBeforeIsThere()
    {
        for (var writes = 1; writes < 6; writes++)
        {
            Make(writes);
            var bytes = File.ReadAllBytes(Path);
            var newest = writes % 2 == 0 ? 4096 : 0;
            bytes.AsSpan(newest + 60, 20).Clear();
            File.WriteAllBytes(Path, bytes);
            using var read = UploadRecord.Open(Path, new Device())!;
            read.State!.Flushed.Should().Be(writes - 1, $"write {writes} was torn");
            read.Write(First with { Flushed = 999 });
            read.Dispose();
            using var again = UploadRecord.Open(Path, new Device())!;
            again.State!.Flushed.Should().Be(999);
            File.Delete(Path);
        }
    }

    [Fact]
    public void BothSlotsTorn_OrNeverFilled_NoState()
    {
        Make(3);
        var bytes = File.ReadAllBytes(Path);
        bytes.AsSpan(0, 8192).Clear();
        File.WriteAllBytes(Path, bytes);
        using (var torn = UploadRecord.Open(Path, new Device())!)
            torn.State.Should().BeNull();
        File.WriteAllBytes(Path, []);
        using var empty = UploadRecord.Open(Path, new Device())!;
        (empty.State, empty.Info).Should().Be((null, null));
    }

    [Fact]
    public void Filled_BothSlotsHaveTheFirstState_SoThatNoWriteNeedsRoom()
    {
        Make(0);
        var whole = File.ReadAllBytes(Path);
        for (var slot = 0; slot < 2; slot++)
        {
            var bytes = whole.ToArray();
            bytes.AsSpan(slot * 4096, 4096).Clear();
            File.WriteAllBytes(Path, bytes);
            using var read = UploadRecord.Open(Path, new Device())!;
            read.State.Should().Be(First);
        }
    }

    [SmallDiskFact]
    public void DiskFull_TheFirstWritesSucceed()
    {
        using var disk = SmallDisk.Mount("2m");
        using var record = UploadRecord.Create(System.IO.Path.Combine(disk.Path, "record"), new Device());
        record.Fill(Info, First);
        disk.Fill("filler");
        record.Write(First with { Flushed = 1 });
        record.Write(First with { Flushed = 2, Name = new string('é', 100) });
    }

    [Fact]
    public void Held_OthersAreRefused()
    {
        Make(1);
        using (UploadRecord.Open(Path, new Device()))
        {
            var open = () => UploadRecord.Open(Path, new Device());
            open.Should().Throw<IOException>().Where(e => LockOwner.IsConflict(e));
        }
        using var after = UploadRecord.Open(Path, new Device());
        after.Should().NotBeNull();
    }

    [Fact]
    public void Missing_Null() => UploadRecord.Open(Path, new Device()).Should().BeNull();

    private void Make(int writes)
    {
        using var record = UploadRecord.Create(Path, new Device());
        record.Fill(Info, First);
        for (var i = 1; i <= writes; i++)
            record.Write(First with { Flushed = i });
    }
}
