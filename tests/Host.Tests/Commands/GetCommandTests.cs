using Ferry.Engine.Requests;

namespace Ferry.Host.Tests.Commands;

public sealed class GetCommandTests
{
    [Fact]
    public async Task Get_AllOptions_AreRead()
    {
        var run = await CommandLineRun.OfAsync(
            "get", "http://a/x", "--output", "f", "--priority", "7", "-H", "A: b", "-H", "C:d:e", "--limit-rate", "512K", "-j", "3",
            "--retries", "2", "--force", "--sha256", new string('a', 64), "--durability", "process", "--data-dir", "s", "--json", "--quiet", "--verbose");

        run.ExitCode.Should().Be(0, run.Error);
        run.Get.Should().BeEquivalentTo(new Ferry.Host.Commands.GetArguments
        {
            Urls = ["http://a/x"],
            Output = "f",
            Priorities = [7],
            Headers = [new HeaderField("A", "b"), new HeaderField("C", "d:e")],
            LimitRate = 512 * 1024,
            Parallel = 3,
            Retries = 2,
            IfExists = ExistingTarget.Replace,
            Sha256 = true,
            ExpectedSha256 = new string('a', 64),
            Durability = Durability.Process,
            DataDirectory = "s",
            Json = true,
            Quiet = true,
            Verbose = true,
        });
    }

    [Fact]
    public async Task Get_UrlsAlone_HaveTheDefaults()
    {
        var run = await CommandLineRun.OfAsync("get", "http://a/x", "http://a/y", "-d", "dir", "-J", "--auto-rename");

        run.Get.Should().BeEquivalentTo(new Ferry.Host.Commands.GetArguments
        {
            Urls = ["http://a/x", "http://a/y"],
            Directory = "dir",
            RemoteName = true,
            IfExists = ExistingTarget.Rename,
            Durability = Durability.Power,
        });
    }

    [Fact]
    public async Task Get_Sha256RightBeforeTheUrl_ComputesAndKeepsTheUrl()
    {
        var run = await CommandLineRun.OfAsync("get", "--sha256", "http://a/x", "http://a/y");

        run.Get!.Urls.Should().Equal("http://a/x", "http://a/y");
        run.Get.Sha256.Should().BeTrue();
        run.Get.ExpectedSha256.Should().BeNull();
    }

    [Theory]
    [InlineData("--priority is 'abc'", "get", "http://a/x", "--priority", "abc")]
    [InlineData("--priority is '99999999999'", "get", "http://a/x", "--priority", "99999999999")]
    [InlineData("--parallel is '1.5'", "get", "http://a/x", "-j", "1.5")]
    [InlineData("--retries is 'many'", "get", "http://a/x", "--retries", "many")]
    [InlineData("--limit-rate is '3X'", "get", "http://a/x", "--limit-rate", "3X")]
    [InlineData("A header is written 'Name: value'", "get", "http://a/x", "-H", "secret")]
    [InlineData("--durability is 'ssd'", "get", "http://a/x", "--durability", "ssd")]
    [InlineData("There is no option '--frobnicate'", "get", "http://a/x", "--frobnicate")]
    [InlineData("--force replaces a file that exists", "get", "http://a/x", "--force", "--auto-rename")]
    [InlineData("Name a command")]
    [InlineData("Unrecognized command or argument 'fetch'", "fetch", "http://a/x")]
    public async Task Run_WrongUsage_OneSentenceWithCodeAndExitCode2(string sentence, params string[] args) =>
        (await CommandLineRun.OfAsync(args)).ShouldBeWrongUsage(sentence);

    [Fact]
    public async Task Run_SeveralProblems_AllAreToldAtOnce()
    {
        var run = await CommandLineRun.OfAsync("get", "http://a/x", "--priority", "x", "--limit-rate", "y", "--retries", "z");

        run.Error.Should().Contain("--priority is").And.Contain("--limit-rate is").And.Contain("--retries is");
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("get", "--help")]
    public async Task Help_ShowsExamples_AndExitCodes(params string[] args)
    {
        var run = await CommandLineRun.OfAsync(args);

        run.ExitCode.Should().Be(0);
        run.Output.Should().Contain("Examples:\n").And.Contain("130 interrupted");
    }
}
