using Ferry.Engine.Errors;
using Ferry.Engine.Requests;
using Ferry.Host.Commands;
using Ferry.Host.Targets;

namespace Ferry.Host.Tests.Targets;

public sealed class GetPlanTests
{
    private static readonly string Here = Path.GetTempPath();

    [Fact]
    public void Make_SameUrlAndTarget_IsTheSameTransferInTheSameDirectory()
    {
        var first = Plan(new GetArguments { Urls = ["http://a/x.iso"], Directory = Here });
        var rerun = Plan(new GetArguments { Urls = ["http://a/x.iso"], Output = Path.Combine(Here, "x.iso"), Priorities = [5], LimitRate = 1 });

        rerun.Requests[0].Id.Should().Be(first.Requests[0].Id).And.MatchRegex("^[a-z2-7]{16}$");
        rerun.DataDirectory.Should().Be(first.DataDirectory).And.Be($"/state/ferry/{first.Requests[0].Id}");
    }

    [Fact]
    public void Make_OtherTargetOrOtherUrl_IsAnotherTransfer()
    {
        string[] ids =
        [
            .. Plan(new GetArguments { Urls = ["http://a/x"], Directory = Here }).Requests.Select(r => r.Id!),
            .. Plan(new GetArguments { Urls = ["http://a/x"], Output = Path.Combine(Here, "y") }).Requests.Select(r => r.Id!),
            .. Plan(new GetArguments { Urls = ["http://b/x"], Directory = Here }).Requests.Select(r => r.Id!),
            .. Plan(new GetArguments { Urls = ["http://a/x?q=1"], Directory = Here }).Requests.Select(r => r.Id!),
        ];

        ids.Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public void Make_Options_ReachTheRequest()
    {
        var request = Plan(new GetArguments
        {
            Urls = ["http://a/x"],
            Directory = Here,
            Priorities = [900],
            Headers = [new HeaderField("A", "b")],
            LimitRate = 1000,
            Retries = 3,
            IfExists = ExistingTarget.Rename,
            Sha256 = true,
            ExpectedSha256 = new string('A', 64),
            Durability = Durability.Process,
        }).Requests.Single();

        request.Options.Priority.Should().Be(900);
        request.Options.Headers.Should().Equal(new HeaderField("A", "b"));
        request.Options.LimitRate.Should().Be(1000);
        request.Options.Retry!.MaxRetries.Should().Be(3);
        request.Destination.Should().Be(new FileDestination(Path.Combine(Here, "x"))
        {
            IfExists = ExistingTarget.Rename,
            ComputeSha256 = true,
            ExpectedSha256 = new string('a', 64),
            Durability = Durability.Process,
        });
    }

    [Fact]
    public void Make_PriorityForEach_FollowsTheOrder() =>
        Plan(new GetArguments { Urls = ["http://a/x", "http://a/y"], Directory = Here, Priorities = [5, 1000] })
            .Requests.Select(r => r.Options.Priority).Should().Equal(5, 1000);

    [Fact]
    public void Make_AnotherNumberOfPrioritiesThanUrls_IsRefused() =>
        Problems(new GetArguments { Urls = ["http://a/x", "http://a/y"], Directory = Here, Priorities = [5, 6, 7] }).Should().ContainSingle()
            .Which.Message.Should().Be("--priority is given 3 times for 2 URLs; give it once, or once for each.");

    [Fact]
    public void Make_NoUrl_SaysHow() => Problems(new GetArguments { Urls = [] }).Should().ContainSingle().Which.Message.Should().Contain("at least one URL");

    [Theory]
    [InlineData("example.com/x", ErrorCode.BadUrl)]
    [InlineData("http://", ErrorCode.BadUrl)]
    [InlineData("ftp://a/x", ErrorCode.UnsupportedProtocol)]
    [InlineData("http://a/x\r\nHost: b", ErrorCode.BadUrl)]
    public void Make_BadUrl_IsToldWithItsCode(string url, ErrorCode code) =>
        Problems(new GetArguments { Urls = [url] }).Should().ContainSingle().Which.Code.Should().Be(code);

    [Theory]
    [InlineData(0)]
    [InlineData(1001)]
    public void Make_PriorityOutOfRange_IsToldWithTheRange(int priority) =>
        Problems(new GetArguments { Urls = ["http://a/x", "http://a/y"], Priorities = [priority] }).Should().ContainSingle()
            .Which.Message.Should().Contain($"{priority}").And.Contain("from 1 to 1000");

    [Fact]
    public void Make_EverythingWrong_EveryProblemIsTold()
    {
        var problems = Problems(new GetArguments
        {
            Urls = ["ftp://a/x", "nonsense"],
            Output = "/nowhere/at/all/x",
            Directory = "/nowhere/at/all",
            Priorities = [0],
            Retries = -1,
            Parallel = 0,
            ExpectedSha256 = "abc",
            Headers = [new HeaderField("a b", "c")],
        });

        problems.Select(p => p.Message).Should().Contain(
        [
            "-o names the file and -d the directory; give one of them.",
            "-o names one file, but there are 2 URLs; use -d for a directory.",
            "The directory '/nowhere/at/all' does not exist; make it first.",
            "-j is 0; it must be from 1 to 1000.",
            "The SHA-256 'abc' is not 64 hexadecimal digits.",
        ]);
        problems.Should().HaveCountGreaterThanOrEqualTo(10).And.OnlyHaveUniqueItems();
    }

    [Fact]
    public void Make_TwoUrlsToOneFile_IsRefused() =>
        Problems(new GetArguments { Urls = ["http://a/x", "http://b/x"], Directory = Here }).Should().ContainSingle()
            .Which.Message.Should().StartWith("2 URLs would be saved as");

    [Fact]
    public void Make_StandardOutput_IsRefusedAndSaysWhatToUse() =>
        Problems(new GetArguments { Urls = ["http://a/x"], Output = "-" }).Should().ContainSingle().Which.Message.Should().Contain("ferry request").And.Contain("./-");

    [Fact]
    public void Make_SameUrlTwice_IsRefusedWithoutItsQuery() =>
        Problems(new GetArguments { Urls = ["http://a/x?secret", "http://a/x?secret"], Directory = Here }).Should().ContainSingle()
            .Which.Message.Should().Be("'http://a/x' is given 2 times; once is enough.");

    [Fact]
    public void Make_RemoteName_TheServerNamesTheFileInTheDirectory()
    {
        var plan = Plan(new GetArguments { Urls = ["http://a/x", "http://b/x"], Directory = Here, RemoteName = true });

        plan.Requests.Select(r => r.Destination).Should().OnlyContain(
            d => d == new FileDestination(Path.TrimEndingDirectorySeparator(Here)) { NameFromAnswer = true });
        plan.Requests.Select(r => r.Id).Should().OnlyHaveUniqueItems("two of one directory do not meet before they are named");
        ((FileDestination)Plan(new GetArguments { Urls = ["http://a/x"], RemoteName = true }).Requests[0].Destination).Path
            .Should().Be(Directory.GetCurrentDirectory());
    }

    [Fact]
    public void Make_RemoteNameWithOutputOrTheSameUrlTwice_IsRefused()
    {
        Problems(new GetArguments { Urls = ["http://a/x"], Output = Path.Combine(Here, "y"), RemoteName = true }).Select(p => p.Message)
            .Should().Contain("-o names the file, and -J leaves its name to the server; give one of them.");
        Problems(new GetArguments { Urls = ["http://a/x", "http://a/x"], Directory = Here, RemoteName = true }).Should().ContainSingle()
            .Which.Message.Should().Be("'http://a/x' is given 2 times; once is enough.");
    }

    private static TransferPlan Plan(GetArguments arguments) => GetPlan.Make(arguments, () => "/state/ferry");

    private static IReadOnlyList<Complaint> Problems(GetArguments arguments)
    {
        var thrown = FluentActions.Invoking(() => Plan(arguments)).Should().Throw<CommandException>().Which;
        thrown.ExitCode.Should().Be(2);
        return thrown.Complaints;
    }
}
