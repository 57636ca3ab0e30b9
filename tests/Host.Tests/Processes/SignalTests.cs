using Ferry.Testing.Processes;
using Ferry.Testing.Server;

namespace Ferry.Host.Tests.Processes;

/// <summary>Ctrl-C and SIGTERM: a checkpoint, a word how to go on, exit code 130.</summary>
public sealed class SignalTests : ProcessTest
{
    [Theory]
    [InlineData(UnixSignal.Interrupt)]
    [InlineData(UnixSignal.Terminate)]
    public async Task Signal_StopsWithACheckpoint_AndTheRerunLosesNothing(UnixSignal signal)
    {
        var url = Server.Url($"/slow/f?size={8 * MiB}&rate={4 * MiB}");
        using var process = await StartUntilAsync(url, 2 * MiB);
        process.Signal(signal);

        var end = await process.EndAsync();

        end.ExitCode.Should().Be(130, $"{end}");
        end.Last.GetProperty("event").GetString().Should().Be("interrupted");
        var kept = end.Last.GetProperty("bytes").GetInt64();
        kept.Should().Be(new FileInfo(Target + ".ferry-part").Length).And.BePositive();

        Server.Gate.Release();
        var rerun = await GetAsync(url);
        rerun.ExitCode.Should().Be(0, $"{rerun}");
        rerun.Last.GetProperty("resumedFrom").GetInt64().Should().Be(kept);
        Digest(Target).Should().Be(Content.Sha256(1, 8 * MiB));
    }

    [Fact]
    public async Task Interrupt_WithoutJson_SaysHowToGoOn()
    {
        using var process = Start("get", Server.Url($"/slow/f?size={8 * MiB}&rate={MiB}"), "-o", Target);
        var request = await Server.Requests.ArrivalOf(1);
        await request.SentAtLeast(64 * 1024);
        process.Signal(UnixSignal.Interrupt);

        var end = await process.EndAsync();

        end.ExitCode.Should().Be(130);
        end.Error.Should().StartWith("Stopped; file.bin keeps ").And.Contain("Run the same command again to go on.");
    }

    [Fact]
    public async Task Interrupt_BeforeTheServerAnswers_EndsAtOnce()
    {
        Server.Gate.HoldAnswers();
        using var process = Start("get", Server.Url("/good/f"), "-o", Target, "--json");
        await Server.Requests.ArrivalOf(1);
        process.Signal(UnixSignal.Interrupt);

        (await process.EndAsync()).ExitCode.Should().Be(130);
        OnlyBesideTarget("file.bin.ferry-part");
    }
}
