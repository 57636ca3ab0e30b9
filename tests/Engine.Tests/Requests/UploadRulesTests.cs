using Ferry.Engine.Requests;

namespace Ferry.Engine.Tests.Requests;

public sealed class UploadRulesTests
{
    private static readonly FileData File = new("/tmp/file");

    [Theory]
    [InlineData(UploadProtocol.Plain, "GET", "PUT")]
    [InlineData(UploadProtocol.Plain, "post", "POST")]
    [InlineData(UploadProtocol.Plain, "PATCH", "PATCH")]
    [InlineData(UploadProtocol.Tus, "GET", "POST")]
    public void Method_IsThatOfTheUpload(UploadProtocol protocol, string method, string used) =>
        Validate(new UploadOptions { Protocol = protocol }, new RequestOptions { Method = method, ExtraData = File }).Request!.Options.Method.Should().Be(used);

    [Theory]
    [InlineData(UploadProtocol.Plain, "DELETE")]
    [InlineData(UploadProtocol.Tus, "PUT")]
    public void Method_ThatIsNone_Problem(UploadProtocol protocol, string method) =>
        Problems(new UploadOptions { Protocol = protocol }, new RequestOptions { Method = method, ExtraData = File }).Should().Contain(p => p.Contains($"not {method}"));

    [Fact]
    public void Body_Missing_Problem() => Problems(new UploadOptions(), new RequestOptions()).Should().ContainSingle().Which.Should().Contain("no body");

    [Fact]
    public void Destination_NotMemory_Problem() =>
        Problems(new UploadOptions(), new RequestOptions { ExtraData = File }, new ChunkDestination()).Should().ContainSingle().Which.Should().Contain("MemoryDestination");

    [Fact]
    public void TusOptions_OfAPlainUpload_Problem() =>
        Problems(new UploadOptions { DeferLength = true }, new RequestOptions { ExtraData = File }).Should().ContainSingle().Which.Should().Contain("tus");

    [Theory]
    [InlineData(-1, false)]
    [InlineData(0, true)]
    [InlineData(64 * 1024 * 1024 + 1, true)]
    public void ChunkBytes_OutOfRange_ProblemNamesTheValue(long bytes, bool ofStream)
    {
        RequestData data = ofStream ? new StreamData(Stream.Null) : File;
        Problems(new UploadOptions { Protocol = UploadProtocol.Tus, ChunkBytes = bytes }, new RequestOptions { ExtraData = data })
            .Should().ContainSingle().Which.Should().Contain($"chunkBytes is {bytes}");
    }

    [Fact]
    public void Metadata_BadKeys_EachIsAProblem()
    {
        var upload = new UploadOptions { Protocol = UploadProtocol.Tus, Metadata = [new("a b", "1"), new("", "2"), new("c,d", "3"), new("twice", "4"), new("twice", "5"), new("ä", "6")] };

        Problems(upload, new RequestOptions { ExtraData = File }).Should().HaveCount(5);
    }

    [Fact]
    public void Form_ByTus_Problem() =>
        Problems(new UploadOptions { Protocol = UploadProtocol.Tus }, new RequestOptions { MultiFormData = [new FormPart("a", "b/c") { FilePath = "/tmp/x" }] })
            .Should().ContainSingle().Which.Should().Contain("multiFormDataList");

    [Fact]
    public void ContentType_OfTus_WarnsAndIsLeftOut()
    {
        var result = Validate(new UploadOptions { Protocol = UploadProtocol.Tus }, new RequestOptions { ExtraData = File, Headers = [new("Content-Type", "text/plain"), new("X", "1")] });

        result.Warnings.Should().ContainSingle().Which.Should().Contain("text/plain");
        result.Request!.Options.Headers.Should().Equal(new HeaderField("X", "1"));
    }

    [Fact]
    public void Durable_ButForAStream()
    {
        Validate(new UploadOptions(), new RequestOptions { ExtraData = File }).Request!.IsDurable.Should().BeTrue();
        Validate(new UploadOptions(), new RequestOptions { ExtraData = new StreamData(Stream.Null) }).Request!.IsDurable.Should().BeFalse();
    }

    [Fact]
    public void SameRequest_ComparesTheUploadByContent()
    {
        var upload = new UploadOptions { Protocol = UploadProtocol.Tus, Metadata = [new("a", "1")] };
        var options = new RequestOptions { ExtraData = File };
        var request = Validate(upload, options).Request!;

        request.SameAs(Validate(upload with { Metadata = [new("a", "1")] }, options).Request!.Source).Should().BeTrue();
        request.SameAs(Validate(upload with { Metadata = [new("a", "2")] }, options).Request!.Source).Should().BeFalse();
        request.SameAs(Validate(upload with { ChunkBytes = 5 }, options).Request!.Source).Should().BeFalse();
    }

    private static IEnumerable<string> Problems(UploadOptions upload, RequestOptions options, Destination? destination = null) =>
        Validate(upload, options, destination).Problems.Select(p => p.Message);

    private static ValidationResult Validate(UploadOptions upload, RequestOptions options, Destination? destination = null) => RequestValidation.Validate(
        new TransferRequest { Id = "u", Url = "http://server.test/x", Upload = upload, Options = options, Destination = destination ?? new MemoryDestination() },
        () => throw new InvalidOperationException());
}
