using Ferry.Engine.Errors;
using Ferry.Engine.Requests;

namespace Ferry.Engine.Tests.Requests;

/// <summary>Every option of a request: what is refused, with which code, and that the message names option, value and remedy.</summary>
public sealed class OptionRulesTests
{
    private const string Hash = "MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI=";
    private static readonly FormPart Part = new("a", "text/plain") { Data = new TextData("x") };

    [Fact]
    public void Method_NotOfTheList_Named() => Refused(new RequestOptions { Method = "FETCH" }).Message.Should().ContainAll("'FETCH'", "use one of", "PATCH");

    [Fact]
    public void ExpectDataType_OutOfRange_Named() =>
        Refused(new RequestOptions { ExpectDataType = (HttpDataType)3 }).Message.Should().ContainAll("expectDataType is 3", "0 (string), 1 (object) or 2 (bytes)");

    [Theory]
    [InlineData("OPTIONS")]
    [InlineData("GET")]
    [InlineData("HEAD")]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("TRACE")]
    [InlineData("CONNECT")]
    [InlineData("PATCH")]
    public void Method_OfTheList_Accepted(string method) => Accepted(new RequestOptions { Method = method });

    [Fact]
    public void Http3_OnAnHttpUrl_Refused()
    {
        var options = new RequestOptions { UsingProtocol = HttpProtocol.Http3 };
        Refused(options, "http://h/f", ErrorCode.UnsupportedProtocol).Message.Should().ContainAll("usingProtocol", "HTTP/3", "https");
        Accepted(options);
        Accepted(options with { UsingProtocol = HttpProtocol.Http2 }, "http://h/f");
    }

    [Fact]
    public void Protocol_OutOfRange_Named() =>
        Refused(new RequestOptions { UsingProtocol = (HttpProtocol)7 }).Message.Should().ContainAll("usingProtocol is 7", "0 (HTTP/1.1)");

    [Theory]
    [InlineData("", 80, "usingProxy.host")]
    [InlineData(null, 80, "usingProxy.host")]
    [InlineData("http://proxy", 80, "usingProxy.host is 'http://proxy'")]
    [InlineData("proxy:8080", 80, "usingProxy.host is 'proxy:8080'")]
    [InlineData("user@proxy", 80, "usingProxy.host")]
    [InlineData("a b", 80, "usingProxy.host")]
    [InlineData("proxy", 0, "usingProxy.port is 0; it must be from 1 to 65535")]
    [InlineData("proxy", 65536, "usingProxy.port is 65536")]
    [InlineData("proxy", -1, "usingProxy.port is -1")]
    public void Proxy_HostOrPort_Named(string? host, int port, string said) =>
        Refused(new RequestOptions { UsingProxy = new ProxyServer(host!, port) }).Message.Should().Contain(said);

    [Theory]
    [InlineData("proxy.example")]
    [InlineData("10.1.2.3")]
    [InlineData("::1")]
    [InlineData("[::1]")]
    public void Proxy_NameOrAddress_Accepted(string host) => Accepted(new RequestOptions { UsingProxy = new ProxyServer(host, 3128) });

    [Fact]
    public void Proxy_CredentialsAndExclusions_Named()
    {
        var proxy = new ProxyServer("p", 1) { UserName = "u", Password = "secret" };
        Accepted(new RequestOptions { UsingProxy = proxy });
        Proxy(proxy with { UserName = null }).Should().Contain("usingProxy.password").And.NotContain("secret");
        Proxy(proxy with { UserName = "u:v" }).Should().Contain("colon");
        Proxy(proxy with { Password = "a\nb" }).Should().Contain("control characters");
        Proxy(proxy with { Kind = ProxyKind.Socks5, Password = new string('x', 256) }).Should().Contain("255 bytes");
        Proxy(proxy with { Kind = (ProxyKind)9 }).Should().Contain("usingProxy.kind is 9");
        Proxy(proxy with { Exclusions = null! }).Should().Contain("exclusionList");
        Proxy(proxy with { Exclusions = [""] }).Should().Contain("exclusionList");

        static string Proxy(ProxyServer server) => Refused(new RequestOptions { UsingProxy = server }).Message;
    }

    [Fact]
    public void CaPathAndClientCert_WithoutAFile_Named()
    {
        Refused(new RequestOptions { CaPath = "" }).Message.Should().Contain("caPath");
        Cert(new ClientCertificate("")).Should().Contain("certPath");
        Cert(new ClientCertificate(null!)).Should().Contain("certPath");
        Cert(new ClientCertificate("c.pem") { KeyPath = null! }).Should().Contain("keyPath");
        Cert(new ClientCertificate("c.der") { CertType = CertificateType.Der }).Should().Contain("DER certificate holds no key");
        Cert(new ClientCertificate("c") { CertType = (CertificateType)5 }).Should().Contain("certType is 5").And.Contain("PEM, DER or P12");
        Accepted(new RequestOptions { ClientCert = new ClientCertificate("c.pem") });
        Accepted(new RequestOptions { ClientCert = new ClientCertificate("c.der") { CertType = CertificateType.Der, KeyPath = "k.der" } });

        static string Cert(ClientCertificate certificate) => Refused(new RequestOptions { ClientCert = certificate }).Message;
    }

    [Theory]
    [InlineData("SHA-1", Hash, "hashAlgorithm is 'SHA-1'; it must be SHA-256")]
    [InlineData(null, Hash, "hashAlgorithm")]
    [InlineData("SHA-256", "", "publicKeyHash")]
    [InlineData("SHA-256", null, "publicKeyHash")]
    [InlineData("SHA-256", "Pin1", "publicKeyHash is 'Pin1'; it must be the base64")]
    [InlineData("SHA-256", "sha256//" + Hash, "publicKeyHash")]
    [InlineData("SHA-256", "MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz", "publicKeyHash")]
    [InlineData("SHA-256", "!TIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI=", "publicKeyHash")]
    public void Pin_NotASha256_Named(string? algorithm, string? hash, string said)
    {
        var options = new RequestOptions { CertificatePinning = [new CertificatePin(Hash), new CertificatePin(hash!) { HashAlgorithm = algorithm! }] };
        Refused(options).Message.Should().Contain("certificatePinning[1]").And.Contain(said);
    }

    [Fact]
    public void Pin_Base64Of32Bytes_Accepted() => Accepted(new RequestOptions { CertificatePinning = [new CertificatePin(Hash)] });

    [Theory]
    [InlineData("http://dns.example/dns-query")]
    [InlineData("dns.example")]
    [InlineData("https://user@dns.example/")]
    [InlineData("")]
    public void DnsOverHttps_NoHttpsUrl_Named(string server) =>
        Refused(new RequestOptions { DnsOverHttps = server }).Message.Should().ContainAll("dnsOverHttps", "https URL");

    [Fact]
    public void DnsServers_InvalidOnesSkipped_FirstThreeValidUsed_WithWarnings()
    {
        string[] servers = ["1", "8.8.8.8", "dns.example", "::1", "0.0.0.0", null!, "10.0.0.1:5353", "9.9.9.9"];
        var result = Validate(new RequestOptions { DnsServers = servers, DnsOverHttps = "https://dns.example/dns-query" });
        result.Problems.Should().BeEmpty();
        result.Request!.Options.DnsServers.Should().Equal("8.8.8.8", "::1", "10.0.0.1:5353");
        result.Warnings.Should().HaveCount(5).And.Contain(w => w.Contains("'dns.example'")).And.Contain(w => w.Contains("the first 3"));
    }

    [Theory]
    [InlineData(0L, null)]
    [InlineData(-5L, null)]
    [InlineData(4294967297L, null)]
    [InlineData(1L, 1L)]
    [InlineData(4294967296L, 4294967296L)]
    public void Resume_OutsideTheRange_DoesNotTakeEffect_AndIsAWarning(long value, long? effective)
    {
        var result = Validate(new RequestOptions { ResumeFrom = value });
        result.Request!.Options.ResumeFrom.Should().Be(effective);
        var to = Validate(new RequestOptions { ResumeTo = value });
        to.Request!.Options.ResumeTo.Should().Be(effective);
        result.Warnings.Should().HaveCount(effective is null ? 1 : 0);
        if (effective is null)
        {
            result.Warnings[0].Should().ContainAll("resumeFrom", $"{value}", "1 to 4294967296");
            to.Warnings.Should().ContainSingle().Which.Should().ContainAll("resumeTo", $"{value}");
        }
    }

    [Fact]
    public void Resume_UpperBound_IsASettingOf64Bits()
    {
        var policy = new EnginePolicy { MaxResume = long.MaxValue - 1 };
        var result = Validate(new RequestOptions { ResumeFrom = 1L << 40, ResumeTo = long.MaxValue - 1 }, policy: policy);
        result.Warnings.Should().BeEmpty();
        result.Request!.Options.ResumeTo.Should().Be(long.MaxValue - 1);
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("HEAD")]
    public void Resume_AnotherMethodThanGet_Refused(string method)
    {
        Refused(new RequestOptions { Method = method, ResumeFrom = 5 }).Message.Should().ContainAll("resumeFrom 5", "GET", method);
        Refused(new RequestOptions { Method = method, ResumeTo = 5 }).Message.Should().ContainAll("resumeTo 5", "GET", method);
    }

    [Fact]
    public void Resume_ToBeforeFrom_Refused()
    {
        Refused(new RequestOptions { ResumeFrom = 10, ResumeTo = 9 }).Message.Should().ContainAll("resumeTo is 9", "10");
        Accepted(new RequestOptions { ResumeFrom = 10, ResumeTo = 10 });
    }

    [Fact]
    public void Resume_InADownloadToAFile_Refused()
    {
        var file = new TransferRequest { Url = "https://h/f", Destination = new FileDestination("/t"), Options = new RequestOptions { ResumeFrom = 1 } };
        RequestValidation.Validate(file, Id).Problems.Should().ContainSingle().Which.Message.Should().Contain("download to a file");
    }

    [Fact]
    public void ExtraData_WhatCannotBeSent_Named()
    {
        Data(new TextData(null!)).Should().Contain("extraData is empty");
        Data(new BytesData(null!)).Should().Contain("extraData is empty");
        Data(new JsonData("{")).Should().Contain("not JSON");
        Data(new FileData("")).Should().Contain("name a file");
        Data(new FileData("a\0")).Should().Contain("name a file");
        Data(new StreamData(null!)).Should().Contain("extraData is empty");
        Data(new StreamData(Stream.Null, -1)).Should().Contain("-1 bytes");

        static string Data(RequestData data) => Refused(new RequestOptions { Method = "POST", ExtraData = data }).Message;
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("DELETE")]
    [InlineData("CONNECT")]
    public void ExtraData_FileOrStreamWithoutABody_Refused_BytesOnlyWarned(string method)
    {
        Refused(new RequestOptions { Method = method, ExtraData = new FileData("/f") }).Message.Should().ContainAll("file", method, "POST, PUT or PATCH");
        Refused(new RequestOptions { Method = method, ExtraData = new StreamData(Stream.Null) }).Message.Should().ContainAll("stream", method);
        var bytes = Validate(new RequestOptions { Method = method, ExtraData = new BytesData([1]) });
        bytes.Request!.Url.AbsoluteUri.Should().Be("https://h/f");
        bytes.Warnings.Should().ContainSingle().Which.Should().ContainAll("extraData", method, "does not take effect");
    }

    [Theory]
    [InlineData("[1]")]
    [InlineData("\"a\"")]
    [InlineData("{\"a\":\"\\ud800\"}")]
    public void ExtraData_JsonThatIsNoObject_NotAppended(string json) =>
        Refused(new RequestOptions { ExtraData = new JsonData(json) }).Message.Should().ContainAll("extraData", "GET");

    [Fact]
    public void ExtraData_LineBreakInTheQuery_IsABadUrl() =>
        Refused(new RequestOptions { ExtraData = new TextData("a=1\r\nX: y") }, code: ErrorCode.BadUrl).Message.Should().Contain("extraData");

    [Fact]
    public void Form_WhatAPartLacks_Named()
    {
        Form(Part with { Name = "" }).Should().ContainAll("multiFormDataList[1].name");
        Form(Part with { Name = null! }).Should().ContainAll("multiFormDataList[1].name");
        Form(Part with { ContentType = "" }).Should().ContainAll("multiFormDataList[1].contentType");
        Form(Part with { ContentType = "text/plain\r\nX: y" }).Should().ContainAll("multiFormDataList[1].contentType");
        Form(Part with { Data = null }).Should().ContainAll("neither data nor filePath");
        Form(Part with { Data = null, FilePath = "" }).Should().ContainAll("neither data nor filePath");
        Form(Part with { Data = new StreamData(Stream.Null) }).Should().ContainAll("multiFormDataList[1].data", "a file");
        Form(Part with { Data = new JsonData("x") }).Should().ContainAll("multiFormDataList[1].data is not JSON");
        Form(Part with { RemoteFileName = "a\0" }).Should().ContainAll("remoteFileName");
        Form(null!).Should().ContainAll("multiFormDataList[1] is missing");
        Accepted(new RequestOptions { Method = "POST", MultiFormData = [Part with { FilePath = "" }, Part with { Data = null, FilePath = "/f" }] });

        static string Form(FormPart part) => Refused(new RequestOptions { Method = "POST", MultiFormData = [Part, part] }).Message;
    }

    [Fact]
    public void Form_WithWhatCannotGoWithIt_Refused()
    {
        var form = new RequestOptions { Method = "POST", MultiFormData = [Part] };
        Refused(form with { Method = "GET" }).Message.Should().ContainAll("multiFormDataList", "GET", "POST, PUT or PATCH");
        Refused(form with { ExtraData = new TextData("x") }).Message.Should().ContainAll("extraData", "multiFormDataList");
        Refused(form with { Headers = [new("Content-Type", "application/json")] }).Message.Should().ContainAll("multipart/form-data", "application/json");
        Refused(form with { Headers = [new("Content-Type", "multipart/form-data; boundary=\"a b \"")] }).Message.Should().Contain("boundary");
        Refused(form with { Headers = [new("A", "1"), new("content-type", "multipart/form-data"), new("Content-Type", "x/y")] })
            .Message.Should().Contain("2 times");
        Accepted(form with { Headers = [new("content-type", "Multipart/Form-Data")] });
    }

    [Fact]
    public void SecretHeaders_NotANameOfAHeader_Named() =>
        Refused(new RequestOptions { SecretHeaders = ["X Token"] }).Message.Should().Contain("'X Token'");

    [Fact]
    public void Enumerations_OfAFileDestination_Named()
    {
        Destination(new FileDestination("/t") { IfExists = (ExistingTarget)8 }).Should().Contain("ifExists is 8");
        Destination(new FileDestination("/t") { Durability = (Durability)8 }).Should().Contain("durability is 8");

        static string Destination(FileDestination file) => RequestValidation.Validate(new TransferRequest { Url = "https://h/f", Destination = file }, Id)
            .Problems.Should().ContainSingle().Subject.Message;
    }

    [Fact]
    public void NullsThatJsonCanHold_AreProblems_NotExceptions()
    {
        var options = new RequestOptions
        {
            Method = null!,
            Headers = null!,
            SecretHeaders = null!,
            MultiFormData = null!,
            UsingProxy = null!,
            CertificatePinning = null!,
            DnsServers = null!,
        };
        var result = Validate(options);
        result.Request.Should().BeNull();
        result.Problems.Should().HaveCount(7).And.OnlyContain(p => p.Code == ErrorCode.ParameterError);
        result.Problems.Select(p => p.Message).Should().Contain(m => m.Contains("multiFormDataList")).And.Contain(m => m.Contains("usingProxy"))
            .And.Contain(m => m.Contains("certificatePinning")).And.Contain(m => m.Contains("dnsServers"));
        Refused(new RequestOptions { CertificatePinning = [null!] }).Message.Should().Contain("certificatePinning[0] is missing");
    }

    [Fact]
    public void EveryProblem_OfEveryGroup_AtOnce()
    {
        var options = new RequestOptions
        {
            Method = "POST",
            Priority = 0,
            ResumeFrom = 3,
            ExtraData = new JsonData("{"),
            UsingProxy = new ProxyServer("", 0),
            CertificatePinning = [new CertificatePin("x")],
            DnsOverHttps = "ftp://x",
            Headers = [new("X", "a\nb")],
            MaxLimit = 0,
        };
        Validate(options, "nonsense").Problems.Should().HaveCount(10);
    }

    private static TransferError Refused(RequestOptions options, string url = "https://h/f", ErrorCode code = ErrorCode.ParameterError)
    {
        var result = Validate(options, url);
        result.Request.Should().BeNull();
        var problem = result.Problems.Should().ContainSingle().Subject;
        problem.Code.Should().Be(code);
        problem.Side.Should().Be(ErrorSide.Caller);
        return problem;
    }

    private static void Accepted(RequestOptions options, string url = "https://h/f")
    {
        var result = Validate(options, url);
        result.Problems.Should().BeEmpty();
        result.Warnings.Should().BeEmpty();
    }

    private static ValidationResult Validate(RequestOptions options, string url = "https://h/f", EnginePolicy? policy = null) =>
        RequestValidation.Validate(new TransferRequest { Url = url, Destination = new MemoryDestination(), Options = options }, Id, policy);

    private static TransferId Id() => TransferId.Parse("made");
}
