using Ferry.Testing.Processes;
using Ferry.Testing.Server;

namespace Ferry.Host.Tests.Processes;

/// <summary>The same command again, after it ended well or badly.</summary>
public sealed class RerunTests : ProcessTest
{
    private const int Size = 100_000;

    private string Url => Server.Url($"/good/f?size={Size}");

    [Fact]
    public async Task Finished_IsCheckedWithTheOriginAndLeftAlone()
    {
        await DoneAsync();
        var written = File.GetLastWriteTimeUtc(Target);

        var end = await GetAsync(Url, "--sha256");

        end.ExitCode.Should().Be(0, $"{end}");
        Server.Requests.Last.Method.Should().Be("HEAD");
        end.Last.GetProperty("event").GetString().Should().Be("completed");
        end.Last.GetProperty("received").GetInt64().Should().Be(0);
        end.Last.GetProperty("bytes").GetInt64().Should().Be(Size);
        end.Last.GetProperty("sha256").GetString().Should().Be(Content.Sha256(1, Size));
        File.GetLastWriteTimeUtc(Target).Should().Be(written);
    }

    [Fact]
    public async Task Finished_ChangedAtTheOrigin_FailsAndNamesForce_AndForceFetchesIt()
    {
        await DoneAsync();
        Server.Publish("/good/f", 2);

        var end = await GetAsync(Url);
        end.ExitCode.Should().Be(1);
        end.Error.Should().Contain("--force").And.Contain("[2300023]");
        Digest(Target).Should().Be(Content.Sha256(1, Size));

        var forced = await GetAsync(Url, "--force");
        forced.ExitCode.Should().Be(0, $"{forced}");
        Digest(Target).Should().Be(Content.Sha256(2, Size));
    }

    [Fact]
    public async Task Finished_ChangedAtTheOrigin_AutoRenameKeepsBoth()
    {
        await DoneAsync();
        Server.Publish("/good/f", 2);

        var end = await GetAsync(Url, "--auto-rename");

        end.ExitCode.Should().Be(0, $"{end}");
        Digest(Target).Should().Be(Content.Sha256(1, Size));
        Digest(Path.Combine(Place, "out", "file (1).bin")).Should().Be(Content.Sha256(2, Size));
    }

    [Fact]
    public async Task Finished_TargetDeleted_IsFetchedAgain()
    {
        await DoneAsync();
        File.Delete(Target);

        var end = await GetAsync(Url);

        end.ExitCode.Should().Be(0, $"{end}");
        end.Last.GetProperty("received").GetInt64().Should().Be(Size);
        Digest(Target).Should().Be(Content.Sha256(1, Size));
    }

    [Fact]
    public async Task Finished_OtherDigestExpected_FailsAndKeepsTheFile()
    {
        await DoneAsync();

        var end = await GetAsync(Url, "--sha256", new string('0', 64));

        end.ExitCode.Should().Be(1);
        end.Error.Should().Contain("SHA-256");
        File.Exists(Target).Should().BeTrue();
    }

    [Fact]
    public async Task TargetOfSomeoneElse_IsNotTouched_UnlessForced()
    {
        await File.WriteAllTextAsync(Target, "mine");

        var end = await GetAsync(Url);
        end.ExitCode.Should().Be(1);
        end.Error.Should().Contain(Target).And.Contain("[2300023]");
        File.ReadAllText(Target).Should().Be("mine");
        Server.Requests.Count.Should().Be(0, "nothing needs to be fetched to know it");

        (await GetAsync(Url, "--force")).ExitCode.Should().Be(0);
        Digest(Target).Should().Be(Content.Sha256(1, Size));
    }

    [Fact]
    public async Task Failed_IsTriedAgain_FromWhatWasKept()
    {
        var url = Server.Url($"/short-body/f?size={4 * MiB}&times=1");
        var failed = await GetAsync(url, "--retries", "0");
        failed.ExitCode.Should().Be(1);
        failed.Last.GetProperty("event").GetString().Should().Be("failed");
        failed.Last.GetProperty("code").GetInt32().Should().Be(2300018);
        var kept = failed.Last.GetProperty("bytesKept").GetInt64();
        kept.Should().BePositive();
        failed.Error.Should().Contain("run it again to go on");

        var end = await GetAsync(url, "--retries", "0");
        end.ExitCode.Should().Be(0, $"{end}");
        end.Last.GetProperty("resumedFrom").GetInt64().Should().Be(kept);
        Digest(Target).Should().Be(Content.Sha256(1, 4 * MiB));
    }

    [Fact]
    public async Task TokenExpired_RunAgainWithANewOne_GoesOnFromWhatWasKept()
    {
        var url = Server.Url($"/token-expires/f?size={4 * MiB}&requests=1&rate={4 * MiB}");
        await InterruptAsync(url, "-H", "Authorization: Bearer old");
        var refused = await GetAsync(url, "-H", "Authorization: Bearer old");
        refused.ExitCode.Should().Be(1);
        refused.Last.GetProperty("code").GetInt32().Should().Be(2300094);
        var kept = refused.Last.GetProperty("bytesKept").GetInt64();
        kept.Should().BePositive();

        var end = await GetAsync(url, "-H", "Authorization: Bearer new");

        end.ExitCode.Should().Be(0, $"{end}");
        end.Output.Should().Contain("goes on with the options given now");
        $"{end}".Should().NotContain("Bearer");
        end.Last.GetProperty("resumedFrom").GetInt64().Should().Be(kept);
        (Server.Requests.Last.Arrival.Field("Authorization"), Server.Requests.Last.Arrival.Field("Range")).Should().Be(("Bearer new", $"bytes={kept}-"));
        Digest(Target).Should().Be(Content.Sha256(1, 4 * MiB));
    }

