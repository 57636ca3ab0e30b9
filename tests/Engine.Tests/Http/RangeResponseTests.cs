using Ferry.Engine.Errors;
using Ferry.Engine.Http;
using Ferry.Engine.Ranges;
using static Ferry.Engine.Tests.Http.RangeCase;

namespace Ferry.Engine.Tests.Http;

public sealed class RangeResponseTests
{
    private static readonly MustRestart Changed = new(RestartReason.ResourceChanged);
    private static readonly MustRestart NoValidator = new(RestartReason.NoValidator);
    private static readonly MustRestart Ignored = new(RestartReason.RangesIgnored);
    private static readonly MustRestart Mangled = new(RestartReason.RangeMangled);

    private static RangeRequest CallersRange { get; } = Whole with { From = 10, Start = 10, To = 19 };

    [Fact]
    public void Whole_200_FromZeroWithValidatorsAsReceived() =>
        Judge(Whole, 200, "etag: \"v1\"", $"last-modified: {Modified}", $"date: {Later}", "content-length: 100")
            .Should().Be(new AcceptFrom(0, 100, true, V1));

    [Fact]
    public void Whole_200Chunked_TotalUnknown() =>
        Judge(Whole, 200, "etag: \"v1\"", "transfer-encoding: chunked").Should().BeOfType<AcceptFrom>()
            .Which.Should().Match<AcceptFrom>(a => a.BodyLength == null && a.Identity.Length == null && a.EndsWhole);

    [Theory]
    [InlineData("bytes 10-19/100", 10, true)]
    [InlineData("bytes 10-19/*", 10, true)]
    [InlineData("bytes 10-14/100", 5, false)]
    [InlineData("bytes 10-17/18", 8, true)]
    public void CallersRange_206WithinIt_Accepted(string field, int length, bool ends) =>
        Judge(CallersRange, 206, "etag: W/\"v1\"", $"content-range: {field}").Should().BeOfType<AcceptFrom>()
            .Which.Should().Match<AcceptFrom>(a => a.Offset == 10 && a.BodyLength == length && a.EndsWhole == ends);

    [Theory]
    [InlineData("bytes 10-20/100")]
    [InlineData("bytes 9-19/100")]
    [InlineData("bytes 11-19/100")]
    [InlineData("bytes 10-19/15")]
    [InlineData("bytes */100")]
    public void CallersRange_206OfOtherBytes_RangeNotHonoured(string field) =>
        Judge(CallersRange, 206, $"content-range: {field}").Should().BeOfType<InvalidAnswer>().Which.Error.Code.Should().Be(ErrorCode.RangeNotHonoured);

    [Fact]
    public void CallersRange_200_IsTheWholeFromZero() =>
        Judge(CallersRange, 200, "etag: \"v1\"", "content-length: 100").Should().BeOfType<AcceptFrom>()
            .Which.Should().Match<AcceptFrom>(a => a.Offset == 0 && a.BodyLength == 100 && a.EndsWhole);

