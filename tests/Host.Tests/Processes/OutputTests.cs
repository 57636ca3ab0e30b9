using Ferry.Testing.Server;

namespace Ferry.Host.Tests.Processes;

/// <summary>What the program prints.</summary>
public sealed class OutputTests : ProcessTest
{
    [Fact]
    public async Task Json_LastLine_HasTheMembersThatArePromised()
    {
        var end = await GetAsync(Server.Url("/good/f?size=1000"), "--sha256");

        end.ExitCode.Should().Be(0, $"{end}");
        end.Last.EnumerateObject().Select(p => p.Name).Should().Equal("event", "id", "path", "bytes", "received", "resumedFrom", "sha256");
        end.Last.GetProperty("path").GetString().Should().Be(Target);
        end.Lines[0].GetProperty("event").GetString().Should().Be("accepted");
        end.Lines.Count(l => l.GetProperty("event").GetString() is "completed" or "failed" or "cancelled" or "interrupted").Should().Be(1);
        end.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Should().OnlyContain(l => l.StartsWith('{') && l.EndsWith('}'));
        end.Error.Should().BeEmpty();
    }

    [Fact]
    public async Task Json_WithoutDigest_HasNone() =>
        (await GetAsync(Server.Url("/good/f?size=1000"))).Last.TryGetProperty("sha256", out _).Should().BeFalse();

    [Fact]
    public async Task Json_QueryStringsAreNotShown()
    {
        var end = await GetAsync(Server.Url("/good/f?size=1000&token=secret"));

        end.Output.Should().NotContain("secret");
    }

    [Fact]
    public async Task Quiet_PrintsNothing_AndErrorsAllTheSame()
    {
        var done = await RunAsync("get", Server.Url("/good/f?size=1000"), "-o", Target, "--quiet");
        done.Should().Be(new Testing.Processes.FerryEnd(0, "", ""));

        var failed = await RunAsync("get", Server.Url("/error-page/x"), "-o", Target + "2", "--quiet");
        failed.ExitCode.Should().Be(1);
        failed.Output.Should().BeEmpty();
        failed.Error.Should().Contain("404");
    }

    [Fact]
    public async Task Plain_SeveralFiles_AFewLinesAndASum()
    {
        var end = await RunAsync("get", Server.Url("/good/a.bin?size=1000"), Server.Url("/good/b.bin?size=2000"), "-d", Path.Combine(Place, "out"));

        end.ExitCode.Should().Be(0, $"{end}");
        end.Output.Should().Contain("a.bin: begins, 1000 B\n").And.Contain("b.bin: done, 2.0 KiB").And.EndWith("2 of 2 files done, 2.9 KiB received\n");
        OnlyBesideTarget("a.bin", "b.bin");
    }

    [Fact]
    public async Task OneOfTwoFails_ExitCode1_TheOtherIsThere()
    {
        var end = await RunAsync("get", Server.Url("/good/a.bin?size=1000"), Server.Url("/error-page/b.bin"), "-d", Path.Combine(Place, "out"));

        end.ExitCode.Should().Be(1);
        end.Output.Should().EndWith("1 of 2 files done, 1000 B received, 1 failed\n");
        OnlyBesideTarget("a.bin");
    }

    [Fact]
    public async Task Headers_ReachTheServer()
    {
        await GetAsync(Server.Url("/good/f?size=10"), "-H", "Authorization: Bearer t", "-H", "X-Two: a: b");

        Server.Requests.Last.Field("Authorization").Should().Be("Bearer t");
        Server.Requests.Last.Field("X-Two").Should().Be("a: b");
    }

    [Fact]
    public async Task EmptyFile_IsMade()
    {
        var end = await GetAsync(Server.Url("/empty/f"), "--sha256");

        end.ExitCode.Should().Be(0, $"{end}");
        new FileInfo(Target).Length.Should().Be(0);
        end.Last.GetProperty("sha256").GetString().Should().StartWith("e3b0c44298fc1c14");
    }

    [Fact]
    public async Task Version_IsPrinted()
    {
        var end = await RunAsync("--version");

        end.ExitCode.Should().Be(0);
        end.Output.Should().MatchRegex(@"^\d+\.\d+\.\d+");
    }

    [Fact]
    public async Task Priorities_OneSlot_LargerGoesFirst()
    {
        var urls = new[] { 10, 500, 900, 100 }.Select(p => (Url: Server.Url($"/good/p{p}?size=1000"), Priority: p)).ToArray();

        var end = await RunAsync(
            ["get", .. urls.Select(u => u.Url), .. urls.SelectMany(u => new[] { "--priority", $"{u.Priority}" }), "-d", Path.Combine(Place, "out"), "-j", "1"]);

        end.ExitCode.Should().Be(0, $"{end}");
        // The first one takes the free slot as it comes; the others have met in the queue by the time it is done.
        Server.Requests.All.Skip(1).Select(r => r.Path).Should().Equal(
            Server.Requests.All.Skip(1).Select(r => r.Path).OrderByDescending(p => int.Parse(p[("/good/p".Length)..])));
    }
}