    [Fact]
    public async Task Interrupted_RunAgainWithANewToken_IsNotAskedWithTheOldOne()
    {
        var url = Server.Url($"/token-expires/f?size={4 * MiB}&requests=1&rate={4 * MiB}");
        await InterruptAsync(url, "-H", "Authorization: Bearer old");

        var end = await GetAsync(url, "-H", "Authorization: Bearer new");

        end.ExitCode.Should().Be(0, $"{end}");
        end.Last.GetProperty("resumedFrom").GetInt64().Should().BePositive();
        Server.Requests.All.Select(r => r.Arrival.Field("Authorization")).Should().Equal("Bearer old", "Bearer new");
        Digest(Target).Should().Be(Content.Sha256(1, 4 * MiB));
    }

    [Fact]
    public async Task RenewedAndKilled_TheNextRunFindsTheNewRequest()
    {
        var url = Server.Url($"/token-expires/f?size={4 * MiB}&requests=1&rate={4 * MiB}");
        await InterruptAsync(url, "-H", "Authorization: Bearer old");
        Server.Gate.HoldAnswers();
        using (var killed = Start("get", url, "-o", Target, "--json", "-H", "Authorization: Bearer new"))
        {
            await Server.Requests.ArrivalOf(2);
            await killed.KillAsync();
        }
        Server.Gate.Release();

        var end = await GetAsync(url, "-H", "Authorization: Bearer new");

        end.ExitCode.Should().Be(0, $"{end}");
        end.Output.Should().NotContain("given now", "it is the same request");
        end.Last.GetProperty("resumedFrom").GetInt64().Should().BePositive();
        Digest(Target).Should().Be(Content.Sha256(1, 4 * MiB));
    }

    [Fact]
    public async Task Failed_RunAgainForOtherContent_BeginsAnewAndSaysSo()
    {
        var url = Server.Url($"/token-expires/f?size={4 * MiB}&requests=1&rate={4 * MiB}");
        await InterruptAsync(url, "-H", "Authorization: Bearer old");
        await GetAsync(url, "-H", "Authorization: Bearer old");

        var end = await GetAsync(url, "-H", "Authorization: Bearer new", "-H", "Accept: image/png");

        end.ExitCode.Should().Be(0, $"{end}");
        end.Output.Should().Contain("is dropped");
        end.Last.GetProperty("resumedFrom").GetInt64().Should().Be(0);
        Server.Requests.Last.Arrival.Field("Range").Should().BeNull();
    }

    [Fact]
    public async Task Unfinished_GoOnInTheOrderOfTheirPriorities()
    {
        string[] names = ["later", "urgent", "normal"];
        string[] command =
        [
            "get", .. names.Select(n => Server.Url($"/good/{n}?size={Size}")), "--priority", "10", "--priority", "12", "--priority", "11",
            "-d", Path.GetDirectoryName(Target)!, "-j", "1", "--json",
        ];
        Server.Gate.HoldAnswers();
        using (var killed = Start(command))
        {
            await Task.WhenAll(names.Select(n => killed.LineAsync(l => l.GetProperty("event").GetString() == "accepted"
                && l.GetProperty("path").GetString()!.EndsWith(n, StringComparison.Ordinal))));
            await killed.KillAsync();
        }
        Server.Gate.Release();
        var before = Server.Requests.Count;

        var end = await RunAsync(command);

        end.ExitCode.Should().Be(0, $"{end}");
        Server.Requests.All.Skip(before).Select(r => r.Path).Should().Equal("/good/urgent", "/good/normal", "/good/later");
    }

    [Fact]
    public async Task OthersOfTheSameDataDirectory_WaitForTheirOwnCommand()
    {
        string[] data = ["--data-dir", Path.Combine(Place, "data")];
        await KillAtAsync(Server.Url($"/slow/f?size={4 * MiB}&rate={4 * MiB}"), MiB, data);

        (await RunAsync(["get", Server.Url("/good/g?size=5"), "-o", Target + "2", .. data])).ExitCode.Should().Be(0);

        Server.Requests.All.Select(r => r.Path).Should().Equal("/slow/f", "/good/g");
        (await GetAsync(Server.Url($"/slow/f?size={4 * MiB}&rate={4 * MiB}"), data)).ExitCode.Should().Be(0);
        Digest(Target).Should().Be(Content.Sha256(1, 4 * MiB));
    }

    [Fact]
    public async Task SameSetTwiceAtOnce_NamesTheOwner()
    {
        var url = Server.Url($"/slow/f?size={8 * MiB}&rate={MiB}");
        using var first = await StartUntilAsync(url, 1);

        var second = await GetAsync(url);

        second.ExitCode.Should().Be(1);
        second.Error.Should().Contain($"process {first.Id}");
    }

    [Fact]
    public async Task SameTargetOfAnotherUrlAtOnce_NamesTheOwner()
    {
        using var first = await StartUntilAsync(Server.Url($"/slow/f?size={8 * MiB}&rate={MiB}"), 64 * 1024);

        var second = await GetAsync(Server.Url("/good/other"));

        second.ExitCode.Should().Be(1);
        second.Error.Should().Contain($"process {first.Id}").And.Contain("[2300023]");
    }

    // In the middle, with a checkpoint.
    private async Task InterruptAsync(string url, params string[] more)
    {
        using var process = await StartUntilAsync(url, 2 * MiB, more);
        process.Signal(UnixSignal.Interrupt);
        (await process.EndAsync()).ExitCode.Should().Be(130);
        Server.Gate.Release();
    }

    private async Task DoneAsync() => (await GetAsync(Url)).ExitCode.Should().Be(0);
}
