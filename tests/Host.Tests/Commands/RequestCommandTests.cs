using Ferry.Engine.Requests;
using Ferry.Host.Commands;

namespace Ferry.Host.Tests.Commands;

public sealed class RequestCommandTests
{
    [Fact]
    public async Task Request_UrlAlone_IsAGetWithTheDefaults()
    {
        var run = await CommandLineRun.OfAsync("request", "http://a/x");

        run.ExitCode.Should().Be(0, run.Error);
        run.Request!.Request.Should().BeEquivalentTo(new TransferRequest { Url = "http://a/x", Destination = new MemoryDestination() });
        run.Request.Should().Match<RequestArguments>(r => !r.Stream && !r.Json && !r.Include && r.CacheDirectory == null);
    }

    [Fact]
    public async Task Request_AllOptions_AreRead()
    {
        var pin = Convert.ToBase64String(new byte[32]);
        var run = await CommandLineRun.OfAsync(
            "request", "https://a/x", "-X", "PATCH", "-H", "A: b", "-d", "text", "--expect", "bytes", "--resume-from", "5", "--resume-to", "9",
            "--max-filesize", "1M", "--priority", "9", "--connect-timeout", "700ms", "--read-timeout", "5", "--total-timeout", "1m",
            "--max-redirs", "3", "--retries", "2", "--secret-header", "X-Token", "--secret-header", "X-Key", "--http2",
            "-x", "socks5://u%40x:p@proxy:99", "--proxy-exclude", "*.local", "--cacert", "ca.pem", "--cert", "c.p12", "--key", "k.pem",
            "--pass", "word", "--cert-type", "P12", "--pinnedpubkey", $"sha256//{pin};sha256//{pin}", "--doh-url", "https://dns/q",
            "--dns-servers", "1.1.1.1, 8.8.8.8", "--no-cache", "--cache-dir", "c", "--stream", "-i", "--json");

        run.ExitCode.Should().Be(0, run.Error);
        run.Request!.Should().Match<RequestArguments>(r => r.Stream && r.Json && r.Include && r.CacheDirectory == "c");
        run.Request!.Request.Destination.Should().BeOfType<ChunkDestination>();
        run.Request.Request.Options.Should().BeEquivalentTo(new RequestOptions
        {
            Method = "PATCH",
            Headers = [new HeaderField("A", "b")],
            ExtraData = new TextData("text"),
            ExpectDataType = HttpDataType.ArrayBuffer,
            ResumeFrom = 5,
            ResumeTo = 9,
            MaxLimit = 1024 * 1024,
            Priority = 9,
            ConnectTimeout = TimeSpan.FromMilliseconds(700),
            ReadTimeout = TimeSpan.FromSeconds(5),
            TotalTimeout = TimeSpan.FromMinutes(1),
            MaxRedirects = 3,
            Retry = new RetryOptions { MaxRetries = 2 },
            SecretHeaders = ["X-Token", "X-Key"],
            UsingProtocol = HttpProtocol.Http2,
            UsingProxy = new ProxyServer("proxy", 99) { Kind = ProxyKind.Socks5, Exclusions = ["*.local"], UserName = "u@x", Password = "p" },
            CaPath = "ca.pem",
            ClientCert = new ClientCertificate("c.p12") { KeyPath = "k.pem", KeyPassword = "word", CertType = CertificateType.P12 },
            CertificatePinning = [new CertificatePin(pin), new CertificatePin(pin)],
            DnsOverHttps = "https://dns/q",
            DnsServers = ["1.1.1.1", "8.8.8.8"],
            UsingCache = false,
        }, o => o.RespectingRuntimeTypes());
    }

    [Theory]
    [InlineData("-d", "x", "POST")]
    [InlineData("-F", "a=b", "POST")]
    [InlineData("-T", "file", "PUT")]
    public async Task Request_ABody_ChoosesTheMethod(string option, string value, string method)
    {
        var run = await CommandLineRun.OfAsync("request", "http://a/x", option, value);
        run.Request!.Request.Options.Method.Should().Be(method);
    }

    [Fact]
    public async Task Request_DataWithAt_IsAFile()
    {
        var run = await CommandLineRun.OfAsync("request", "http://a/x", "-d", "@body.json");
        run.Request!.Request.Options.ExtraData.Should().Be(new FileData("body.json"));
    }

    [Fact]
    public async Task Request_FormFields_AsCurlWritesThem()
    {
        var run = await CommandLineRun.OfAsync(
            "request", "http://a/x", "-F", "a=text; and more", "-F", "b=@cat.jpg;type=image/jpeg", "-F", "c=<note.txt", "-F", "d=@x;filename=\"y.bin\"");

        run.Request!.Request.Options.MultiFormData.Should().Equal(
            new FormPart("a", "text/plain") { Data = new TextData("text; and more") },
            new FormPart("b", "image/jpeg") { FilePath = "cat.jpg" },
            new FormPart("c", "text/plain") { Data = new FileData("note.txt") },
            new FormPart("d", "application/octet-stream") { FilePath = "x", RemoteFileName = "y.bin" });
    }

    [Theory]
    [InlineData("100-199", 100L, 199L)]
    [InlineData("100-", 100L, null)]
    [InlineData("-199", null, 199L)]
    [InlineData("0-5", null, 5L)]
    public async Task Request_Range_IsBothEnds(string text, long? from, long? to)
    {
        var run = await CommandLineRun.OfAsync("request", "http://a/x", "-r", text);
        (run.Request!.Request.Options.ResumeFrom, run.Request.Request.Options.ResumeTo).Should().Be((from, to));
    }

    [Theory]
    [InlineData("--data, --form and --upload-file", "-d", "x", "-T", "y")]
    [InlineData("exclude each other", "--http2", "--http3")]
    [InlineData("--range is '5'", "-r", "5")]
    [InlineData("--range is '-'", "-r", "-")]
    [InlineData("use one or the others", "-r", "1-2", "--resume-to", "3")]
    [InlineData("--resume-from is 'x'", "--resume-from", "x")]
    [InlineData("--read-timeout is '5 years'", "--read-timeout", "5 years")]
    [InlineData("has no name and equals sign", "-F", "nothing")]
    [InlineData("must be string or object or bytes", "--expect", "xml")]
    [InlineData("write it as sha256//BASE64", "--pinnedpubkey", "md5//x")]
    [InlineData("'ftp' is not supported", "-x", "ftp://u:secret@p")]
    public async Task Request_WrongUsage_IsNamed(string complaint, params string[] options)
    {
        var run = await CommandLineRun.OfAsync(["request", "http://a/x", .. options]);

        run.ExitCode.Should().Be(2);
        run.Error.Should().Contain(complaint).And.NotContain("secret").And.Contain("Try: ferry request --help");
        run.Request.Should().BeNull();
    }
}
