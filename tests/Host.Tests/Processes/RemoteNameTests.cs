using Ferry.Testing.Processes;
using Ferry.Testing.Server;

namespace Ferry.Host.Tests.Processes;

/// <summary><c>ferry get -J</c>: the server names the file.</summary>
public sealed class RemoteNameTests : ProcessTest
{
    private const int Size = 100_000;

    private string Out => Path.GetDirectoryName(Target)!;

    private string Url => Server.Url($"/slow/url.bin?size={Size}&disposition=attachment%3B%20filename%3Dserver.bin");

    [Fact]
    public async Task RemoteName_IsTaken_AndARerunFindsIt()
    {
        var end = await RunAsync("get", Url, "-J", "-d", Out, "--json");
        end.ExitCode.Should().Be(0, $"{end}");
        end.Last.GetProperty("path").GetString().Should().Be(Path.Combine(Out, "server.bin"));
        OnlyBesideTarget("server.bin");
        Digest(Path.Combine(Out, "server.bin")).Should().Be(Content.Sha256(1, Size));

        var again = await RunAsync("get", Url, "--remote-name", "-d", Out, "--json");
        again.ExitCode.Should().Be(0, $"{again}");
        again.Last.GetProperty("received").GetInt64().Should().Be(0);
        OnlyBesideTarget("server.bin");
    }

    [Fact]
    public async Task RemoteName_KilledInTheMiddle_GoesOnUnderThatName()
    {
        const long size = 32 * MiB;
        var url = Server.Url($"/good/url.bin?size={size}&rate={64 * MiB}&disposition=attachment%3B%20filename%3Dserver.bin");
        using (var process = Start("get", url, "-J", "-d", Out, "--json"))
        {
            var request = await Server.Requests.ArrivalOf(1);
            await request.SentAtLeast(24 * MiB).WaitAsync(FerryProcess.Patience);
            await process.KillAsync();
        }
        Directory.EnumerateFileSystemEntries(Out).Select(Path.GetFileName).Should().ContainSingle().Which.Should().StartWith(".ferry-");

        var end = await RunAsync("get", url, "-J", "-d", Out, "--json");
        end.ExitCode.Should().Be(0, $"{end}");
        end.Last.GetProperty("resumedFrom").GetInt64().Should().BePositive();
        Digest(Path.Combine(Out, "server.bin")).Should().Be(Content.Sha256(1, size));
        OnlyBesideTarget("server.bin");
    }

    [Fact]
    public async Task RemoteName_Plain_SaysUnderWhichNameItWasSaved()
    {
        var end = await RunAsync("get", Url, "-J", "-d", Out);
        end.ExitCode.Should().Be(0, $"{end}");
        end.Output.Should().Contain("url.bin: done").And.Contain("saved as server.bin");
    }
}
