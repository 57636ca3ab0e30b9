using System.Security.Cryptography;
using Ferry.Host.Tests.Kills;
using Ferry.Interop.Tests.Kills;
using Ferry.Testing.Processes;
using Ferry.Testing.Server;
using Xunit.Abstractions;

namespace Ferry.Host.Tests.Processes;

/// <summary><c>ferry put --tus</c> to the receiver in a process of its own: kills, signals, changed files, what the other commands show of it.</summary>
public sealed class TusPutTests(ITestOutputHelper output) : ReceivedFileTest("big.iso", TusPutTests.Size)
{
    private const int MiB = 1024 * 1024;
    private const int Size = 12 * MiB;

    private string[] Command => ["put", Source, Server.Url.AbsoluteUri, "--tus", "--chunk-size", "1M", "--limit-rate", "8M"];

    private IReadOnlyList<string> Methods => [.. Server.Requests.Select(r => r.Method)];

    [Theory]
    [InlineData(1)]
    public async Task ThreeKillsAtRandomByteCounts_EachRestartGoesOn_AndTheFileIsWhole(int seed)
    {
        var upload = new KilledUpload(Server, Source, Size, Path.Combine(Place, "state"), 16 * MiB);
        var loop = new KillLoop(upload) { Told = kill => output.WriteLine($"{kill}") };

        var (kills, end) = await loop.RunAsync(KillLoop.Points(new Random(seed), Size, 3));

        end.ExitCode.Should().Be(0, $"seed {seed}: {end}");
        Digest(Received).Should().Be(Content.Sha256(1, Size));
        kills.Should().HaveCount(3).And.OnlyContain(k => k.Lost >= 0 && k.Lost <= KilledUpload.Chunk, $"seed {seed}");
        kills[^1].ResumedAt.Should().BePositive($"seed {seed}: the last kill comes late");
        Number(end, "resumedFrom").Should().Be(kills[^1].ResumedAt);
        Number(end, "sent").Should().Be(Size - kills[^1].ResumedAt);
        (Server.BytesReceived - Size).Should().BeLessThanOrEqualTo(3 * KilledUpload.Chunk, $"seed {seed}");
        Methods.Count(m => m == "POST").Should().Be(1, "the upload is created once");
    }

    [Fact]
    public async Task Interrupt_ExitCode130_AndTheRerunLosesNothingThatWasAcknowledged()
    {
        using var process = await StartUntilAsync(6 * MiB);
        process.Signal(UnixSignal.Interrupt);
        var stopped = await process.EndAsync();
        stopped.ExitCode.Should().Be(130, $"{stopped}");
        stopped.Last.GetProperty("event").GetString().Should().Be("interrupted");

        var end = await RunAsync("--json");

        end.ExitCode.Should().Be(0, $"{end}");
        $"{stopped}{end}".Should().NotContain(Server.Requests.First(r => r.Method == "PATCH").Path, "whoever knows that URL may write to the upload");
        Number(end, "resumedFrom").Should().BeGreaterThanOrEqualTo(5 * MiB);
        Methods.Count(m => m == "HEAD").Should().Be(1, "one question tells where it goes on");
        Digest(Received).Should().Be(Content.Sha256(1, Size));
    }

    [Fact]
    public async Task ChangedBetweenKillAndRestart_FailsAndSaysSo_ThenTheNewVersionIsSentWhole()
    {
        await KillAtAsync(6 * MiB);
        await File.WriteAllBytesAsync(Source, Content.Bytes(2, Size));

        var failed = await RunAsync("--json");
        failed.ExitCode.Should().Be(1, $"{failed}");
        failed.Last.GetProperty("code").GetInt32().Should().Be(2300026);
        failed.Error.Should().StartWith("ferry: big.iso: ").And.Contain("changed since its upload began");

        var end = await RunAsync("--json");
        end.ExitCode.Should().Be(0, $"{end}");
        (Number(end, "resumedFrom"), Number(end, "sent")).Should().Be((0, Size));
        Digest(Received).Should().Be(Content.Sha256(2, Size));
    }

    [Fact]
    public async Task Force_DropsWhatTheServerHas_AndSendsAllAgain()
    {
        await KillAtAsync(6 * MiB);
        await File.WriteAllBytesAsync(Source, Content.Bytes(2, Size));

        var end = await RunAsync("--json", "--force");

        end.ExitCode.Should().Be(0, $"{end}");
        (Number(end, "resumedFrom"), Number(end, "sent")).Should().Be((0, Size));
        Methods.Should().ContainInOrder("POST", "PATCH", "DELETE", "POST", "PATCH");
        Digest(Received).Should().Be(Content.Sha256(2, Size));
    }

    [Fact]
    public async Task WithoutJson_GoesOn_InWords_AndAnotherWayIsNotTaken()
    {
        await KillAtAsync(6 * MiB);

        var end = await RunAsync("--no-checksum");

        end.ExitCode.Should().Be(0, $"{end}");
        end.Error.Should().StartWith("ferry: big.iso: goes on with the options it was started with");
        end.Output.Should().MatchRegex(
            @"\Abig\.iso: goes on at \d\.\d MiB of 12\.0 MiB \(\d+ %\)\nbig\.iso: done, 12\.0 MiB in .*, \d\.\d MiB kept from before, 204 No Content\n\z");
    }

    [Fact]
    public async Task Stopped_IsListed_Cancelled_AtTheServerToo_AndRemoved()
    {
        await KillAtAsync(6 * MiB);
        var line = (await OtherAsync("list", "--json")).Lines.Single();
        var id = line.GetProperty("id").GetString()!;
        line.GetProperty("path").GetString().Should().Be(Source);
        line.GetProperty("url").GetString().Should().Be(Server.Url.AbsoluteUri);
        line.GetProperty("upload").GetBoolean().Should().BeTrue();
        line.GetProperty("total").GetInt64().Should().Be(Size);
        line.TryGetProperty("bytes", out _).Should().BeFalse("the server alone knows");
        (await OtherAsync("list")).Output.Should().MatchRegex($@"{id}\s+stopped\s+\?\s+12\.0 MiB\s+1\s+{Source} \S+ {Server.Url.AbsoluteUri}\n");
        Directory.EnumerateFiles(Path.Combine(Place, "received", ".ferry-uploads")).Should().NotBeEmpty();

        (await OtherAsync("remove", id)).ExitCode.Should().Be(1, "it has not ended");
        (await OtherAsync("cancel", id)).Output.Should().Be("big.iso: cancelled\n");
        Methods[^1].Should().Be("DELETE");
        (await OtherAsync("remove", id)).Output.Should().Be("big.iso: removed\n");
        (await OtherAsync("list")).Output.Should().Be("No transfers are known.\n");
        File.Exists(Source).Should().BeTrue();
    }

    private async Task<FerryProcess> StartUntilAsync(long bytes)
    {
        var process = FerryProcess.Start([.. Command, "--json"], Place);
        await process.LineAsync(l => l.GetProperty("event").GetString() == "progress" && l.GetProperty("sent").GetInt64() >= bytes);
        return process;
    }

    private async Task KillAtAsync(long bytes)
    {
        using var process = await StartUntilAsync(bytes);
        await process.KillAsync();
    }

    private Task<FerryEnd> RunAsync(params string[] more) => FerryProcess.RunAsync([.. Command, .. more], Place);

    private Task<FerryEnd> OtherAsync(params string[] command) => FerryProcess.RunAsync(command, Place);

    private static long Number(FerryEnd end, string name) => end.Last.GetProperty(name).GetInt64();

    private static string Digest(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }
}
