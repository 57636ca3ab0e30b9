using Ferry.AspNetCore.Tests.Kit;
using Ferry.Testing.Time;

namespace Ferry.AspNetCore.Tests.Receiving;

/// <summary>Who knows an upload's id may write to it: a log names an upload by the beginning of its id alone, whatever happens.</summary>
public sealed class SecretIdsTests : IDisposable
{
    private static readonly TimeSpan Day = TimeSpan.FromHours(24);
    private readonly UploadDirectory _directory = new();
    private readonly ManualTimeProvider _time = new();
    private readonly LogLines _log = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task FromBeginningToEnd()
    {
        await using var receiver = await StartAsync();
        var finished = await receiver.Client.CreateAsync(3);
        (await receiver.Client.PatchAsync(finished, 0, [1, 2, 3])).Dispose();
        AreHidden(finished, "was created", "stands at 3", "is finished");
        var removed = await receiver.Client.CreateAsync(3);
        (await receiver.Client.SendAsync("DELETE", removed, null)).Dispose();
        AreHidden(removed, "was removed");
        var expired = await receiver.Client.CreateAsync(3);
        _time.Advance(Day);
        await receiver.SweepAsync();
        AreHidden(expired, "expired");
    }

    [Fact]
    public async Task ServiceFails_ItsExceptionNamesTheIdAndTheFile()
    {
        await using var receiver = await StartAsync((upload, _) =>
            throw new InvalidOperationException($"no row for {upload.Id}", new IOException($"'{upload.Path}' is not there")));
        var url = await receiver.Client.CreateAsync(3);
        (await receiver.Client.PatchAsync(url, 0, [1, 2, 3])).Dispose();
        await receiver.SweepAsync();
        AreHidden(url, "Completed failed", "InvalidOperationException: no row for ", "IOException: '");
    }

    [Fact]
    public async Task NoNameCanBeHad()
    {
        var device = new WatchedDevice { Renames = (from, to) => throw new IOException($"'{from}' cannot have the name '{to}'") };
        await using var receiver = await StartAsync(device: device);
        var url = await receiver.Client.CreateAsync(3, "a");
        (await receiver.Client.PatchAsync(url, 0, [1, 2, 3])).Dispose();
        device.Renames = null;
        AreHidden(url, "the disk failed", "cannot have the name");
    }

    [Fact]
    public async Task WorkFileRemoved()
    {
        await using var receiver = await StartAsync();
        var url = await PartAsync(receiver);
        File.Delete(_directory.Paths.Bytes(UploadDirectory.IdOf(url)));
        (await receiver.Client.HeadAsync(url)).Dispose();
        AreHidden(url, "is lost");
    }

    [Fact]
    public async Task RecordCannotBeRead()
    {
        await using var receiver = await StartAsync();
        var url = await PartAsync(receiver);
        File.WriteAllText(_directory.Paths.Record(UploadDirectory.IdOf(url)), "");
        (await receiver.Client.HeadAsync(url)).Dispose();
        AreHidden(url, "cannot be read");
    }

    [Fact]
    public async Task RecordCannotBeOpened()
    {
        await using var receiver = await StartAsync();
        var url = await PartAsync(receiver);
        var record = _directory.Paths.Record(UploadDirectory.IdOf(url));
        File.Delete(record);
        File.CreateSymbolicLink(record, record);
        (await receiver.Client.HeadAsync(url)).Dispose();
        await receiver.SweepAsync();
        AreHidden(url, "the disk failed", "could not be looked at", record[.._directory.Paths.Work.Length]);
    }

    private Task<Receiver> StartAsync(Func<ReceivedUpload, CancellationToken, Task>? completed = null, WatchedDevice? device = null)
    {
        var options = _directory.Options with { Expiration = Day, Completed = completed };
        return Receiver.StartAsync(options, new ReceiverSetup { Time = _time, Log = _log, Services = Stores.Boot(options, "boot", device) });
    }

    private static async Task<string> PartAsync(Receiver receiver)
    {
        var url = await receiver.Client.CreateAsync(100);
        (await receiver.Client.PatchAsync(url, 0, [1, 2, 3])).Dispose();
        return url;
    }

    // The lines are there, each with as much of the id as one needs to find the upload's files, and none has the rest of it.
    private void AreHidden(string url, params string[] lines)
    {
        var id = UploadDirectory.IdOf(url);
        var (beginning, rest) = (id[..8], id[8..]);
        foreach (var line in lines)
            _log.OfFerry.Should().Contain(l => l.Contains(line) && l.Contains(beginning));
        _log.OfFerry.Should().NotContain(l => l.Contains(rest));
    }
}
