using Ferry.Engine.Errors;
using Ferry.Engine.Http;
using Ferry.Engine.Ranges;
using Ferry.Engine.Requests;
using Ferry.Engine.Uploads;

namespace Ferry.Engine.Tests.Uploads;

public sealed class UploadDecisionsTests
{
    [Theory]
    [InlineData(404)]
    [InlineData(405)]
    [InlineData(501)]
    public void Options_AServerThatDoesNotKnowThem_MayTakeUploads(int status) =>
        UploadDecisions.AfterOptions(Head(status)).Should().Be(new Capable(TusCapabilities.Unsaid));

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(504)]
    public void Options_AServerThatIsBusy_IsAskedAgain(int status)
    {
        var error = UploadDecisions.AfterOptions(Head(status)).Should().BeOfType<Refused>().Subject.Error;
        (error.RetryCanHelp, error.HttpStatus).Should().Be((true, status));
    }

    [Theory]
    [InlineData("/files/1", "http://server.test/files/1")]
    [InlineData("1", "http://server.test/files/1")]
    [InlineData("http://other.test/u/1?x=y", "http://other.test/u/1?x=y")]
    [InlineData("//other.test/u", "http://other.test/u")]
    public void Creation_201_TheUploadIsAtItsLocation(string location, string url) =>
        UploadDecisions.AfterCreation(10, 0, Head(201, ("location", location))).Should().BeOfType<Created>().Which.Url.AbsoluteUri.Should().Be(url);

    [Theory]
    [InlineData(null)]
    [InlineData("ftp://other.test/x")]
    public void Creation_201WithoutUsableLocation_Refused(string? location) =>
        UploadDecisions.AfterCreation(10, 0, location is null ? Head(201) : Head(201, ("location", location)))
            .Should().BeOfType<Refused>().Which.Error.Code.Should().Be(ErrorCode.InvalidAnswer);

    [Fact]
    public void Creation_LocationLeadsFromHttpsToHttp_Refused() =>
        UploadDecisions.AfterCreation(10, 0, Head(201, ("location", "http://server.test/1")) with { FinalUrl = new Uri("https://server.test/files/") })
            .Should().BeOfType<Refused>().Which.Error.Code.Should().Be(ErrorCode.CleartextNotAllowed);

    [Theory]
    [InlineData("5", 5)]
    [InlineData("10", 10)]
    [InlineData("11", 0)] // more than was sent: the server is asked
    [InlineData(null, 0)]
    public void Creation_WithBytes_WhatTheServerTookOfThem(string? offset, long taken)
    {
        var head = offset is null ? Head(201, ("location", "/1")) : Head(201, ("location", "/1"), ("upload-offset", offset));
        UploadDecisions.AfterCreation(20, 10, head).Should().BeOfType<Created>().Which.Offset.Should().Be(taken);
    }

    [Theory]
    [InlineData(200, ErrorCode.InvalidAnswer, false)]
    [InlineData(413, ErrorCode.UploadFailed, false)]
    [InlineData(400, ErrorCode.UploadFailed, false)]
    [InlineData(403, ErrorCode.AccessDenied, false)]
    [InlineData(503, ErrorCode.UploadFailed, true)]
    public void Creation_AnythingElse_Refused(int status, ErrorCode code, bool retry)
    {
        var error = UploadDecisions.AfterCreation(10, 0, Head(status)).Should().BeOfType<Refused>().Subject.Error;
        (error.Code, error.RetryCanHelp).Should().Be((code, retry));
    }

    [Theory]
    [InlineData("0", null, 0)]
    [InlineData("7", "10", 7)]
    [InlineData("10", "10", 10)]
    public void Head_WithAnOffset_GoesOnFromThere(string offset, string? length, long from) =>
        UploadDecisions.AfterHead(10, Head(200, [("upload-offset", offset), .. length is null ? Array.Empty<(string, string)>() : [("upload-length", length)]]))
            .Should().Be(new GoOnFrom(from));

    [Theory]
    [InlineData("11", "10")]
    [InlineData("5", "20")]
    public void Head_OfAnotherUpload_CreatedAnew(string offset, string length) =>
        UploadDecisions.AfterHead(10, Head(200, ("upload-offset", offset), ("upload-length", length))).Should().Be(new CreateAnew(RestartReason.ResourceChanged));

    [Theory]
    [InlineData(404)]
    [InlineData(410)]
    public void HeadOrPatch_Gone_CreatedAnew(int status)
    {
        UploadDecisions.AfterHead(10, Head(status)).Should().Be(new CreateAnew(RestartReason.UploadLost));
        UploadDecisions.AfterPatch(0, 5, Head(status)).Should().Be(new CreateAnew(RestartReason.UploadLost));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("99999999999999999999")]
    public void Head_WithoutUsableOffset_Refused(string? offset) =>
        UploadDecisions.AfterHead(10, offset is null ? Head(200) : Head(200, ("upload-offset", offset))).Should().BeOfType<Refused>()
            .Which.Error.Code.Should().Be(ErrorCode.InvalidAnswer);

    [Theory]
    [InlineData("15", 15)]
    [InlineData("11", 11)]
    public void Patch_Taken_GoesOnAfterIt(string offset, long from) =>
        UploadDecisions.AfterPatch(10, 5, Head(204, ("upload-offset", offset))).Should().Be(new GoOnFrom(from));

    [Theory]
    [InlineData("16")]
    [InlineData("9")]
    [InlineData(null)]
    public void Patch_OffsetThatCannotBe_Refused(string? offset) =>
        UploadDecisions.AfterPatch(10, 5, offset is null ? Head(204) : Head(204, ("upload-offset", offset))).Should().BeOfType<Refused>()
            .Which.Error.Code.Should().Be(ErrorCode.InvalidAnswer);

    [Fact]
    public void Patch_NothingTaken_TriedAgainWithPatience() =>
        UploadDecisions.AfterPatch(10, 5, Head(204, ("upload-offset", "10"))).Should().BeOfType<Refused>().Which.Error.RetryCanHelp.Should().BeTrue();

    [Fact]
    public void Patch_OfNoByte_TellsTheLengthAlone() =>
        UploadDecisions.AfterPatch(10, 0, Head(204, ("upload-offset", "10"))).Should().Be(new GoOnFrom(10));

    [Fact]
    public void Patch_409_TheOffsetIsAsked() => UploadDecisions.AfterPatch(0, 5, Head(409)).Should().Be(new AskOffset());

    [Theory]
    [InlineData(423, true)]
    [InlineData(460, true)]
    [InlineData(500, true)]
    [InlineData(412, false)]
    [InlineData(413, false)]
    [InlineData(415, false)]
    public void Patch_Refused_RepeatedOnlyWhereThatCanHelp(int status, bool retry)
    {
        var error = UploadDecisions.AfterPatch(0, 5, Head(status)).Should().BeOfType<Refused>().Subject.Error;
        (error.RetryCanHelp, error.HttpStatus).Should().Be((retry, status));
        error.Code.Should().Be(ErrorCode.UploadFailed);
    }

    [Fact]
    public void Plain_412_ExistsOnlyWhereThatWasAsked()
    {
        var asked = new RequestOptions { Headers = [new("if-none-match", " * ")] };
        Code(UploadDecisions.AfterPlain(asked, Head(412))).Should().Be(ErrorCode.RemoteFileExists);
        Code(UploadDecisions.AfterPlain(new RequestOptions(), Head(412))).Should().Be(ErrorCode.UploadFailed);
        Code(UploadDecisions.AfterPlain(asked, Head(304))).Should().Be(ErrorCode.UploadFailed);

        static ErrorCode Code(UploadVerdict verdict) => ((Refused)verdict).Error.Code;
    }

    [Fact]
    public void Capabilities_TheStrongestAlgorithmInCommon()
    {
        Of("checksum,creation", "md5, SHA1 ,sha256").Checksum.Should().Be("sha256");
        Of("checksum", "sha1").Checksum.Should().Be("sha1");
        Of("checksum", "md5").Checksum.Should().BeNull();
        Of("creation", "sha1").Checksum.Should().BeNull("the extension is not there");

        static TusCapabilities Of(string extensions, string algorithms) =>
            TusCapabilities.Of(Head(204, ("tus-extension", extensions), ("tus-checksum-algorithm", algorithms)));
    }

    [Fact]
    public void Capabilities_Objections()
    {
        TusCapabilities.Unsaid.Objection(10, mustDefer: false).Should().BeNull();
        TusCapabilities.Of(Head(204, ("tus-version", "0.2.2,2.0.0"))).Objection(1, false)!.Message.Should().Contain("0.2.2, 2.0.0");
        var can = TusCapabilities.Of(Head(204, ("tus-version", "1.0.0,0.2.2"), ("tus-extension", "creation"), ("tus-max-size", "100")));
        can.Objection(100, false).Should().BeNull();
        can.Objection(101, false)!.Side.Should().Be(ErrorSide.Caller);
        can.Objection(null, true)!.Message.Should().Contain("stream's length");
        TusCapabilities.Of(Head(404, ("tus-extension", "termination"))).Should().Be(TusCapabilities.Unsaid, "an error page says nothing");
    }

    private static AnswerHead Head(int status, params (string Name, string Value)[] fields) =>
        new(status, null, new Version(1, 1), new Uri("http://server.test/files/"), [.. fields.Select(f => new HeaderField(f.Name, f.Value))]);
}
