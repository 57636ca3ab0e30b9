using System.Collections.Concurrent;
using System.Diagnostics;
using Ferry.AspNetCore.Storage;
using Ferry.AspNetCore.Tests.Kit;
using Ferry.Engine.Downloads;
using Ferry.Engine.Transfers;

namespace Ferry.AspNetCore.Tests.Receiving;

/// <summary>
/// File systems that cannot rename without replacing: the file is linked to its name and then unlinked from the work file's, and what
/// breaks in between leaves both.
/// </summary>
public sealed class LinkedNamesTests : IDisposable
{
    private readonly UploadDirectory _directory = new();
    private readonly WatchedDevice _device = new();
    private readonly ConcurrentQueue<string> _told = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ProcessEndsAroundTheUnlink_OneFile_ToldOnce(bool unlinked)
    {
        string url;
        await using (var receiver = await StartAsync())
        {
            url = await receiver.Client.CreateAsync(3, "a");
            _device.Renames = (from, to) => EndAfterLinking(from, to, unlinked);
            using var broken = await receiver.Client.PatchAsync(url, 0, [1, 2, 3]);
            broken.Status().Should().Be(500);
        }
        _told.Should().BeEmpty();
        File.Exists(_directory.Paths.Bytes(UploadDirectory.IdOf(url))).Should().Be(!unlinked);
        await OneFileToldOnceAsync(url, "a");
    }

    [Fact]
    public async Task ProcessEndsBeforeTheUnlink_AndTheFileBeforeItIsMovedAway_ItIsFoundAllTheSame()
    {
        string url;
        File.WriteAllText(_directory.File("a"), "another");
        await using (var receiver = await StartAsync())
        {
            url = await receiver.Client.CreateAsync(3, "a");
            _device.Renames = (from, to) => EndAfterLinking(from, to, unlinked: false);
            (await receiver.Client.PatchAsync(url, 0, [1, 2, 3])).Dispose();
        }
        _directory.Names.Should().Equal("a", "a (1)");
        File.Delete(_directory.File("a"));
        await OneFileToldOnceAsync(url, "a (1)");
    }

    [Fact]
    public async Task UnlinkIsBeforeItsDirectoryIsFlushed_AfterTheLinksIs()
    {
        await using (var receiver = await StartAsync())
        {
            var url = await receiver.Client.CreateAsync(3, "a");
            _device.Renames = (from, to) => EndAfterLinking(from, to, unlinked: false);
            (await receiver.Client.PatchAsync(url, 0, [1, 2, 3])).Dispose();
        }
        var there = new ConcurrentQueue<(string, bool)>();
        _device.BeforeDirectory = path => there.Enqueue((Path.GetFileName(path), _directory.WorkNames.Length == 2));
        await OneFileToldOnceAsync(null, "a");
        there.TakeLast(2).Should().Equal((Path.GetFileName(_directory.Path), true), (UploadPaths.WorkName, false));
    }

    [Fact]
    public async Task UnlinkOfACreationWithUploadFails_201WithoutTheOffset_AndTheFileIsToldLater()
    {
        await using var receiver = await StartAsync();
        _device.Renames = (from, to) => EndAfterLinking(from, to, unlinked: false);
        using var created = await receiver.Client.SendAsync("POST", "/files", TusClient.Bytes([1, 2, 3]), ("Upload-Length", "3"), ("Upload-Metadata", TusClient.FileName("a")));
        (created.Status(), created.Field("Upload-Offset")).Should().Be((201, null));
        _device.Renames = null;
        (await receiver.Client.OffsetAsync(created.Headers.Location!.ToString())).Should().Be(3);
        _told.Should().Equal("a");
        _directory.Names.Should().Equal("a");
    }

    private async Task OneFileToldOnceAsync(string? url, string name)
    {
        _device.Renames = null;
        await using var receiver = await StartAsync();
        await Waiting.UntilAsync(() => !_told.IsEmpty);
        if (url is not null)
            (await receiver.Client.OffsetAsync(url)).Should().Be(3);
        await receiver.SweepAsync();
        _told.Should().Equal(name);
        _directory.Names.Should().Equal(name);
        _directory.Read(name).Should().Equal(1, 2, 3);
        _directory.WorkNames.Should().ContainSingle().Which.Should().EndWith(".upload");
    }

    private Task<Receiver> StartAsync()
    {
        var options = _directory.Options with
        {
            Completed = (upload, _) =>
            {
                _told.Enqueue(Path.GetFileName(upload.Path));
                return Task.CompletedTask;
            },
        };
        return Receiver.StartAsync(options, new ReceiverSetup { Services = Stores.Boot(options, KernelBoot.Id, _device) });
    }

    private static FileNames.Result EndAfterLinking(string from, string to, bool unlinked)
    {
        if (File.Exists(to))
            return FileNames.Result.TargetExists;
        using var process = Process.Start("ln", [from, to]);
        process.WaitForExit();
        process.ExitCode.Should().Be(0);
        if (unlinked)
            File.Delete(from);
        throw new IOException("The process ends here.");
    }
}
