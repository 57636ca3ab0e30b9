using Ferry.Engine.Errors;
using Ferry.Engine.Requests;

namespace Ferry.Engine.Tests.Requests;

public sealed class RequestValidationTests
{
    private static readonly TransferRequest Good = new() { Id = "a-1", Url = "https://example.com/f", Destination = new FileDestination("/data/f") };

    [Fact]
    public void Good_AsWrittenWithDefaults()
    {
        var result = Validate(Good);
        result.Problems.Should().BeEmpty();
        result.Warnings.Should().BeEmpty();
        result.Request!.Id.Value.Should().Be("a-1");
        result.Request.Url.AbsoluteUri.Should().Be("https://example.com/f");
        result.Request.Priority.Value.Should().Be(1);
        result.Request.Origin.Value.Should().Be("https://example.com:443");
    }

    [Fact]
    public void Options_NothingSaid_TheDefaultsOfTheSourceApis() => new RequestOptions().Should().BeEquivalentTo(new
    {
        Method = "GET",
        UsingCache = true,
        ExpectDataType = (HttpDataType?)null,
        ReadTimeout = TimeSpan.FromSeconds(60),
        ConnectTimeout = TimeSpan.FromSeconds(60),
        TotalTimeout = TimeSpan.Zero,
        UsingProtocol = (HttpProtocol?)null,
        UsingProxy = new NoProxy(),
        MaxLimit = 5L * 1024 * 1024,
        MaxRedirects = 30,
        Priority = 1,
    });

    [Fact]
    public void NoId_OneIsMade() => Validate(Good with { Id = null }).Request!.Id.Value.Should().Be("made");

    [Fact]
    public void EveryProblemAtOnce()
    {
        var bad = new TransferRequest
        {
            Id = "not an id",
            Url = "nonsense",
            Destination = new FileDestination("") { ExpectedSha256 = "12" },
            Options = new RequestOptions
            {
                Method = "FETCH",
                Priority = 1001,
                MaxRedirects = -1,
                ReadTimeout = TimeSpan.FromSeconds(-1),
                Headers = [new("Bad Name", "x"), new("X", "a\r\nInjected: 1"), new("Range", "bytes=0-1")],
                Retry = new RetryOptions { MaxRetries = 1001 },
            },
        };
        var result = Validate(bad);
        result.Request.Should().BeNull();
        result.Problems.Should().HaveCount(13);
        result.Problems.Should().OnlyContain(p => p.Stage == ErrorStage.Validating && p.Side == ErrorSide.Caller && !p.RetryCanHelp);
    }

