using Ferry.AspNetCore.Storage;
using Ferry.AspNetCore.Tests.Kit;
using Ferry.Engine.Requests;
using Ferry.Testing.Time;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ferry.AspNetCore.Tests.Storage;

/// <summary>Two processes on one directory while one of them makes an upload: two stores share nothing but the files.</summary>
public sealed class UploadCreationTests : IDisposable
{
    private readonly UploadDirectory _directory = new();
    private readonly WatchedDevice _device = new();

    public UploadCreationTests() => Directory.CreateDirectory(_directory.Paths.Work);

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task AnotherProcessSweepsAllTheTime_NoUploadIsTakenFromItsMaker()
    {
        var (mine, others) = (Store(Durability.Process), Store(Durability.Process));
        using var done = new CancellationTokenSource();
        var sweeping = Task.Run(() =>
        {
            while (!done.IsCancellationRequested)
                new UploadSweep(others).Sweep(default);
        });
        for (var i = 0; i < 3000; i++)
        {
            using var upload = mine.Create(100, "");
            File.Exists(_directory.Paths.Record(upload.Id)).Should().BeTrue();
            File.Exists(_directory.Paths.Bytes(upload.Id)).Should().BeTrue();
            upload.Remove();
        }
        await done.CancelAsync();
        await sweeping;
    }

    [Fact]
    public async Task BeforeItsRecordIsOnTheDevice_NobodyFindsIt_AndASweepLeavesItAlone()
    {
        var (mine, others) = (Store(Durability.Power), Store(Durability.Power));
        var looked = false;
        _device.BeforeRecord = () =>
        {
            looked = true;
            _directory.Paths.RecordIds().Should().BeEmpty();
            new UploadSweep(others).Sweep(default);
        };
        string id;
        using (var upload = mine.Create(100, ""))
            id = upload.Id;
        looked.Should().BeTrue();
        _device.BeforeRecord = null;
        using var found = await others.AcquireAsync(id, default);
        (found.Offset, found.State.Length).Should().Be((0, 100));
    }

    [Fact]
    public async Task ProcessEndsWhileItMakesOne_NobodyFindsIt_AndASweepRemovesItLater()
    {
        UploadDirectory? left = null;
        _device.BeforeRecord = () => left ??= _directory.Snapshot();
        using (Store(Durability.Power).Create(100, ""))
            left.Should().NotBeNull();
        using var snapshot = left!;
        var name = snapshot.WorkNames.Should().ContainSingle().Subject;
        var id = Path.GetFileNameWithoutExtension(name);
        File.WriteAllText(snapshot.Paths.Bytes(id), "");
        var log = new LogLines();
        var time = new ManualTimeProvider();
        await using var receiver = await Receiver.StartAsync(snapshot.Options, new ReceiverSetup { Time = time, Log = log });
        File.SetLastWriteTimeUtc(snapshot.Paths.NewRecord(id), time.GetUtcNow().UtcDateTime);
        using var head = await receiver.Client.HeadAsync("/files/" + id);
        head.Status().Should().Be(404);
        await receiver.SweepAsync();
        snapshot.WorkNames.Should().HaveCount(2, "its process may be alive");
        File.SetLastWriteTimeUtc(snapshot.Paths.NewRecord(id), time.GetUtcNow().AddHours(-2).UtcDateTime);
        await receiver.SweepAsync();
        snapshot.WorkNames.Should().BeEmpty();
        log.Lines.Should().NotContain(l => l.StartsWith("Warning:", StringComparison.Ordinal) || l.StartsWith("Error:", StringComparison.Ordinal));
    }

    [Fact]
    public void NewRecordTakenAway_Throws_AndNothingIsLeft()
    {
        _device.BeforeRecord = () => File.Delete(_directory.Paths.NewRecord(_directory.Paths.NewIds().Single()));
        var create = () => Store(Durability.Power).Create(100, "");
        create.Should().Throw<IOException>();
        _directory.WorkNames.Should().BeEmpty();
    }

    private UploadStore Store(Durability durability) => new(
        _directory.Options with { Durability = durability }, TimeProvider.System, "boot", NullLogger<UploadStore>.Instance, _device);
}
