using System.Reflection;
using Ferry.Engine.Requests;

namespace Ferry.Engine.Tests.Requests;

public sealed class ContentComparisonTests
{
    private static readonly TransferRequest Download = new()
    {
        Id = "f",
        Url = "https://a.test/f?v=1",
        Options = new RequestOptions { Headers = [new HeaderField("Authorization", "Bearer old"), new HeaderField("Accept", "image/png")] },
        Destination = new FileDestination("/t/f") { ComputeSha256 = true },
    };

    private static readonly TransferRequest Upload = new()
    {
        Id = "u",
        Url = "https://a.test/files",
        Options = new RequestOptions { Method = "POST", ExtraData = new FileData("/t/source") },
        Upload = new UploadOptions { Protocol = UploadProtocol.Tus, Metadata = [new UploadMetadata("filename", "f")] },
        Destination = new MemoryDestination(),
    };

    // Options of which another value may stand in the request a transfer goes on with. A new one is content until it is named here and in ContentComparison.
    private static readonly Dictionary<string, RequestOptions> MayDiffer = new()
    {
        [nameof(RequestOptions.SecretHeaders)] = new() { SecretHeaders = ["X-Mine"] },
        [nameof(RequestOptions.UsingCache)] = new() { UsingCache = false },
        [nameof(RequestOptions.UsingProtocol)] = new() { UsingProtocol = HttpProtocol.Http2 },
        [nameof(RequestOptions.UsingProxy)] = new() { UsingProxy = new ProxyServer("p", 1) },
        [nameof(RequestOptions.CaPath)] = new() { CaPath = "/ca" },
        [nameof(RequestOptions.ClientCert)] = new() { ClientCert = new ClientCertificate("/c") },
        [nameof(RequestOptions.CertificatePinning)] = new() { CertificatePinning = [new CertificatePin("x")] },
        [nameof(RequestOptions.DnsOverHttps)] = new() { DnsOverHttps = "https://d/" },
        [nameof(RequestOptions.DnsServers)] = new() { DnsServers = ["1.1.1.1"] },
        [nameof(RequestOptions.Priority)] = new() { Priority = 9 },
        [nameof(RequestOptions.ConnectTimeout)] = new() { ConnectTimeout = TimeSpan.FromSeconds(1) },
        [nameof(RequestOptions.ReadTimeout)] = new() { ReadTimeout = TimeSpan.FromSeconds(1) },
        [nameof(RequestOptions.TotalTimeout)] = new() { TotalTimeout = TimeSpan.FromSeconds(1) },
        [nameof(RequestOptions.MaxRedirects)] = new() { MaxRedirects = 1 },
        [nameof(RequestOptions.MaxLimit)] = new() { MaxLimit = 1 },
        [nameof(RequestOptions.LimitRate)] = new() { LimitRate = 1 },
        [nameof(RequestOptions.Retry)] = new() { Retry = new RetryOptions() },
        [nameof(RequestOptions.ExpectContinue)] = new() { ExpectContinue = true },
        [nameof(RequestOptions.TrustLength)] = new() { TrustLength = true },
    };

    private static readonly Dictionary<string, RequestOptions> MustNotDiffer = new()
    {
        [nameof(RequestOptions.Method)] = new() { Method = "HEAD" },
        [nameof(RequestOptions.Headers)] = new() { Headers = [new HeaderField("Accept", "*/*")] },
        [nameof(RequestOptions.ExtraData)] = new() { ExtraData = new TextData("q=1") },
        [nameof(RequestOptions.MultiFormData)] = new() { MultiFormData = [new FormPart("n", "text/plain")] },
        [nameof(RequestOptions.ExpectDataType)] = new() { ExpectDataType = HttpDataType.ArrayBuffer },
        [nameof(RequestOptions.ResumeFrom)] = new() { ResumeFrom = 1 },
        [nameof(RequestOptions.ResumeTo)] = new() { ResumeTo = 1 },
        [nameof(RequestOptions.Idempotent)] = new() { Idempotent = true },
    };

    public static TheoryData<string> EachOption => [.. typeof(RequestOptions).GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(p => p.Name)];

    [Theory]
    [MemberData(nameof(EachOption))]
    public void EachOption_MayDifferOrMustNot(string name)
    {
        var plain = Download with { Options = new RequestOptions() };
        var differing = MayDiffer.TryGetValue(name, out var options) ? options : MustNotDiffer[name];

        Differences(plain, plain with { Options = differing }).Should().HaveCount(options is null ? 1 : 0);
        RequestComparison.Same(plain, plain with { Options = differing }).Should().Be(name == nameof(RequestOptions.Priority), "the case is one of another value");
    }

    [Theory]
    [InlineData("Authorization")]
    [InlineData("authorization")]
    [InlineData("Proxy-Authorization")]
    [InlineData("Cookie")]
    [InlineData("X-Api-Key")]
    [InlineData("Api_Key")]
    [InlineData("Ocp-Apim-Subscription-Key")]
    [InlineData("Private-Token")]
    [InlineData("X-CSRFToken")]
    [InlineData("X-Amz-Security-Token")]
    [InlineData("X-Amz-Date")]
    [InlineData("X-Session-Id")]
    [InlineData("traceparent")]
    public void Credential_AnotherOneOrAddedOrLeftOut_IsTheSameContent(string name)
    {
        Differences(With((name, "old")), With((name, "new"))).Should().BeEmpty();
        Differences(With(), With((name, "new"))).Should().BeEmpty();
        Differences(With((name, "old")), With()).Should().BeEmpty();
    }

