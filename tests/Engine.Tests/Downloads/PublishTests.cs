using System.Diagnostics;
using System.Net.Sockets;
using Ferry.Engine.Downloads;
using Ferry.Engine.Errors;
using Ferry.Engine.Ranges;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;
using Ferry.Testing.Disks;
using Ferry.Testing.Server;

namespace Ferry.Engine.Tests.Downloads;

public sealed class PublishTests : IAsyncLifetime
{
    private const int Size = 1024 * 1024;
    private readonly DownloadFixture _f = new();

    public Task InitializeAsync() => _f.InitializeAsync();

    public Task DisposeAsync() => _f.DisposeAsync();

    [Fact]
    public async Task TargetExists_Fail_SaysSoBeforeAnyRequest_AndLeavesIt()
    {
        File.WriteAllText(_f.Target, "mine");
        var run = await _f.RunAsync(_f.Request("/good/f"));
        var error = run.State.Outcome.Should().BeOfType<FailedOutcome>().Which.Error;
        error.Code.Should().Be(ErrorCode.LocalWriteFailed);
        error.Message.Should().Contain(_f.Target).And.Contain("exists");
        File.ReadAllText(_f.Target).Should().Be("mine");
        _f.Server.Requests.Count.Should().Be(0);
        Directory.GetFiles(_f.Directory).Should().Equal(_f.Target);
    }

    [Fact]
    public async Task TargetAppearsMeanwhile_Fail_IsNotReplaced_AndTheBytesAreKept()
    {
        var driver = _f.Driver(_f.Request("/good/f"));
        driver.OnAttempt = _ => File.WriteAllText(_f.Target, "mine");
        await driver.RunAsync();
        driver.State.Outcome.Should().BeOfType<FailedOutcome>().Which.Error.BytesKept.Should().Be(Size);
        File.ReadAllText(_f.Target).Should().Be("mine");

        File.Delete(_f.Target);
        await driver.RunAsync(again: true);
        driver.State.Outcome.Should().Be(new CompletedOutcome(Size, null, _f.Target));
        _f.Sha256OfTarget().Should().Be(Content.Sha256(1, Size));
        _f.Server.Requests.Count.Should().Be(1);
    }

    [Fact]
    public async Task TargetExists_Replace_IsReplacedOnlyOnceTheNewOneIsWhole()
    {
        File.WriteAllText(_f.Target, "old");
        var driver = _f.Driver(_f.Request("/good/f", new FileDestination(_f.Target) { IfExists = ExistingTarget.Replace }));
        driver.OnAttempt = _ => File.ReadAllText(_f.Target).Should().Be("old");
        await driver.RunAsync();
        driver.State.Outcome.Should().Be(new CompletedOutcome(Size, null, _f.Target));
        _f.Sha256OfTarget().Should().Be(Content.Sha256(1, Size));
    }

    [Fact]
    public async Task TargetExists_Rename_TakesTheFirstFreeName()
    {
        File.WriteAllText(_f.Target, "mine");
        File.WriteAllText(Path.Combine(_f.Directory, "file (1).bin"), "mine too");
        var run = await _f.RunAsync(_f.Request("/good/f", new FileDestination(_f.Target) { IfExists = ExistingTarget.Rename }));
        var path = Path.Combine(_f.Directory, "file (2).bin");
        run.State.Outcome.Should().Be(new CompletedOutcome(Size, null, path));
        DownloadFixture.Sha256Of(path).Should().Be(Content.Sha256(1, Size));
    }

    [Theory]
    [InlineData(ExistingTarget.Fail)]
    [InlineData(ExistingTarget.Replace)]
    public async Task TargetIsADirectory_SaysSo(ExistingTarget policy)
    {
        Directory.CreateDirectory(_f.Target);
        var run = await _f.RunAsync(_f.Request("/good/f", new FileDestination(_f.Target) { IfExists = policy }));
        run.State.Outcome.Should().BeOfType<FailedOutcome>().Which.Error.Message.Should().Contain("is a directory");
    }