    [Fact]
    public void CallersRange_ItsRest_TheVersionMustBeTheSame()
    {
        var rest = CallersRange with { From = 15, Known = V1, Precondition = Precondition.IfRange };
        Judge(rest, 206, "etag: \"v1\"", "content-range: bytes 15-19/100").Should().BeOfType<AcceptFrom>().Which.EndsWhole.Should().BeTrue();
        Judge(rest, 206, "etag: \"v2\"", "content-range: bytes 15-19/100").Should().Be(Changed);
        Judge(rest, 206, "etag: \"v1\"", "content-range: bytes 15-20/100").Should().Be(Mangled);
        Judge(rest, 200, "etag: \"v1\"", "content-length: 100").Should().Be(new TryIfMatch());
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("GZip")]
    [InlineData("x-gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    public void Whole_200Coded_DecodedFromZeroTotalUnknownNotResumable(string coding)
    {
        var accepted = Judge(Whole, 200, "etag: \"v1\"", "content-length: 100", $"content-encoding: {coding}").Should().BeOfType<AcceptFrom>().Subject;
        accepted.Identity.Length.Should().BeNull();
        accepted.BodyLength.Should().BeNull();
        accepted.Identity.ContentCoding.Should().Be(coding.ToLowerInvariant());
        accepted.Identity.CanResume(trustLength: true).Should().BeFalse();
    }

    [Theory]
    [InlineData("zstd")]
    [InlineData("gzip, br")]
    public void Whole_200UnknownCoding_Invalid(string coding) =>
        Judge(Whole, 200, $"content-encoding: {coding}").Should().BeOfType<InvalidAnswer>().Which.Error.Code.Should().Be(ErrorCode.Encoding);

    [Fact]
    public void Whole_200CodingIdentity_IsNone() =>
        Judge(Whole, 200, "content-length: 9", "content-encoding: identity").Should().BeOfType<AcceptFrom>().Which.Identity.ContentCoding.Should().BeNull();

    [Fact]
    public void Rest_206AllRight_AcceptedAtItsOffset() =>
        Judge(Rest(), 206, "etag: \"v1\"", "content-range: bytes 40-99/100", "content-length: 60").Should().Be(new AcceptFrom(40, 60, true, V1));

    [Fact]
    public void Rest_206Shorter_AcceptedAndNotTheEnd() =>
        Judge(Rest(), 206, "etag: \"v1\"", "content-range: bytes 40-49/100").Should().Be(new AcceptFrom(40, 10, false, V1));

    [Fact]
    public void Rest_206NoTotal_AcceptedByWhatIsKnown() =>
        Judge(Rest(), 206, "etag: \"v1\"", "content-range: bytes 40-99/*").Should().Be(new AcceptFrom(40, 60, true, V1));

    [Fact]
    public void Rest_206TotalNotKnownBefore_LearnedFromIt() =>
        Judge(Rest(V1 with { Length = null }), 206, "etag: \"v1\"", "content-range: bytes 40-99/100").Should().Be(new AcceptFrom(40, 60, true, V1));

    [Fact]
    public void Rest_206NoTotalAnywhere_NotTheEnd() =>
        Judge(Rest(V1 with { Length = null }), 206, "etag: \"v1\"", "content-range: bytes 40-99/*")
            .Should().Be(new AcceptFrom(40, 60, false, V1 with { Length = null }));

    [Theory]
    [InlineData("etag: \"v2\"")]
    [InlineData("etag: W/\"v1\"")]
    [InlineData("etag: w/\"v1\"")]
    [InlineData("etag: \"V1\"")]
    public void Rest_206OtherETagEverythingElseRight_Restart(string tag) =>
        Judge(Rest(), 206, tag, $"last-modified: {Modified}", "content-range: bytes 40-99/100", "content-length: 60").Should().Be(Changed);

    [Fact]
    public void Rest_206WithoutETagWhereAStrongOneIsKnown_Restart() =>
        Judge(Rest(), 206, $"last-modified: {Modified}", "content-range: bytes 40-99/100", "content-length: 60").Should().Be(NoValidator);

    [Theory]
    [InlineData(null)]
    [InlineData("bytes 39-99/100")]
    [InlineData("bytes 41-99/100")]
    [InlineData("bytes 0-99/100")]
    [InlineData("bytes 40-99/101")]
    [InlineData("bytes 40-99/99")]
    [InlineData("bytes 40-39/100")]
    [InlineData("bytes */100")]
    [InlineData("bytes 40-99999999999999999999/100")]
    [InlineData("garbage")]
    public void Rest_206OtherBytesOrNoUsableContentRange_NeverAccepted(string? range) =>
        Judge(Rest(), 206, range is null ? ["etag: \"v1\""] : ["etag: \"v1\"", $"content-range: {range}"]).Should().Be(Mangled);

    [Fact]
    public void Rest_206ContentLengthBesideTheRange_NeverAccepted() =>
        Judge(Rest(), 206, "etag: \"v1\"", "content-range: bytes 40-99/100", "content-length: 100").Should().Be(Mangled);

    [Fact]
    public void Rest_206Coded_Restart() =>
        Judge(Rest(), 206, "etag: \"v1\"", "content-range: bytes 40-99/100", "content-encoding: gzip").Should().Be(Changed);

    [Fact]
    public void Rest_206FromAnotherFinalUrl_Restart() =>
        RangeResponse.Judge(Rest(), At(new Uri("http://h/other"), 206, "etag: \"v1\"", "content-range: bytes 40-99/100")).Should().Be(Changed);

    [Fact]
    public void Rest_206FromAnotherFinalUrlTrustedLength_Accepted() =>
        RangeResponse.Judge(Rest(trust: true), At(new Uri("http://h/other"), 206, "etag: \"v1\"", "content-range: bytes 40-99/100"))
            .Should().BeOfType<AcceptFrom>();

    [Fact]
    public void RestByDate_206SameDate_Accepted() =>
        Judge(Rest(Dated), 206, $"last-modified: {Modified}", "content-range: bytes 40-99/100").Should().Be(new AcceptFrom(40, 60, true, Dated));

    [Fact]
    public void RestByDate_206OtherDate_Restart() =>
        Judge(Rest(Dated), 206, $"last-modified: {Later}", "content-range: bytes 40-99/100").Should().Be(Changed);

    [Fact]
    public void RestByDate_206NoDate_Restart() => Judge(Rest(Dated), 206, "content-range: bytes 40-99/100").Should().Be(NoValidator);

    [Fact]
    public void RestWithoutStrongValidator_206_Restart()
    {
        Judge(Rest(Weak, Precondition.None), 206, "etag: W/\"v1\"", "content-range: bytes 40-99/100").Should().Be(NoValidator);
        Judge(Rest(Nameless, Precondition.None), 206, "content-range: bytes 40-99/100").Should().Be(NoValidator);
    }

    [Fact]
    public void RestTrustingLength_206SameTotal_Accepted() =>
        Judge(Rest(Weak, Precondition.None, trust: true), 206, "etag: W/\"v1\"", "content-range: bytes 40-99/100").Should().BeOfType<AcceptFrom>();

    [Theory]
    [InlineData("etag: W/\"v2\"", "bytes 40-99/100")]
    [InlineData("etag: W/\"v1\"", "bytes 40-98/99")]
    public void RestTrustingLength_206OtherTagOrTotal_Restart(string tag, string range) =>
        Judge(Rest(Weak, Precondition.None, trust: true), 206, tag, $"content-range: {range}").Should().Be(Changed);

    [Fact]
    public void RestTrustingLength_206NoTotal_Restart() =>
        Judge(Rest(Weak, Precondition.None, trust: true), 206, "etag: W/\"v1\"", "content-range: bytes 40-99/*").Should().Be(NoValidator);

    [Fact]
    public void Rest_200SameETagToIfRange_TryIfMatchOnce()
    {
        Judge(Rest(), 200, "etag: \"v1\"", "content-length: 100").Should().Be(new TryIfMatch());
        Judge(Rest(how: Precondition.IfMatch), 200, "etag: \"v1\"", "content-length: 100").Should().Be(Ignored);
    }

    [Fact]
    public void Rest_200OtherETag_Restart() => Judge(Rest(), 200, "etag: \"v2\"", "content-length: 100").Should().Be(Changed);

    [Fact]
    public void Rest_200WithoutValidator_RangesIgnored() => Judge(Rest(), 200, "content-length: 100").Should().Be(Ignored);

    [Fact]
    public void RestByDate_200SameDate_RangesIgnored() =>
        Judge(Rest(Dated), 200, $"last-modified: {Modified}", "content-length: 100").Should().Be(Ignored);

    [Fact]
    public void Rest_412AfterIfMatch_Restart() => Judge(Rest(how: Precondition.IfMatch), 412).Should().Be(Changed);

    [Fact]
    public void Rest_412NotAskedFor_Failure() => Judge(Rest(), 412).Should().BeOfType<HttpFailure>();

    [Fact]
    public void Rest_416SameLengthSameValidator_AlreadyWhole() =>
        Judge(Rest(V1, from: 100), 416, "etag: \"v1\"", "content-range: bytes */100").Should().Be(new AlreadyWhole(V1));

    [Fact]
    public void Rest_416LengthNotKnownBefore_AlreadyWholeWithIt() =>
        Judge(Rest(V1 with { Length = null }, from: 100), 416, "etag: \"v1\"", "content-range: bytes */100").Should().Be(new AlreadyWhole(V1));

    [Fact]
    public void Rest_416SameLengthOtherValidator_Restart() =>
        Judge(Rest(V1, from: 100), 416, "etag: \"v2\"", "content-range: bytes */100").Should().Be(Changed);

    [Theory]
    [InlineData(50)]
    [InlineData(101)]
    [InlineData(0)]
    public void Rest_416OtherLength_Restart(long total) =>
        Judge(Rest(V1, from: 100), 416, "etag: \"v1\"", $"content-range: bytes */{total}").Should().Be(Changed);

    [Fact]
    public void Rest_416WithoutValidator_IfMatchTells()
    {
        Judge(Rest(V1, from: 100), 416, "content-range: bytes */100").Should().Be(new TryIfMatch());
        Judge(Rest(V1, Precondition.IfMatch, from: 100), 416, "content-range: bytes */100").Should().Be(new AlreadyWhole(V1));
        Judge(Rest(V1 with { Length = null }, Precondition.IfMatch, from: 100), 416, "content-range: bytes */100").Should().Be(NoValidator);
        Judge(Rest(Dated, from: 100), 416, "content-range: bytes */100").Should().Be(NoValidator);
    }

    [Fact]
    public void Rest_416WithoutContentRange_Restart() => Judge(Rest(), 416, "etag: \"v1\"").Should().Be(Mangled);

    [Theory]
    [InlineData(200, "content-length: 0")]
    [InlineData(416, "content-range: bytes */0")]
    [InlineData(206, "content-range: bytes 0-0/0")]
    public void Whole_EmptyFile_ZeroBytesWhateverTheStatus(int status, string field)
    {
        string[] fields = status == 206 ? ["etag: \"e\"", field, "content-length: 0"] : ["etag: \"e\"", field];
        var empty = Judge(Whole, status, fields).Should().BeOfType<EmptyFile>().Subject;
        empty.Identity.Length.Should().Be(0);
        empty.Identity.ETag.Should().Be("\"e\"");
    }

    [Fact]
    public void Rest_200Empty_Restart() => Judge(Rest(), 200, "etag: \"v2\"", "content-length: 0").Should().Be(Changed);

    [Fact]
    public void Any_304_Invalid()
    {
        Judge(Whole, 304, "etag: \"v1\"").Should().BeOfType<InvalidAnswer>().Which.Error.HttpStatus.Should().Be(304);
        Judge(Rest(), 304, "etag: \"v1\"").Should().BeOfType<InvalidAnswer>();
    }

    [Theory]
    [InlineData(204)]
    [InlineData(226)]
    [InlineData(300)]
    public void Any_OtherStatusBelow400_Invalid(int status) => Judge(Whole, status).Should().BeOfType<InvalidAnswer>();

    [Theory]
    [InlineData(404, ErrorCode.RemoteFileNotFound, false)]
    [InlineData(403, ErrorCode.AccessDenied, false)]
    [InlineData(416, ErrorCode.RangeNotHonoured, false)]
    [InlineData(503, ErrorCode.InvalidAnswer, true)]
    public void Whole_ErrorPage_FailureNeverABody(int status, ErrorCode code, bool retry) =>
        Judge(Whole, status, "content-length: 100", "etag: \"v1\"").Should().BeOfType<HttpFailure>()
            .Which.Error.Should().Match<TransferError>(e => e.Code == code && e.RetryCanHelp == retry && e.HttpStatus == status);

    [Theory]
    [InlineData(403)]
    [InlineData(404)]
    public void Rest_RememberedFinalUrlExpired_TheCallersUrlIsAskedForTheRest(int status)
    {
        var elsewhere = V1 with { FinalUrl = "http://mirror/f?sig=1" };
        Judge(Rest(elsewhere), status).Should().Be(new AskCallersUrl());
        Judge(Rest(elsewhere) with { AtCallersUrl = true }, status).Should().BeOfType<HttpFailure>();
        Judge(Rest(V1), status).Should().BeOfType<HttpFailure>();
    }

    [Fact]
    public void Whole_206NotAskedFromTheMiddle_Invalid() =>
        Judge(Whole, 206, "etag: \"v1\"", "content-range: bytes 40-99/100").Should().BeOfType<InvalidAnswer>();

    [Fact]
    public void Whole_206FromZero_AcceptedForWhatItIs() =>
        Judge(Whole, 206, "etag: \"v1\"", "content-range: bytes 0-49/100").Should().BeOfType<AcceptFrom>()
            .Which.Should().Match<AcceptFrom>(a => a.BodyLength == 50 && !a.EndsWhole && a.Identity.Length == 100);
}
