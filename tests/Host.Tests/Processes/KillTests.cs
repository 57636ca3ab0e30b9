using Ferry.Testing.Processes;
using Ferry.Testing.Server;
using Xunit.Abstractions;

namespace Ferry.Host.Tests.Processes;

/// <summary>SIGKILL in the middle of a download, again and again; a rerun goes on.</summary>
public sealed class KillTests(ITestOutputHelper output) : ProcessTest
{
    private const long Size = 64 * MiB;

    [Theory]
    [InlineData(1)]
    public async Task FiveKillsAtRandomByteCounts_EachRestartGoesOn_AndTheFileIsWhole(int seed)
    {
        var download = new KilledDownload(Server, Place, "/slow/killed.bin", Size, 24 * MiB);
        var loop = new KillLoop(download) { Told = kill => output.WriteLine($"{kill}") };

        var (kills, end) = await loop.RunAsync(KillLoop.Points(new Random(seed), Size, 5));

        end.ExitCode.Should().Be(0, $"seed {seed}: {end}");
        Digest(download.Target).Should().Be(Content.Sha256(1, Size));
        end.Last.GetProperty("sha256").GetString().Should().Be(Content.Sha256(1, Size));
        kills.Should().HaveCount(5);
        kills.Should().OnlyContain(k => k.Lost <= KilledDownload.MostLost && k.ResumedAt <= k.Written, $"seed {seed}");
        kills[^1].ResumedAt.Should().BePositive($"seed {seed}: the last kill comes late");
        end.Last.GetProperty("resumedFrom").GetInt64().Should().Be(kills[^1].ResumedAt);
        end.Last.GetProperty("received").GetInt64().Should().Be(Size - kills[^1].ResumedAt);
    }

    [Fact]
    public async Task FileChangesBetweenKillAndRestart_TheNewVersionIsFetchedWhole()
    {
        const string path = "/slow/changed.bin";
        var url = Server.Url($"{path}?size={24 * MiB}&rate={16 * MiB}");
        await KillAtAsync(url, 20 * MiB);

        Server.Publish(path, 2);
        var end = await GetAsync(url);

        end.ExitCode.Should().Be(0, $"{end}");
        Digest(Target).Should().Be(Content.Sha256(2, 24 * MiB));
        Server.Requests.All[1].Field("If-Range").Should().Be($"\"v1-{24 * MiB}\"");
        end.Lines.Should().ContainSingle(l => l.GetProperty("event").GetString() == "restarted")
            .Which.GetProperty("reason").GetString().Should().Be("resourceChanged");
        end.Last.GetProperty("resumedFrom").GetInt64().Should().Be(0);
        OnlyBesideTarget("file.bin");
    }

    [Theory]
    [InlineData("/no-validator", "noValidator")]
    [InlineData("/weak-etag", "noValidator")]
    [InlineData("/ignores-range", "rangesIgnored")]
    [InlineData("/always-416", "resourceChanged")]
    [InlineData("/wrong-content-range", "rangeMangled")]
    [InlineData("/missing-content-range", "rangeMangled")]
    [InlineData("/other-bytes", "rangeMangled")]
    [InlineData("/silently-ignores-if-range", "noValidator")]
    public async Task ServerCannotContinue_StartsOverAndEndsWell(string route, string reason)
    {
        var url = Server.Url($"{route}/f?size={12 * MiB}&rate={40 * MiB}");
        await KillAtAsync(url, 11 * MiB);

        var end = await GetAsync(url);

        end.ExitCode.Should().Be(0, $"{end}");
        Digest(Target).Should().Be(Content.Sha256(1, 12 * MiB));
        end.Lines.Where(l => l.GetProperty("event").GetString() == "restarted").Select(l => l.GetProperty("reason").GetString())
            .Should().Equal(reason);
        Server.Requests.Last.Field("Range").Should().BeNull();
    }

    [Theory]
    [InlineData("/good")]
    [InlineData("/date-only")]
    [InlineData("/shorter-206")]
    [InlineData("/answers-200-to-if-range")]
    [InlineData("/ignores-if-range")]
    public async Task ServerCanContinue_GoesOn(string route)
    {
        var url = Server.Url($"{route}/f?size={12 * MiB}&rate={40 * MiB}&most={MiB}");
        await KillAtAsync(url, 11 * MiB);

        var end = await GetAsync(url);

        end.ExitCode.Should().Be(0, $"{end}");
        Digest(Target).Should().Be(Content.Sha256(1, 12 * MiB));
        end.Last.GetProperty("resumedFrom").GetInt64().Should().BeGreaterThanOrEqualTo(MiB);
        end.Last.GetProperty("received").GetInt64().Should().Be(12 * MiB - end.Last.GetProperty("resumedFrom").GetInt64());
    }

    [Fact]
    public async Task ShortBodyAfterTheKill_IsRetriedFromWhatCame()
    {
        var url = Server.Url($"/short-body/f?size={12 * MiB}&rate={40 * MiB}&times=2");
        await KillAtAsync(url, 2 * MiB);

        var end = await GetAsync(url);

        end.ExitCode.Should().Be(0, $"{end}");
        Digest(Target).Should().Be(Content.Sha256(1, 12 * MiB));
        end.Lines.Should().Contain(l => l.GetProperty("event").GetString() == "retrying");
        Server.Requests.Last.Field("Range").Should().NotBeNull();
    }

    [Fact]
    public async Task PartFileRemovedAfterTheKill_StartsOver()
    {
        var url = Server.Url($"/good/f?size={12 * MiB}&rate={40 * MiB}");
        await KillAtAsync(url, 11 * MiB);

        File.Delete(Target + ".ferry-part");
        var end = await GetAsync(url);

        end.ExitCode.Should().Be(0, $"{end}");
        Digest(Target).Should().Be(Content.Sha256(1, 12 * MiB));
    }
}