    [Theory]
    [InlineData("Accept")]
    [InlineData("Accept-Encoding")]
    [InlineData("Accept-Language")]
    [InlineData("Range")]
    [InlineData("User-Agent")]
    [InlineData("Content-Type")]
    [InlineData("Idempotency-Key")]
    [InlineData("X-Author")]
    [InlineData("X-Tenant")]
    [InlineData("If-None-Match")]
    public void AnyOtherHeader_IsContent_AndNamedWithoutItsValue(string name)
    {
        Differences(With((name, "old-value")), With((name, "new-value"))).Should().Equal($"the header '{name}'");
        Differences(With(), With((name, "new-value"))).Should().Equal($"the header '{name}'");
        Differences(With((name, "old-value")), With()).Should().Equal($"the header '{name}'");
    }

    [Fact]
    public void Header_NamedAsSecretByEitherRequest_MayDiffer()
    {
        var (known, other) = (With(("X-Tenant", "a")), With(("X-Tenant", "b")));

        Differences(known, Secret(other)).Should().BeEmpty();
        Differences(Secret(known), other).Should().BeEmpty();

        static TransferRequest Secret(TransferRequest request) => request with { Options = request.Options with { SecretHeaders = ["x-tenant"] } };
    }

    [Fact]
    public void Headers_OrderOfDifferentNamesAndCaseOfNamesMeanNothing_OrderOfOneNameDoes()
    {
        Differences(With(("Accept", "a"), ("X-B", "1"), ("accept", "b")), With(("x-b", "1"), ("accept", "a"), ("Accept", "b"))).Should().BeEmpty();
        Differences(With(("Accept", "a"), ("Accept", "b")), With(("Accept", "b"), ("Accept", "a"))).Should().Equal("the header 'Accept'");
        Differences(With(("X-B", "v")), With(("X-B", "V"))).Should().Equal("the header 'X-B'");
    }

    [Fact]
    public void Url_OnlyTheFragmentMayDiffer()
    {
        Differences(Download, Download with { Url = Download.Url + "#part" }).Should().BeEmpty();
        Differences(Download, Download with { Url = "https://a.test/f?v=2" }).Should().Equal("the URL");
        Differences(Download, Download with { Url = "http://a.test/f?v=1" }).Should().Equal("the URL");
    }

    [Fact]
    public void Destination_PlaceAndVerificationMustBeTheSame()
    {
        var file = (FileDestination)Download.Destination;
        Destination[] others =
        [
            file with { Path = "/t/g" }, file with { ExpectedSha256 = new string('0', 64) }, file with { ComputeSha256 = false }, file with { NameFromAnswer = true },
            file with { IfExists = ExistingTarget.Rename }, file with { Durability = Durability.Process }, new MemoryDestination(),
        ];
        others.Should().AllSatisfy(other => Differences(Download, Download with { Destination = other }).Should().Equal("the destination"));
    }

    [Fact]
    public void Upload_BodyAndWayMustBeTheSame_TheLengthOfAChunkMayDiffer()
    {
        var way = Upload.Upload!;
        Differences(Upload, Upload with { Upload = way with { ChunkBytes = 1 } }).Should().BeEmpty();
        Differences(Upload, Upload with { Upload = way with { Metadata = [new UploadMetadata("filename", "f")] } }).Should().BeEmpty();
        UploadOptions?[] others =
        [
            way with { Protocol = UploadProtocol.Plain }, way with { Metadata = [] }, way with { DeferLength = true }, way with { Checksum = false },
            way with { CreationWithUpload = true }, null,
        ];
        others.Should().AllSatisfy(other => Differences(Upload, Upload with { Upload = other }).Should().Equal("the way of the upload"));
        Differences(Upload, Upload with { Options = Upload.Options with { ExtraData = new FileData("/t/other") } }).Should().Equal("extraData");
    }

    [Fact]
    public void Bodies_AreComparedByTheirContent()
    {
        Differences(Bytes(1, 2), Bytes(1, 2)).Should().BeEmpty();
        Differences(Bytes(1, 2), Bytes(1, 3)).Should().Equal("extraData");
        Differences(Form("a"), Form("a")).Should().BeEmpty();
        Differences(Form("a"), Form("b")).Should().Equal("multiFormDataList");

        static TransferRequest Bytes(params byte[] bytes) => Upload with { Options = Upload.Options with { ExtraData = new BytesData(bytes) } };
        static TransferRequest Form(string name) => Upload with { Options = Upload.Options with { MultiFormData = [new FormPart(name, "text/plain") { Data = new TextData("x") }] } };
    }

    [Fact]
    public void EveryDifference_IsNamedAtOnce() =>
        Differences(Download, Upload with { Options = Upload.Options with { Headers = [new HeaderField("X-New", "1")] } }).Should().Equal(
            "the URL", "the destination", "the way of the upload", "method", "extraData", "the header 'Accept'", "the header 'X-New'");

    private static TransferRequest With(params (string Name, string Value)[] headers) =>
        Download with { Options = new RequestOptions { Headers = [.. headers.Select(h => new HeaderField(h.Name, h.Value))] } };

    private static IReadOnlyList<string> Differences(TransferRequest known, TransferRequest other) => ContentComparison.Differences(known, other);
}
