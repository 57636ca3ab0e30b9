using System.Text.Json;

namespace Ferry.Host.Tests.Processes;

/// <summary><c>ferry list</c>, <c>cancel</c> and <c>remove</c>.</summary>
public sealed class JournalTests : ProcessTest
{
    [Fact]
    public async Task List_Nothing_SaysSo()
    {
        var end = await RunAsync("list");

        end.ExitCode.Should().Be(0);
        end.Output.Should().Be("No transfers are known.\n");
    }

    [Fact]
    public async Task StoppedAndDone_AreListed_CancelledAndRemoved()
    {
        await KillAtAsync(Server.Url($"/slow/f?size={12 * MiB}&rate={24 * MiB}"), 11 * MiB);
        (await RunAsync("get", Server.Url("/good/g?size=1000"), "-o", Target + "2")).ExitCode.Should().Be(0);
        var lines = (await RunAsync("list", "--json")).Lines;
        lines.Should().HaveCount(2);
        var stopped = lines.Single(l => l.GetProperty("path").GetString() == Target);
        var done = lines.Single(l => l.GetProperty("path").GetString() == Target + "2");
        stopped.GetProperty("bytes").GetInt64().Should().BePositive();
        done.GetProperty("state").GetString().Should().Be("completed");
        var requests = Server.Requests.Count;
        var (stoppedId, doneId) = (Id(stopped), Id(done));

        var table = (await RunAsync("list")).Output;
        table.Should().MatchRegex($@"{stoppedId}\s+stopped\s+\S+ MiB\s+\S.*\s+1\s+{Target}\n");
        table.Should().MatchRegex($@"{doneId}\s+done\s+1000 B\s+1000 B\s+1\s+{Target}2\n");

        (await RunAsync("remove", stoppedId)).ExitCode.Should().Be(1, "it has not ended");
        (await RunAsync("cancel", stoppedId)).ExitCode.Should().Be(0);
        OnlyBesideTarget("file.bin2");
        (await RunAsync("cancel", stoppedId)).ExitCode.Should().Be(1, "it is cancelled already");
        (await RunAsync("remove", stoppedId)).ExitCode.Should().Be(0);
        (await RunAsync("remove", doneId)).ExitCode.Should().Be(0);
        (await RunAsync("list")).Output.Should().Be("No transfers are known.\n");
        Directory.EnumerateFileSystemEntries(Path.Combine(State, "ferry")).Should().BeEmpty();
        File.Exists(Target + "2").Should().BeTrue();
        Server.Requests.Count.Should().Be(requests, "none of these commands fetches anything");
    }

    [Fact]
    public async Task UnknownId_ExitCode1()
    {
        var end = await RunAsync("cancel", "nothing");

        end.ExitCode.Should().Be(1);
        end.Error.Should().Be("ferry: No transfer has the id 'nothing'; 'ferry list' shows those there are. [401]\n");
    }

    [Fact]
    public async Task NoJournal_ExitCode1() => (await RunAsync("list", "--data-dir", Place)).Error.Should().Contain("There is no journal in");

    private static string Id(JsonElement line) => line.GetProperty("id").GetString()!;
}