    [Theory]
    [InlineData(ExistingTarget.Fail)]
    [InlineData(ExistingTarget.Replace)]
    public async Task TargetIsNoFile_IsNeverReplaced(ExistingTarget policy)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(_f.Target));
        var run = await _f.RunAsync(_f.Request("/good/f", new FileDestination(_f.Target) { IfExists = policy }));
        run.State.Outcome.Should().BeOfType<FailedOutcome>().Which.Error.Message.Should().Contain("a device: name a file").And.NotContain("remove");
        FileId.KindOf(_f.Target).Should().Be(FileId.Kind.Special);
        _f.Server.Requests.Count.Should().Be(0);
    }

    [Fact]
    public async Task DirectoryVanishes_SaysSo()
    {
        var directory = Path.Combine(_f.Directory, "sub");
        Directory.CreateDirectory(directory);
        var driver = _f.Driver(_f.Request("/good/f", new FileDestination(Path.Combine(directory, "f"))));
        driver.OnAttempt = _ =>
        {
            if (Directory.Exists(directory))
                Directory.Delete(directory, recursive: true);
        };
        await driver.RunAsync();
        driver.State.Outcome.Should().BeOfType<FailedOutcome>().Which.Error.Message.Should().Contain(directory).And.Contain("does not exist");
    }

    [Theory]
    [InlineData(ExistingTarget.Fail)]
    [InlineData(ExistingTarget.Replace)]
    [InlineData(ExistingTarget.Rename)]
    public async Task CrashBetweenRenameAndOutcome_IsFoundPublished(ExistingTarget policy)
    {
        if (policy is ExistingTarget.Rename)
            File.WriteAllText(_f.Target, "mine");
        var request = _f.Request("/good/f", new FileDestination(_f.Target) { IfExists = policy });
        var first = await _f.RunAsync(request);
        var outcome = (CompletedOutcome)first.State.Outcome!;
        var second = await _f.RunAsync(request, first.Journal.Where(f => f is not Ended));
        second.State.Outcome.Should().Be(outcome);
        _f.Server.Requests.Count.Should().Be(1);
    }

    [Theory]
    [InlineData(ExistingTarget.Fail)]
    [InlineData(ExistingTarget.Replace)]
    [InlineData(ExistingTarget.Rename)]
    public async Task CrashBetweenLinkAndUnlink_IsFoundPublished_AndLosesItsOtherName(ExistingTarget policy)
    {
        var request = _f.Request("/good/f", new FileDestination(_f.Target) { IfExists = policy });
        var first = await _f.RunAsync(request);
        using (var link = Process.Start("ln", [_f.Target, _f.PartPath]))
            await link.WaitForExitAsync();

        var second = await _f.RunAsync(request, first.Journal.Where(f => f is not Ended));

        second.State.Outcome.Should().Be(new CompletedOutcome(Size, null, _f.Target));
        _f.Sha256OfTarget().Should().Be(Content.Sha256(1, Size));
        Directory.GetFiles(_f.Directory).Should().Equal(_f.Target);
        _f.Server.Requests.Count.Should().Be(1);
    }

    [Theory]
    [InlineData(Durability.Power, 2)]
    [InlineData(Durability.Process, 0)]
    public async Task CrashBetweenLinkAndUnlink_TheOtherNameGoesOnceTheNameIsOnTheDevice(Durability durability, int flushes)
    {
        var destination = new FileDestination(_f.Target) { Durability = durability };
        var request = _f.Request("/good/f", destination);
        var first = await _f.RunAsync(request);
        using (var link = Process.Start("ln", [_f.Target, _f.PartPath]))
            await link.WaitForExitAsync();
        var names = new List<string[]>();

        using (var part = PartFile.OpenExisting(_f.Target, request.Id.Value))
            Publisher.Publish(destination, first.Journal.OfType<Verified>().Single(), part, mayBeHollow: false, Flush).Path.Should().Be(_f.Target);

        names.Select(n => n.Length).Should().Equal(new[] { 2, 1 }.Take(flushes));
        Directory.GetFiles(_f.Directory).Should().Equal(_f.Target);

        void Flush(string directory) => names.Add(Directory.GetFiles(directory));
    }

    [Fact]
    public async Task CrashBeforeTheRename_IsPublishedNow()
    {
        var request = _f.Request("/good/f");
        var first = await _f.RunAsync(request);
        File.Move(_f.Target, _f.PartPath);
        var second = await _f.RunAsync(request, first.Journal.Where(f => f is not Ended));
        second.State.Outcome.Should().Be(new CompletedOutcome(Size, null, _f.Target));
        _f.Server.Requests.Count.Should().Be(1);
    }

    [Fact]
    public async Task CrashBeforeTheRename_AnotherFileOfThatNameAndLength_IsNotTakenForOurs()
    {
        var request = _f.Request("/good/f");
        var first = await _f.RunAsync(request);
        File.Move(_f.Target, _f.PartPath);
        File.WriteAllBytes(_f.Target, new byte[Size]);
        var second = await _f.RunAsync(request, first.Journal.Where(f => f is not Ended));
        second.State.Outcome.Should().BeOfType<FailedOutcome>();
        File.ReadAllBytes(_f.Target).Should().OnlyContain(b => b == 0);
        DownloadFixture.Sha256Of(_f.PartPath).Should().Be(Content.Sha256(1, Size));
    }

    [Fact]
    public async Task VerifiedButBothFilesGone_StartsFromZero()
    {
        var request = _f.Request("/good/f");
        var first = await _f.RunAsync(request);
        File.Delete(_f.Target);
        var second = await _f.RunAsync(request, first.Journal.Where(f => f is not Ended));
        second.Journal.OfType<Restarted>().Should().Equal(new Restarted(RestartReason.PartFileLost));
        _f.Sha256OfTarget().Should().Be(Content.Sha256(1, Size));
    }

    [Fact]
    public async Task PublishFailed_AnotherTransferTookThePartFile_ItsBytesAreNotPublishedAsOurs()
    {
        var first = _f.Driver(_f.Request("/good/f", id: "first"));
        first.OnAttempt = _ => File.WriteAllText(_f.Target, "mine");
        await first.RunAsync();
        first.OnAttempt = null;
        File.Delete(_f.Target);
        using (var taken = PartFile.Open(_f.Target, "second"))
        {
            taken.TakeOver();
            taken.Write(Content.Bytes(7, Size), 0);
        }

        await first.RunAsync(again: true);
        first.State.Outcome.Should().Be(new CompletedOutcome(Size, null, _f.Target));
        _f.Sha256OfTarget().Should().Be(Content.Sha256(1, Size));
    }

    [Fact]
    public async Task PartFileRemovedMeanwhile_AnotherTransfersNewOneIsNotPublished()
    {
        var driver = _f.Driver(_f.Request("/good/f"));
        PartFile? other = null;
        driver.OnAttempt = _ =>
        {
            if (other is not null)
                return;
            File.Delete(_f.PartPath);
            other = PartFile.Open(_f.Target, "second");
            other.TakeOver();
            other.Write(new byte[1000], 0);
        };
        await driver.RunAsync();
        other!.Dispose();
        driver.State.Outcome.Should().BeOfType<FailedOutcome>("the other transfer holds the name");
        File.Exists(_f.Target).Should().BeFalse();
        new FileInfo(_f.PartPath).Length.Should().Be(1000);
    }

    [Theory]
    [InlineData(Durability.Power, 1)]
    [InlineData(Durability.Process, 0)]
    public void Publish_FlushesTheDirectory_AlsoWhereTheRenameWasDoneBeforeACrash(Durability durability, int flushes)
    {
        var destination = new FileDestination(_f.Target) { Durability = durability };
        Verified verified;
        var flushed = new List<string>();
        using (var part = PartFile.Open(_f.Target, "t"))
        {
            part.TakeOver();
            part.Write(new byte[100], 0);
            verified = new Verified(100, null, _f.Target) { FileId = part.Id?.InodeText };
            Publisher.Publish(destination, verified, part, mayBeHollow: false, flushed.Add).Path.Should().Be(_f.Target);
        }
        flushed.Should().Equal(Enumerable.Repeat(_f.Directory, flushes));
        Publisher.Publish(destination, verified, null, mayBeHollow: false, flushed.Add).Path.Should().Be(_f.Target);
        flushed.Should().Equal(Enumerable.Repeat(_f.Directory, 2 * flushes));
    }

    [Fact]
    public async Task PublishedFileCutByAPowerLoss_IsNotTakenForWhole()
    {
        var request = _f.Request("/good/f", new FileDestination(_f.Target) { Durability = Durability.Process });
        var first = await _f.RunAsync(request);
        File.OpenHandle(_f.Target, FileMode.Truncate, FileAccess.Write).Dispose();
        _f.Settings = _f.Settings with { BootId = "boot-2" };
        var second = await _f.RunAsync(request, first.Journal.Where(f => f is not Ended));
        second.State.Outcome.Should().BeOfType<FailedOutcome>().Which.Error.Message.Should().Contain("exists");
    }

    [Fact]
    public async Task VerifiedUnflushedBeforeAPowerLoss_IsNotBelieved()
    {
        var request = _f.Request("/good/f", new FileDestination(_f.Target) { Durability = Durability.Process });
        var first = await _f.RunAsync(request);
        File.Move(_f.Target, _f.PartPath);
        File.WriteAllBytes(_f.PartPath, new byte[Size]);
        _f.Settings = _f.Settings with { BootId = "boot-2" };
        var second = await _f.RunAsync(request, first.Journal.Where(f => f is not Ended));
        second.State.Outcome.Should().Be(new CompletedOutcome(Size, null, _f.Target));
        _f.Sha256OfTarget().Should().Be(Content.Sha256(1, Size));
    }

    [Fact]
    public async Task TwoTransfersOfOneTarget_TheSecondFailsAndTheFirstIsUnharmed()
    {
        _f.Server.Gate.HoldBodiesAfter(300_000);
        await using var first = _f.Driver(_f.Request("/good/f", id: "first"));
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        first.OnFact = _ => begun.TrySetResult();
        var run = first.RunAsync();
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(60));

        var second = await _f.RunAsync(_f.Request("/good/other?version=2", id: "second"));
        second.State.Outcome.Should().BeOfType<FailedOutcome>().Which.Error.Message.Should().Contain("is being written by");
        _f.Server.Gate.Release();
        await run;
        _f.Sha256OfTarget().Should().Be(Content.Sha256(1, Size));
    }

    [SmallDiskFact]
    public async Task DiskFull_KeepsWhatCame_AndGoesOnOnceThereIsSpace()
    {
        using var disk = SmallDisk.Mount("600k");
        var target = Path.Combine(disk.Path, "f");
        await using (var driver = _f.Driver(_f.Request("/good/f", new FileDestination(target))))
        {
            await driver.RunAsync();
            var error = driver.State.Outcome.Should().BeOfType<FailedOutcome>().Which.Error;
            error.Message.Should().Contain("is full");
            error.BytesKept.Should().BeGreaterThan(0);
            disk.Remount("size=4m");
            await driver.RunAsync(again: true);
            driver.State.ResumedFrom.Should().Be(error.BytesKept);
            driver.State.Outcome.Should().Be(new CompletedOutcome(Size, null, target));
            DownloadFixture.Sha256Of(target).Should().Be(Content.Sha256(1, Size));
        }
    }

    [Fact]
    public void Numbered_KeepsTheExtension()
    {
        FileNames.Numbered("/d/a.tar.gz").Take(3).Should().Equal("/d/a.tar.gz", "/d/a.tar (1).gz", "/d/a.tar (2).gz");
        FileNames.Numbered("/d/.profile").Skip(1).First().Should().Be("/d/.profile (1)");
        FileNames.Numbered("/d/name").Skip(1).First().Should().Be("/d/name (1)");
    }
}
