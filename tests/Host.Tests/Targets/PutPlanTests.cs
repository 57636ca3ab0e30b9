using Ferry.Engine.Errors;
using Ferry.Engine.Requests;
using Ferry.Host.Commands;
using Ferry.Host.Targets;

namespace Ferry.Host.Tests.Targets;

public sealed class PutPlanTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("ferry-").FullName;
    private readonly string _file;

    public PutPlanTests() => File.WriteAllText(_file = Path.Combine(_directory, "big.iso"), "content");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Make_SameFileUrlAndWay_IsTheSameUpload_WhateverElseIsAsked()
    {
        var first = Plan(Arguments());
        var rerun = Plan(Arguments() with
        {
            File = Path.Combine(_directory, ".", "big.iso"), Priorities = [5], LimitRate = 1, Headers = [new HeaderField("A", "b")], Method = "PUT",
        });

        rerun.Requests[0].Id.Should().Be(first.Requests[0].Id).And.MatchRegex("^[a-z2-7]{16}$");
        rerun.DataDirectory.Should().Be(first.DataDirectory).And.Be($"/state/ferry/{first.Requests[0].Id}");
    }

    [Fact]
    public void Make_OtherFileUrlOrWay_IsAnotherUpload()
    {
        var other = Path.Combine(_directory, "other");
        File.WriteAllText(other, "");
        PutArguments[] each =
        [
            Arguments(), Arguments() with { File = other }, Arguments() with { Url = "http://a/other" }, Arguments() with { Url = "http://a/files?q=1" },
            Arguments() with { Tus = true }, Arguments() with { Method = "POST" }, Arguments() with { Multipart = "f" },
            Arguments() with { Multipart = "g" }, Arguments() with { Multipart = "f", Method = "PUT" },
        ];

        each.Select(a => Plan(a).Requests[0].Id).Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public void Make_Plain_PutsTheFile()
    {
        var request = Plan(Arguments() with { Priorities = [900], Headers = [new HeaderField("A", "b")], LimitRate = 1000, Retries = 3 }).Requests[0];

        request.Options.Should().BeEquivalentTo(new { Method = "PUT", Priority = 900, LimitRate = 1000L, Retry = new RetryOptions { MaxRetries = 3 } });
        request.Options.ExtraData.Should().Be(new FileData(_file));
        request.Upload.Should().BeEquivalentTo(new UploadOptions());
        request.Destination.Should().Be(new MemoryDestination());
    }

    [Fact]
    public void Make_Tus_TellsTheFilesName_UnlessAnotherIsGiven()
    {
        var tus = Plan(Arguments() with { Tus = true, ChunkSize = 5, NoChecksum = true, Metadata = [new("filetype", "a/b")] }).Requests[0];
        tus.Options.Method.Should().Be("POST");
        tus.Upload.Should().BeEquivalentTo(new UploadOptions
        {
            Protocol = UploadProtocol.Tus, ChunkBytes = 5, Checksum = false, Metadata = [new("filename", "big.iso"), new("filetype", "a/b")],
        });

        Plan(Arguments() with { Tus = true, Metadata = [new("filename", "mine")] }).Requests[0].Upload!.Metadata.Should()
            .Equal(new UploadMetadata("filename", "mine"));
    }

    [Fact]
    public void Make_Multipart_PostsAFormWithTheFile()
    {
        var request = Plan(Arguments() with { Multipart = "photo" }).Requests[0];

        request.Options.Method.Should().Be("POST");
        request.Options.MultiFormData.Should().Equal(new FormPart("photo", "application/octet-stream") { FilePath = _file });
        request.Options.ExtraData.Should().BeNull();
    }

    [Fact]
    public void Make_Force_BeginsAnew() => Plan(Arguments() with { Force = true }).Anew.Should().BeTrue();

    [Theory]
    [InlineData("--tus and --multipart are two ways", ErrorCode.ParameterError, true, "f", null, null)]
    [InlineData("--tus has methods of its own", ErrorCode.ParameterError, true, null, "PUT", null)]
    [InlineData("--chunk-size is for --tus", ErrorCode.ParameterError, false, null, null, 5L)]
    public void Make_WaysThatExcludeEachOther_AreTold(string sentence, ErrorCode code, bool tus, string? field, string? method, long? chunk)
    {
        var arguments = Arguments() with { Tus = tus, Multipart = field, Method = method, ChunkSize = chunk };

        Problems(arguments).Should().Contain(c => c.Code == code && c.Message.StartsWith(sentence, StringComparison.Ordinal));
    }

    [Fact]
    public void Make_OptionsOfTusWithoutIt_AreToldAtOnce() =>
        Problems(Arguments() with { NoChecksum = true, Metadata = [new("a", "b")] }).Select(c => c.Message).Should().SatisfyRespectively(
            m => m.Should().StartWith("--no-checksum is for --tus"), m => m.Should().StartWith("--meta is for --tus"));

    [Fact]
    public void Make_FileThatCannotBeSent_OneSentenceOfIt()
    {
        Problems(Arguments() with { File = Path.Combine(_directory, "missing") }).Should().ContainSingle().Which.Should().Match<Complaint>(
            c => c.Code == ErrorCode.LocalReadFailed && c.Message.Contains("does not exist"));
        Problems(Arguments() with { File = _directory }).Should().ContainSingle().Which.Message.Should().Contain("is a directory");
        Problems(Arguments() with { File = "" }).Should().Contain(c => c.Message.StartsWith("The file's name is empty", StringComparison.Ordinal));
    }

    [Fact]
    public void Make_SeveralProblems_AllAreTold() =>
        Problems(Arguments() with { File = "/nowhere", Url = "nonsense", Priorities = [0] }).Select(c => c.Code).Should().BeEquivalentTo(
            [ErrorCode.LocalReadFailed, ErrorCode.BadUrl, ErrorCode.ParameterError]);

    private PutArguments Arguments() => new() { File = _file, Url = "http://a/files" };

    private static TransferPlan Plan(PutArguments arguments) => PutPlan.Make(arguments, () => "/state/ferry");

    private static IReadOnlyList<Complaint> Problems(PutArguments arguments) =>
        FluentActions.Invoking(() => Plan(arguments)).Should().Throw<CommandException>().Which.Complaints;
}
