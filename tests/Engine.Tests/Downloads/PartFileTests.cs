using System.Diagnostics;
using Ferry.Engine.Downloads;
using Ferry.Engine.Errors;
using Ferry.Testing.Disks;

namespace Ferry.Engine.Tests.Downloads;

public sealed class PartFileTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("ferry-").FullName;

    private string Target => Path.Combine(_directory, "file.bin");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Write_AtAnyOffset_AndReadBack()
    {
        using var part = PartFile.Open(Target, "a");
        part.Write([4, 5, 6], 3);
        part.Write([1, 2, 3], 0);
        var back = new byte[6];
        part.Read(back, 0).Should().Be(6);
        back.Should().Equal(1, 2, 3, 4, 5, 6);
        part.Length.Should().Be(6);
        part.Path.Should().Be(Target + ".ferry-part");
    }

    [Fact]
    public void Open_Twice_TheSecondIsToldWhoOwnsIt()
    {
        using var first = PartFile.Open(Target, "a");
        var error = Failure(() => PartFile.Open(Target, "b"));
        error.Code.Should().Be(ErrorCode.LocalWriteFailed);
        error.Message.Should().Contain(Target + ".ferry-part").And.Contain("another transfer of this process");
        error.RetryCanHelp.Should().BeFalse();
    }

    [Fact]
    public void Open_AnotherProcessHoldsTheLock_ItIsNamed()
    {
        if (!OperatingSystem.IsLinux())
            return;
        File.WriteAllText(Target + ".ferry-part", "");
        using var holder = Process.Start(new ProcessStartInfo("flock", ["-x", Target + ".ferry-part", "sh", "-c", "echo held; read line"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        holder.StandardOutput.ReadLine().Should().Be("held");
        try
        {
            Failure(() => PartFile.Open(Target, "b")).Message.Should().Contain($"process {holder.Id} (flock)");
        }
        finally
        {
            holder.StandardInput.Close();
            holder.WaitForExit();
        }
        PartFile.Open(Target, "b").Dispose();
    }

    [Fact]
    public void Dispose_LetsTheLockGo()
    {
        PartFile.Open(Target, "a").Dispose();
        PartFile.Open(Target, "b").Dispose();
    }

    [Fact]
    public void Rest_ThenAnotherTransferTakesIt_IsForeignToTheFirst()
    {
        using (var first = PartFile.Open(Target, "a"))
        {
            first.TakeOver();
            first.Write([1], 0);
            first.IsForeign.Should().BeFalse();
        }
        using (var second = PartFile.Open(Target, "b"))
        {
            second.IsForeign.Should().BeTrue();
            second.TakeOver();
            second.Length.Should().Be(0);
        }
        using var again = PartFile.Open(Target, "a");
        again.IsForeign.Should().BeTrue();
    }

    [Fact]
    public void StillNamed_RenamedAway_False()
    {
        using var part = PartFile.Open(Target, "a");
        part.StillNamed().Should().BeTrue();
        File.Move(part.Path, Target);
        part.StillNamed().Should().BeFalse();
        File.WriteAllText(part.Path, "a new file of the old name");
        part.StillNamed().Should().BeFalse();
        part.Delete();
        File.Exists(part.Path).Should().BeTrue("it is another one's");
    }

    [Fact]
    public void OpenExisting_NothingThere_Null()
    {
        PartFile.OpenExisting(Target, "a").Should().BeNull();
        PartFile.OpenExisting(Path.Combine(_directory, "gone", "f"), "a").Should().BeNull();
        Directory.GetFiles(_directory).Should().BeEmpty();
    }

    [Fact]
    public void Open_DirectoryMissing_SaysSo()
    {
        var missing = Path.Combine(_directory, "gone");
        var error = Failure(() => PartFile.Open(Path.Combine(missing, "f"), "a"));
        error.Message.Should().Be($"The directory '{missing}' does not exist: create it, or choose another one.");
    }

    [Fact]
    public void Open_ParentIsAFile_SaysSo()
    {
        File.WriteAllText(Target, "");
        Failure(() => PartFile.Open(Path.Combine(Target, "f"), "a")).Message.Should().Contain(Target);
    }

    [Fact]
    public void Open_NameTooLong_SaysSo() =>
        Failure(() => PartFile.Open(Path.Combine(_directory, new string('x', 255)), "a")).Message.Should().Contain("too long");

    [Fact]
    public void Open_ALinkOfThatName_IsNotFollowed()
    {
        var victim = Path.Combine(_directory, "victim");
        File.WriteAllText(victim, "precious");
        File.CreateSymbolicLink(Target + ".ferry-part", victim);
        Failure(() => PartFile.Open(Target, "a")).Message.Should().Contain("not a regular file");
        File.ReadAllText(victim).Should().Be("precious");
    }

    [SmallDiskFact]
    public void Write_DiskFull_SaysSoAndKeepsWhatIsThere()
    {
        using var disk = SmallDisk.Mount("64k");
        var target = Path.Combine(disk.Path, "f");
        using (var part = PartFile.Open(target, "a"))
        {
            part.Write(new byte[16 * 1024], 0);
            var error = Failure(() => part.Write(new byte[256 * 1024], 16 * 1024));
            error.Code.Should().Be(ErrorCode.LocalWriteFailed);
            error.Message.Should().Contain("is full").And.Contain(disk.Path);
            part.Length.Should().BeGreaterThanOrEqualTo(16 * 1024);
        }
    }

    [SmallDiskFact]
    public void Open_ReadOnlyFileSystem_SaysSo()
    {
        using var disk = SmallDisk.Mount("64k");
        disk.Remount("ro");
        Failure(() => PartFile.Open(Path.Combine(disk.Path, "f"), "a")).Message.Should().Contain("read-only");
    }

    private static TransferError Failure(Action action) => action.Should().Throw<TransferException>().Which.Error;
}
