using Ferry.AspNetCore.Storage;
using Ferry.AspNetCore.Tests.Kit;
using Ferry.Testing.Time;

namespace Ferry.AspNetCore.Tests.Receiving;

/// <summary>Records that cannot be read, whatever did that to them.</summary>
public sealed class DamagedTests : IDisposable
{
    private static readonly TimeSpan Week = TimeSpan.FromDays(7);
    private readonly UploadDirectory _directory = new();
    private readonly ManualTimeProvider _time = new();
    private readonly LogLines _log = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("cut", true)]
    [InlineData("empty", true)]
    [InlineData("grown", false)]
    [InlineData("states", false)]
    public async Task Unreadable_404_AWarningThatNamesTheFile_AndNothingIsLost(string how, bool isAsked)
    {
        await using var receiver = await StartAsync();
        var url = await CreateAsync(receiver);
        var record = Spoil(url, how);
        if (isAsked)
            (await receiver.Client.HeadAsync(url)).Status().Should().Be(404);
        await receiver.SweepAsync();
        await receiver.SweepAsync();
        var id = UploadDirectory.IdOf(url);
        _directory.WorkNames.Should().Equal(id + ".bytes.damaged", id + ".upload.damaged");
        File.ReadAllBytes(_directory.Paths.Bytes(id) + ".damaged").Should().Equal(1, 2, 3);
        File.ReadAllBytes(_directory.Paths.Record(id) + ".damaged").Should().Equal(record);
        var warning = _log.Lines.Should().ContainSingle(l => l.StartsWith("Warning:", StringComparison.Ordinal)).Subject;
        warning.Should().Contain($"{UploadId.Beginning(id)} cannot be read: ").And.Contain("set aside").And.NotContain("/files").And.NotContain(_directory.Path);
        using var head = await receiver.Client.HeadAsync(url);
        head.Status().Should().Be(404);
    }

    [Theory]
    [InlineData(1, 7)]
    [InlineData(10, 10)]
    public async Task SetAside_KeptAsLongAsAnUpload_AndAWeekAtLeast(int expiration, int days)
    {
        await using var receiver = await StartAsync(TimeSpan.FromDays(expiration));
        Spoil(await CreateAsync(receiver), "cut");
        await receiver.SweepAsync();
        _time.SetUtcNow(_time.GetUtcNow().AddDays(days));
        await receiver.SweepAsync();
        _directory.WorkNames.Should().HaveCount(2);
        _time.SetUtcNow(_time.GetUtcNow().AddSeconds(1));
        await receiver.SweepAsync();
        _directory.WorkNames.Should().BeEmpty();
    }

    [Fact]
    public async Task SetAside_StaysWhereNothingExpires()
    {
        await using var receiver = await StartAsync(TimeSpan.Zero);
        Spoil(await CreateAsync(receiver), "cut");
        await receiver.SweepAsync();
        _time.SetUtcNow(_time.GetUtcNow().AddYears(10));
        await receiver.SweepAsync();
        _directory.WorkNames.Should().HaveCount(2);
    }

    [Fact]
    public async Task CrashInTheMiddle_TheRestIsSetAsideNext()
    {
        await using var receiver = await StartAsync();
        var url = await CreateAsync(receiver);
        Spoil(url, "cut");
        var bytes = _directory.Paths.Bytes(UploadDirectory.IdOf(url));
        File.Move(bytes, bytes + ".damaged");
        await receiver.SweepAsync();
        _directory.WorkNames.Should().OnlyContain(n => n.EndsWith(".damaged", StringComparison.Ordinal)).And.HaveCount(2);
    }

    [Fact]
    public async Task OfANewerVersion_500_IsLeftAlone_AndGoesOnLater()
    {
        await using var receiver = await StartAsync();
        var url = await CreateAsync(receiver);
        var path = _directory.Paths.Record(UploadDirectory.IdOf(url));
        var known = File.ReadAllBytes(path);
        var newer = known.ToArray();
        var frame = RecordFrame.Encode(99, """{"Phase":"Verifying","BootId":"","Touched":"2026-01-01T00:00:00+00:00"}"""u8);
        frame.CopyTo(newer, 0);
        File.WriteAllBytes(path, newer);
        for (var i = 0; i < 2; i++)
        {
            using var failed = await receiver.Client.HeadAsync(url);
            failed.Status().Should().Be(500);
            await receiver.SweepAsync();
        }
        _log.Lines.Should().Contain(l => l.StartsWith("Warning:", StringComparison.Ordinal) && l.Contains("does not understand it"));
        File.WriteAllBytes(path, known);
        (await receiver.Client.OffsetAsync(url)).Should().Be(3);
    }

    private Task<Receiver> StartAsync(TimeSpan? expiration = null) => Receiver.StartAsync(
        _directory.Options with { Expiration = expiration ?? Week }, new ReceiverSetup { Time = _time, Log = _log });

    private static async Task<string> CreateAsync(Receiver receiver)
    {
        var url = await receiver.Client.CreateAsync(100, "secret name");
        (await receiver.Client.PatchAsync(url, 0, [1, 2, 3])).Dispose();
        return url;
    }

    private byte[] Spoil(string url, string how)
    {
        var path = _directory.Paths.Record(UploadDirectory.IdOf(url));
        var bytes = File.ReadAllBytes(path);
        var spoilt = how switch
        {
            "cut" => bytes[..5000],
            "empty" => [],
            "grown" => [.. bytes, .. new byte[2 * 1024 * 1024]],
            _ => [.. new byte[8192], .. bytes[8192..]],
        };
        File.WriteAllBytes(path, spoilt);
        return spoilt;
    }
}
