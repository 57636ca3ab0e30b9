using System.Collections.Concurrent;
using Ferry.AspNetCore.Storage;
using Ferry.AspNetCore.Tests.Kit;
using Ferry.Engine.Downloads;
using Ferry.Engine.Transfers;

namespace Ferry.AspNetCore.Tests.Receiving;

/// <summary>The end of an upload: its name, the service that is told, and crashes around both.</summary>
public sealed class FinishingTests : IDisposable
{
    private readonly UploadDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("photo.jpg", "photo.jpg")]
    [InlineData("../../etc/passwd", "passwd")]
    [InlineData("/etc/shadow", "shadow")]
    [InlineData("C:\\Windows\\evil.dll", "evil.dll")]
    [InlineData("é 世界.txt", "é 世界.txt")]
    [InlineData("..", null)]
    [InlineData("a\0b", null)]
    [InlineData("line\nbreak", null)]
    [InlineData("CON", null)]
    [InlineData("", null)]
    [InlineData("x.ferry-part", null)]
    [InlineData(null, null)]
    public async Task Name_IsTheClientsWhereItIsSafe_TheIdOtherwise(string? wanted, string? got)
    {
        await using var receiver = await Receiver.StartAsync(_directory.Options);
        var url = await receiver.Client.CreateAsync(3, wanted);
        (await receiver.Client.PatchAsync(url, 0, [1, 2, 3])).Dispose();
        _directory.Names.Should().Equal(got ?? UploadDirectory.IdOf(url));
        _directory.WorkNames.Should().Equal(UploadDirectory.IdOf(url) + ".upload");
    }

    [Theory]
    [InlineData("a.txt", "a (1).txt")]
    [InlineData(".ferry-uploads", ".ferry-uploads (1)")]
    public async Task NameTaken_NeverOverAnotherFile(string name, string got)
    {
        await using var receiver = await Receiver.StartAsync(_directory.Options);
        if (name == "a.txt")
            File.WriteAllText(_directory.File(name), "mine");
        var url = await receiver.Client.CreateAsync(3, name);
        (await receiver.Client.PatchAsync(url, 0, [1, 2, 3])).Dispose();
        _directory.Read(got).Should().Equal(1, 2, 3);
        if (name == "a.txt")
            File.ReadAllText(_directory.File(name)).Should().Be("mine");
    }

    [Fact]
    public async Task Completed_IsCalledWithTheNamedFile_BeforeTheClientIsTold()
    {
        var seen = new ConcurrentQueue<(ReceivedUpload Upload, byte[] Bytes)>();
        var gate = new TaskCompletionSource();
        await using var receiver = await Receiver.StartAsync(_directory.Options with
        {
            Completed = async (upload, _) =>
            {
                seen.Enqueue((upload, await File.ReadAllBytesAsync(upload.Path)));
                await gate.Task;
            },
        });
        using var created = await receiver.Client.SendAsync("POST", "/files", null, ("Upload-Length", "3"), ("Upload-Metadata", "filename YQ==,note w6k="));
        var url = created.Headers.Location!.ToString();
        var last = receiver.Client.PatchAsync(url, 0, [1, 2, 3]);
        await Waiting.UntilAsync(() => !seen.IsEmpty);
        last.IsCompleted.Should().BeFalse();
        gate.SetResult();
        using var response = await last;
        response.Status().Should().Be(204);
        (await receiver.Client.OffsetAsync(url)).Should().Be(3);
        var (upload, bytes) = seen.Should().ContainSingle().Subject;
        bytes.Should().Equal(1, 2, 3);
        (upload.Id, upload.Path, upload.Length).Should().Be((UploadDirectory.IdOf(url), _directory.File("a"), 3L));
        upload.Metadata.Should().Equal(new Dictionary<string, string> { ["filename"] = "a", ["note"] = "é" });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task NoNameLikeTheWantedOneCanBeHad_TheIdIsTheName(bool isTaken)
    {
        var (device, log) = (new WatchedDevice(), new LogLines());
        device.Renames = (from, to) => (Path.GetFileName(to)[0], isTaken) switch
        {
            ('?', true) => FileNames.Result.TargetExists,
            ('?', false) => throw new IOException($"'{to}' is no name here."),
            _ => FileNames.Rename(from, to, replace: false),
        };
        await using var receiver = await Receiver.StartAsync(
            _directory.Options, new ReceiverSetup { Log = log, Services = Stores.Boot(_directory.Options, "boot", device) });
        var url = await receiver.Client.CreateAsync(3, "?unheard-of");
        using var last = await receiver.Client.PatchAsync(url, 0, [1, 2, 3]);
        last.Status().Should().Be(204);
        _directory.Names.Should().Equal(UploadDirectory.IdOf(url));
        log.Lines.Should().ContainSingle(l => l.StartsWith("Warning:", StringComparison.Ordinal)).Which.Should().Contain("has its id as its name").And.NotContain("unheard-of");
    }

    [Fact]
    public async Task NoNameCanBeHad_500_AndAgainLater()
    {
        var device = new WatchedDevice { Renames = (_, to) => throw new IOException($"'{to}' cannot be made.") };
        await using var receiver = await Receiver.StartAsync(_directory.Options, new ReceiverSetup { Services = Stores.Boot(_directory.Options, "boot", device) });
        var url = await receiver.Client.CreateAsync(3, "a");
        using var last = await receiver.Client.PatchAsync(url, 0, [1, 2, 3]);
        last.Status().Should().Be(500);
        device.Renames = null;
        (await receiver.Client.OffsetAsync(url)).Should().Be(3);
        _directory.Names.Should().Equal("a");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Completed_HasTheFileToItself(bool isLate)
    {
        var calls = 0;
        await using var receiver = await Receiver.StartAsync(_directory.Options with
        {
            Completed = async (upload, cancellationToken) =>
            {
                if (++calls == 1 && isLate)
                    throw new InvalidOperationException("no database");
                await using var file = new FileStream(upload.Path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
                await file.WriteAsync(new byte[] { 9 }, cancellationToken);
            },
        });
        var url = await receiver.Client.CreateAsync(3, "a");
        (await receiver.Client.PatchAsync(url, 0, [1, 2, 3])).Dispose();
        (await receiver.Client.OffsetAsync(url)).Should().Be(3);
        (calls, _directory.Read("a")[0]).Should().Be((isLate ? 2 : 1, 9));
    }

    [Fact]
    public async Task CompletedFails_500_AndIsCalledAgainWhenTheClientAsks()
    {
        var calls = 0;
        var log = new LogLines();
        await using var receiver = await Receiver.StartAsync(_directory.Options with
        {
            Completed = (_, _) => ++calls < 3 ? throw new InvalidOperationException("no database") : Task.CompletedTask,
        }, new ReceiverSetup { Log = log });
        var url = await receiver.Client.CreateAsync(3, "a");
        using var last = await receiver.Client.PatchAsync(url, 0, [1, 2, 3]);
        using var head = await receiver.Client.HeadAsync(url);
        (last.Status(), head.Status(), head.Field("Upload-Offset")).Should().Be((500, 500, null));
        (await receiver.Client.OffsetAsync(url)).Should().Be(3);
        (await receiver.Client.OffsetAsync(url)).Should().Be(3);
        calls.Should().Be(3);
        _directory.Names.Should().Equal("a");
        log.Lines.Count(l => l.StartsWith("Error:", StringComparison.Ordinal) && l.Contains(UploadId.Beginning(UploadDirectory.IdOf(url))) && l.Contains("no database")).Should().Be(2);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task HostStopsWhileTheServiceTakesOver_503Or201WithoutTheOffset_NoFailure_AndItIsCalledAgain(bool isCreation)
    {
        var (log, entered, calls) = (new LogLines(), new TaskCompletionSource(), 0);
        var options = _directory.Options with
        {
            Completed = async (_, cancellationToken) =>
            {
                if (Interlocked.Increment(ref calls) > 1)
                    return;
                entered.SetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            },
        };
        await using (var receiver = await Receiver.StartAsync(options, new ReceiverSetup { Log = log }))
        {
            var last = isCreation
                ? receiver.Client.SendAsync("POST", "/files", TusClient.Bytes([1, 2, 3]), ("Upload-Length", "3"))
                : receiver.Client.PatchAsync(await receiver.Client.CreateAsync(3), 0, [1, 2, 3]);
            await entered.Task.WaitAsync(Waiting.Patience);
            var stopped = receiver.StopAsync();
            using (var answer = await last)
                (answer.Status(), answer.Field("Upload-Offset")).Should().Be((isCreation ? 201 : 503, null));
            await stopped;
        }
        log.Lines.Should().NotContain(l => l.StartsWith("Error:", StringComparison.Ordinal) || l.StartsWith("Warning:", StringComparison.Ordinal));
        await using var restarted = await Receiver.StartAsync(options);
        await Waiting.UntilAsync(() => Volatile.Read(ref calls) == 2);
    }

    [Fact]
    public async Task CompletedFails_ForACreationWithUpload_201WithoutTheOffset_AndIsCalledAgainForThatUpload()
    {
        var ids = new List<string>();
        await using var receiver = await Receiver.StartAsync(_directory.Options with
        {
            Completed = (upload, _) =>
            {
                ids.Add(upload.Id);
                return ids.Count < 2 ? throw new InvalidOperationException("no database") : Task.CompletedTask;
            },
        });
        using var created = await receiver.Client.SendAsync("POST", "/files", TusClient.Bytes([1, 2, 3]), ("Upload-Length", "3"));
        (created.Status(), created.Field("Upload-Offset")).Should().Be((201, null));
        var url = created.Headers.Location!.ToString();
        (await receiver.Client.OffsetAsync(url)).Should().Be(3);
        ids.Should().Equal(UploadDirectory.IdOf(url), UploadDirectory.IdOf(url));
    }

    [Fact]
    public async Task LastAnswerLost_HeadTellsTheEnd_AlsoAfterARestart()
    {
        string url;
        await using (var receiver = await Receiver.StartAsync(_directory.Options))
        {
            url = await receiver.Client.CreateAsync(3, "a");
            (await receiver.Client.PatchAsync(url, 0, [1, 2, 3])).Dispose();
        }
        // The service may do with the file what it likes.
        File.Delete(_directory.File("a"));
        await using var restarted = await Receiver.StartAsync(_directory.Options);
        using var head = await restarted.Client.HeadAsync(url);
        (head.Field("Upload-Offset"), head.Field("Upload-Length"), head.Field("Upload-Expires")).Should().Be(("3", "3", null));
    }

    [Theory]
    [InlineData("before the rename")]
    [InlineData("after the rename")]
    [InlineData("after the rename, beside another file of that name")]
    public async Task CrashAroundTheRename_OneFile_AndTheServiceIsTold(string when)
    {
        if (when.Contains("another"))
            File.WriteAllBytes(_directory.File("a"), [9, 9, 9]);
        Stores.Leave(_directory, [1, 2, 3], Finishing());
        var bytes = _directory.Paths.Bytes(Stores.Id);
        Write(Finishing() with { FileId = FileId.Of(bytes)?.InodeText });
        var name = when.Contains("another") ? "a (1)" : "a";
        if (when.Contains("after"))
            File.Move(bytes, _directory.File(name));
        var seen = new ConcurrentQueue<string>();
        await using var receiver = await Receiver.StartAsync(_directory.Options with
        {
            Completed = (upload, _) =>
            {
                seen.Enqueue(upload.Path);
                return Task.CompletedTask;
            },
        });
        await Waiting.UntilAsync(() => !seen.IsEmpty);
        (await receiver.Client.OffsetAsync("/files/" + Stores.Id)).Should().Be(3);
        seen.Should().Equal(_directory.File(name));
        _directory.Read(name).Should().Equal(1, 2, 3);
        _directory.WorkNames.Should().Equal(Stores.Id + ".upload");
        _directory.Names.Should().Equal(when.Contains("another") ? ["a", "a (1)"] : ["a"]);
    }

    [Fact]
    public async Task CrashAfterTheRename_AndTheOtherFileIsMovedAway_ItIsFoundAllTheSame()
    {
        Stores.Leave(_directory, [1, 2, 3], Finishing());
        var bytes = _directory.Paths.Bytes(Stores.Id);
        Write(Finishing() with { FileId = FileId.Of(bytes)?.InodeText });
        File.Move(bytes, _directory.File("a (1)"));
        await using var receiver = await Receiver.StartAsync(_directory.Options);
        (await receiver.Client.OffsetAsync("/files/" + Stores.Id)).Should().Be(3);
        Stores.State(_directory, Stores.Id)!.Name.Should().Be("a (1)");
    }

    [Theory]
    [InlineData(3, 200)]
    [InlineData(2, 404)]
    public async Task CrashBeforeTheRename_AndTheDirectoryIsCopied_ItIsPublishedWhereItIsWhole(int length, int status)
    {
        Stores.Leave(_directory, new byte[length], Finishing() with { FileId = "1", BootId = "another boot" });
        await using var receiver = await Receiver.StartAsync(_directory.Options);
        using var head = await receiver.Client.HeadAsync("/files/" + Stores.Id);
        head.Status().Should().Be(status);
        _directory.Names.Should().Equal(status == 200 ? ["a"] : []);
        _directory.WorkNames.Should().HaveCount(status == 200 ? 1 : 2);
    }

    [Fact]
    public async Task CrashAfterTheLastByte_TheNextRequestFinishes_HoweverLate()
    {
        await using var receiver = await Receiver.StartAsync(_directory.Options);
        Stores.Leave(_directory, [1, 2, 3], Finishing() with
        {
            Phase = UploadPhase.Receiving,
            Flushed = 1,
            Name = null,
            Touched = DateTimeOffset.UnixEpoch,
        });
        (await receiver.Client.OffsetAsync("/files/" + Stores.Id)).Should().Be(3);
        _directory.Read(Stores.Id).Should().Equal(1, 2, 3);
    }

    [Fact]
    public async Task CrashBeforeTheServiceWasTold_ItIsToldAtTheNextStart()
    {
        var told = new TaskCompletionSource<ReceivedUpload>();
        Stores.Leave(_directory, null, Finishing() with { Phase = UploadPhase.Finished }, "filename YQ==");
        await using var receiver = await Receiver.StartAsync(_directory.Options with
        {
            Completed = (upload, _) =>
            {
                told.SetResult(upload);
                return Task.CompletedTask;
            },
        });
        (await told.Task.WaitAsync(Waiting.Patience)).Path.Should().Be(_directory.File("a"));
        await Waiting.UntilAsync(() => Told());
        using var head = await receiver.Client.HeadAsync("/files/" + Stores.Id);
        head.Status().Should().Be(200);
    }

    private static UploadState Finishing() => new()
    {
        Phase = UploadPhase.Finishing,
        Length = 3,
        Flushed = 3,
        BootId = KernelBoot.Id,
        Name = "a",
        Touched = DateTimeOffset.MaxValue.AddYears(-1),
    };

    private bool Told()
    {
        try
        {
            return Stores.State(_directory, Stores.Id)!.Delivered;
        }
        catch (IOException e) when (LockOwner.IsConflict(e))
        {
            return false;
        }
    }

    private void Write(UploadState state)
    {
        using var record = UploadRecord.Open(_directory.Paths.Record(Stores.Id), new Device())!;
        record.Write(state);
    }
}
