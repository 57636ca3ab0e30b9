using Ferry.Actors.Protocol;
using Ferry.Engine.Errors;
using Ferry.Engine.Http;
using Ferry.Engine.Ranges;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;
using Ferry.Host.Session;

namespace Ferry.Host.Tests.Session;

public sealed class FreshnessCheckTests
{
    private const string Url = "http://a/f";

    [Theory]
    [InlineData(null)]
    [InlineData(4L)]
    public void FileGoneOrOfAnotherLength_IsFetchedAgain(long? length) =>
        Check().WithoutAsking(length).Should().BeOfType<FetchAgain>();

    [Fact]
    public void FileThere_TheOriginIsAskedConditionally()
    {
        Check().WithoutAsking(5).Should().BeNull();
        var head = Check().Head();

        head.Options.Method.Should().Be("HEAD");
        head.Options.Headers.Should().Equal(new HeaderField("A", "b"), new HeaderField("If-None-Match", "\"v1\""));
        head.Url.Should().Be(Url);
        RequestValidation.Validate(head, () => TransferId.Parse("x")).Problems.Should().BeEmpty();
    }

    [Fact]
    public void NotModified_IsLeftAlone() => Check().After(Answer(304)).Should().Be(new LeaveAlone(null));

    [Fact]
    public void SameTag_IsLeftAlone() => Check().After(Answer(200, "\"v1\"", 5)).Should().Be(new LeaveAlone(null));

    [Fact]
    public void OtherTag_FailsAndNamesForce()
    {
        var error = Check().After(Answer(200, "\"v2\"", 5)).Should().BeOfType<HasChanged>().Which.Error;

        error.Code.Should().Be(ErrorCode.LocalWriteFailed);
        error.Message.Should().Contain("--force").And.Contain("--auto-rename");
    }

    [Fact]
    public void OtherTag_AutoRename_IsFetchedAgain() =>
        Check(ExistingTarget.Rename).After(Answer(200, "\"v2\"", 5)).Should().BeOfType<FetchAgain>();

    [Theory]
    [InlineData(405)]
    [InlineData(503)]
    [InlineData(404)]
    public void Error_IsLeftAloneWithANote(int status) =>
        Check().After(Answer(status)).Should().BeOfType<LeaveAlone>().Which.Note.Should().NotBeNull();

    [Fact]
    public void NoConnection_IsLeftAloneWithANote() =>
        Check().After(new TransferFailed(TransferId.Parse("x"), 1, new TransferError(
            ErrorCode.CannotConnect, ErrorStage.Connecting, ErrorSide.Network, "No connection to 'a'."))).Should().BeOfType<LeaveAlone>()
            .Which.Note.Should().Contain("No connection to 'a'");

    private static FreshnessCheck Check(ExistingTarget ifExists = ExistingTarget.Fail) => new(
        new TransferRequest
        {
            Id = "id",
            Url = Url,
            Options = new RequestOptions { Headers = [new HeaderField("A", "b")] },
            Destination = new FileDestination("/f") { IfExists = ifExists },
        },
        new CompletedOutcome(5, null, "/f") { Identity = new ResourceIdentity { FinalUrl = Url, ETag = "\"v1\"", Length = 5 } });

    private static TransferCompleted Answer(int status, string? tag = null, long? length = null)
    {
        List<HeaderField> fields = [];
        if (tag is not null)
            fields.Add(new HeaderField("etag", tag));
        if (length is not null)
            fields.Add(new HeaderField("content-length", $"{length}"));
        var head = new AnswerHead(status, null, new Version(1, 1), new Uri(Url), fields);
        return new TransferCompleted(TransferId.Parse("check-id"), 1, new CompletedOutcome(0, null, null), head, default, 0, 0);
    }
}
