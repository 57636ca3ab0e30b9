using Ferry.Engine.Downloads;
using Ferry.Engine.Errors;
using Ferry.Engine.Ranges;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;
using Ferry.Testing.Server;

namespace Ferry.Engine.Tests.Downloads;

/// <summary>Downloads whose file the server names (rule 38).</summary>
public sealed class NamedByAnswerTests : IAsyncLifetime
{
    private const int Size = 1024 * 1024;
    private const string Named = "/good/url-name.bin?disposition=attachment%3B%20filename%3Dserver-name.bin";
    private readonly DownloadFixture _f = new();

    public Task InitializeAsync() => _f.InitializeAsync();

    public Task DisposeAsync() => _f.DisposeAsync();

    [Theory]
    [InlineData("attachment; filename=\"server-name.bin\"", "server-name.bin")]
    [InlineData("attachment; filename=a.bin; filename*=UTF-8''gr%C3%BCn.bin", "gr\u00fcn.bin")]
    [InlineData("attachment; filename=\"../../up.bin\"", "up.bin")]
    [InlineData("attachment; filename=\"..\"", "url-name.bin")]
    [InlineData("attachment; filename=NUL", "url-name.bin")]
    [InlineData("inline", "url-name.bin")]
    [InlineData("", "url-name.bin")]
    public async Task File_GetsTheServersName_OrElseTheUrls(string disposition, string expected)
    {
        var run = await RunAsync($"/good/url-name.bin?disposition={Uri.EscapeDataString(disposition)}");
        run.State.Outcome.Should().Be(new CompletedOutcome(Size, null, Path.Combine(_f.Directory, expected)));
        Directory.GetFileSystemEntries(_f.Directory).Select(Path.GetFileName).Should().Equal(expected);
        DownloadFixture.Sha256Of(Path.Combine(_f.Directory, expected)).Should().Be(Content.Sha256(1, Size));
    }

    [Fact]
    public async Task PartFile_HasAHiddenNameOfTheTransfer_UntilTheEnd()
    {
        var request = Request(Named);
        var driver = _f.Driver(request);
        driver.OnAttempt = _ => Directory.GetFileSystemEntries(_f.Directory).Should().Equal(PartPaths.Of((FileDestination)request.Destination, request.Id));
        await driver.RunAsync();
        Path.GetFileName(PartPaths.Of((FileDestination)request.Destination, request.Id)).Should().Be(".ferry-t.ferry-part");
        driver.State.Outcome.Should().BeOfType<CompletedOutcome>();
    }

    [Fact]
    public async Task Crash_InTheMiddle_GoesOnAndKeepsTheName()
    {
        var journal = await _f.CrashAfterAsync(Request(Named), Size / 2);
        journal.OfType<Identified>().Should().ContainSingle().Which.Identity.FileName.Should().Be("server-name.bin");
        var run = await _f.RunAsync(Request(Named), journal);
        run.Plans.Should().ContainSingle().Which.From.Should().BePositive();
        run.State.Outcome.Should().Be(new CompletedOutcome(Size, null, InDirectory("server-name.bin")));
    }

    [Fact]
    public async Task Crash_BetweenCheckAndOutcome_IsFoundUnderTheJournaledName()
    {
        var first = await RunAsync(Named);
        first.Journal.OfType<Verified>().Should().ContainSingle().Which.TargetPath.Should().Be(InDirectory("server-name.bin"));
        var again = await _f.RunAsync(Request(Named), first.Journal.Where(f => f is not Ended));
        again.Plans.Should().BeEmpty();
        again.State.Outcome.Should().Be(new CompletedOutcome(Size, null, InDirectory("server-name.bin")));
    }

    [Fact]
    public async Task NameTaken_Fail_SaysSoBeforeTheBody()
    {
        File.WriteAllText(InDirectory("server-name.bin"), "mine");
        _f.Server.Gate.HoldBodiesAfter(0);
        var run = await RunAsync(Named);
        var error = run.State.Outcome.Should().BeOfType<FailedOutcome>().Which.Error;
        error.Code.Should().Be(ErrorCode.LocalWriteFailed);
        error.Message.Should().Contain("server-name.bin").And.Contain("exists");
        File.ReadAllText(InDirectory("server-name.bin")).Should().Be("mine");
        _f.Server.Gate.Release();
    }