    [Theory]
    [InlineData("", ErrorCode.BadUrl)]
    [InlineData("example.com/f", ErrorCode.BadUrl)]
    [InlineData("http://h/\r\nX: y", ErrorCode.BadUrl)]
    [InlineData("http://h/\u0000", ErrorCode.BadUrl)]
    [InlineData("http://h:70000/", ErrorCode.BadUrl)]
    [InlineData("https://user:secret@h/f", ErrorCode.BadUrl)]
    [InlineData("ftp://h/f", ErrorCode.UnsupportedProtocol)]
    [InlineData("file:///etc/passwd", ErrorCode.UnsupportedProtocol)]
    public void BadUrl_ItsOwnCodeAndNoSecretInTheMessage(string url, ErrorCode code)
    {
        var problem = Validate(Good with { Url = url }).Problems.Should().ContainSingle().Subject;
        problem.Code.Should().Be(code);
        problem.Message.Should().NotContain("secret").And.NotContain("\r");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1001)]
    [InlineData(-5)]
    public void Priority_Outside_NamesValueAndRange(int priority)
    {
        var problem = Validate(Good with { Options = new() { Priority = priority } }).Problems.Should().ContainSingle().Subject;
        problem.Code.Should().Be(ErrorCode.ParameterError);
        problem.Message.Should().Contain($"{priority}").And.Contain("1 to 1000");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    public void Priority_Ends_Accepted(int priority) =>
        Validate(Good with { Options = new() { Priority = priority } }).Request!.Priority.Value.Should().Be(priority);

    [Theory]
    [InlineData("get", "GET")]
    [InlineData("Patch", "PATCH")]
    public void Method_AnyCase_UpperCase(string method, string sent) =>
        Validate(Good with { Destination = new MemoryDestination(), Options = new() { Method = method } }).Request!.Options.Method.Should().Be(sent);

    [Theory]
    [InlineData("X-A", "a\nb")]
    [InlineData("X-A", "a\u0000")]
    [InlineData("X A", "a")]
    [InlineData("", "a")]
    [InlineData("X\r\nY", "a")]
    [InlineData("X:", "a")]
    [InlineData("\u00fc", "a")]
    [InlineData("Host", "other")]
    [InlineData("content-length", "5")]
    [InlineData("Transfer-Encoding", "chunked")]
    [InlineData("Upgrade", "h2c")]
    [InlineData("If-Match", "*")]
    [InlineData("Accept-Encoding", "gzip")]
    public void Header_NotAllowed_Problem(string name, string value)
    {
        var problem = Validate(Good with { Options = new() { Headers = [new(name, value)] } }).Problems.Should().ContainSingle().Subject;
        problem.Code.Should().Be(ErrorCode.ParameterError);
        problem.Message.Should().NotContain("\r").And.NotContain("\n");
    }

    [Fact]
    public void Header_ConditionsOfTheCaller_AllowedWhereNoFileIsMade() =>
        Validate(Good with { Destination = new MemoryDestination(), Options = new() { Headers = [new("If-None-Match", "\"a\"")] } })
            .Problems.Should().BeEmpty();

    [Theory]
    [InlineData("")]
    [InlineData("a\u0000b")]
    [InlineData("/data/")]
    public void Target_NoFile_Problem(string path) =>
        Validate(Good with { Destination = new FileDestination(path) }).Problems.Should().ContainSingle();

    [Fact]
    public void Target_Relative_MadeAbsolute() =>
        ((FileDestination)Validate(Good with { Destination = new FileDestination("a/../f") }).Request!.Destination).Path
            .Should().Be(Path.Combine(Environment.CurrentDirectory, "f"));

    [Fact]
    public void File_OtherMethodThanGet_Problem() =>
        Validate(Good with { Options = new() { Method = "POST" } }).Problems.Should().ContainSingle();

    [Fact]
    public void MaxLimit_Above100MiB_ClampedWithAWarning()
    {
        var result = Validate(Good with { Options = new() { MaxLimit = long.MaxValue } });
        result.Request!.Options.MaxLimit.Should().Be(100 * 1024 * 1024);
        result.Warnings.Should().ContainSingle();
    }

    [Fact]
    public void SameAs_ContentsNotReferences()
    {
        var request = Validate(Full()).Request!;
        request.SameAs(Validate(Full()).Request!.Source).Should().BeTrue();
        request.SameAs(Validate(Full() with { Id = "another" }).Request!.Source).Should().BeTrue("the id is what both share already");
        request.SameAs(Change(o => o with { Priority = 9 })).Should().BeTrue("a priority can be changed later");
    }

    [Fact]
    public void SameAs_AnyOtherDifference_False()
    {
        var request = Validate(Full()).Request!;
        request.SameAs(Validate(Full() with { Url = "https://example.com/g" }).Request!.Source).Should().BeFalse();
        request.SameAs(Validate(Full() with { Destination = new ChunkDestination() }).Request!.Source).Should().BeFalse();
        request.SameAs(Change(o => o with { ExtraData = new BytesData([1, 2, 4]) })).Should().BeFalse();
        request.SameAs(Change(o => o with { ExtraData = null })).Should().BeFalse();
        request.SameAs(Change(o => o with { Headers = [new("A", "2")] })).Should().BeFalse();
        request.SameAs(Change(o => o with { SecretHeaders = [] })).Should().BeFalse();
        request.SameAs(Change(o => o with { LimitRate = 5 })).Should().BeFalse();
        request.SameAs(Change(o => o with { Retry = new RetryOptions { MaxRetries = 1 } })).Should().BeFalse();
        request.SameAs(Change(o => o with { TrustLength = true })).Should().BeFalse();
    }

    private static TransferRequest Full() => new()
    {
        Id = "a",
        Url = "https://example.com/f",
        Destination = new MemoryDestination(),
        Options = new RequestOptions
        {
            Method = "POST",
            ExtraData = new BytesData([1, 2, 3]),
            Headers = [new("A", "1")],
            SecretHeaders = ["X-Token"],
            Retry = new RetryOptions(),
        },
    };

    private static TransferRequest Change(Func<RequestOptions, RequestOptions> change) =>
        Validate(Full() with { Options = change(Full().Options) }).Request!.Source;

    private static ValidationResult Validate(TransferRequest request) => RequestValidation.Validate(request, () => TransferId.Parse("made"));
}