    [Theory]
    [InlineData(ExistingTarget.Rename, "server-name (1).bin")]
    [InlineData(ExistingTarget.Replace, "server-name.bin")]
    public async Task NameTaken_RenameOrReplace_AsForAnyTarget(ExistingTarget ifExists, string expected)
    {
        File.WriteAllText(InDirectory("server-name.bin"), "mine");
        var run = await _f.RunAsync(Request(Named, ifExists));
        run.State.Outcome.Should().Be(new CompletedOutcome(Size, null, InDirectory(expected)));
        DownloadFixture.Sha256Of(InDirectory(expected)).Should().Be(Content.Sha256(1, Size));
    }

    [Theory]
    [InlineData(ExistingTarget.Fail)]
    [InlineData(ExistingTarget.Replace)]
    [InlineData(ExistingTarget.Rename)]
    public async Task NameIsALinkThatLeadsOut_NothingIsWrittenThrough(ExistingTarget ifExists)
    {
        var outside = Directory.CreateTempSubdirectory("ferry-outside-");
        try
        {
            var victim = Path.Combine(outside.FullName, "victim");
            File.WriteAllText(victim, "mine");
            File.CreateSymbolicLink(InDirectory("server-name.bin"), victim);
            var run = await _f.RunAsync(Request(Named, ifExists));
            if (ifExists is ExistingTarget.Rename)
                run.State.Outcome.Should().Be(new CompletedOutcome(Size, null, InDirectory("server-name (1).bin")));
            else
                run.State.Outcome.Should().BeOfType<FailedOutcome>().Which.Error.Code.Should().Be(ErrorCode.LocalWriteFailed);
            File.ReadAllText(victim).Should().Be("mine");
            outside.GetFileSystemInfos().Should().ContainSingle();
        }
        finally
        {
            outside.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task JournaledNameThatLeadsOut_IsRefused()
    {
        var journal = await _f.CrashAfterAsync(Request(Named), Size / 2);
        var forged = journal.Select(f => f is Identified i ? new Identified(i.Identity with { FileName = "../out.bin" }) : f);
        var run = await _f.RunAsync(Request(Named), forged);
        run.State.Outcome.Should().BeOfType<FailedOutcome>().Which.Error.Message.Should().Contain("leads out");
        File.Exists(Path.Combine(_f.Directory, "..", "out.bin")).Should().BeFalse();
    }

    [Fact]
    public async Task Mismatch_NothingIsLeftUnderAnyName()
    {
        var run = await RunAsync(Named + "&repr-digest=sha-256-wrong");
        run.State.Outcome.Should().BeOfType<FailedOutcome>();
        Directory.GetFileSystemEntries(_f.Directory).Should().BeEmpty();
    }

    [Fact]
    public async Task DirectoryMissing_SaysSo()
    {
        var destination = new FileDestination(InDirectory("nowhere/")) { NameFromAnswer = true };
        var run = await _f.RunAsync(_f.Request(Named, destination));
        run.State.Outcome.Should().BeOfType<FailedOutcome>().Which.Error.Message.Should().Contain("nowhere").And.Contain("does not exist");
    }

    [Fact]
    public async Task TwoTransfersOfOneDirectory_DoNotMeet()
    {
        var run = await Task.WhenAll(
            _f.RunAsync(_f.Request("/good/a.bin", Destination(), id: "one")), _f.RunAsync(_f.Request("/good/b.bin", Destination(), id: "two")));
        run.Should().OnlyContain(r => r.State.Outcome is CompletedOutcome);
        Directory.GetFileSystemEntries(_f.Directory).Select(Path.GetFileName).Should().BeEquivalentTo("a.bin", "b.bin");
    }

    private Task<TransferDriver> RunAsync(string route) => _f.RunAsync(Request(route));

    private ValidatedRequest Request(string route, ExistingTarget ifExists = ExistingTarget.Fail) => _f.Request(route, Destination(ifExists));

    private FileDestination Destination(ExistingTarget ifExists = ExistingTarget.Fail) => new(_f.Directory) { NameFromAnswer = true, IfExists = ifExists };

    private string InDirectory(string name) => Path.Combine(_f.Directory, name);
}
