using Ferry.Engine.Errors;
using Ferry.Engine.Requests;
using Ferry.Host.Commands;

namespace Ferry.Host.Tests.Commands;

public sealed class FlagNamesTests
{
    [Theory]
    [InlineData("maxLimit is 0; it must be from 1 to 5.", "--max-filesize is 0; it must be from 1 to 5.")]
    [InlineData("The answer is larger than maxLimit, 5 bytes: raise it (up to 9), or receive to a file or in chunks.",
        "The answer is larger than --max-filesize, 5 bytes: raise it (up to 9), or use --stream, or 'ferry get' for a file.")]
    [InlineData("resumeTo is 4; it must be 9, which is resumeFrom, or more.", "--resume-to is 4; it must be 9, which is --resume-from, or more.")]
    [InlineData("certificatePinning[1].publicKeyHash is 'x'; it must be base64.", "--pinnedpubkey is 'x'; it must be base64.")]
    [InlineData("retry.maxDelay is 25.00:00:00.", "retry.maxDelay is 25.00:00:00.")]
    [InlineData("'/data/maxLimit' exists; maxLimits and a file named maxlimit stay.", "'/data/maxLimit' exists; maxLimits and a file named maxlimit stay.")]
    public void In_NamesFlags_AndLeavesTheRest(string sentence, string shown) => FlagNames.In(sentence).Should().Be(shown);

    [Fact]
    public void Complaint_OfEachOptionOutOfRange_NamesItsFlag()
    {
        var late = TimeSpan.FromDays(25);
        var request = new TransferRequest
        {
            Url = "http://example.com/",
            Destination = new MemoryDestination(),
            Options = new RequestOptions
            {
                MaxRedirects = -1,
                LimitRate = -1,
                MaxLimit = 0,
                ConnectTimeout = late,
                ReadTimeout = late,
                TotalTimeout = late,
                Retry = new RetryOptions { MaxRetries = -1 },
                UsingProtocol = HttpProtocol.Http3,
                UsingProxy = new ProxyServer("", 0) { UserName = "a:b" },
                CaPath = "",
                ClientCert = new ClientCertificate(""),
                CertificatePinning = [new CertificatePin("x")],
                DnsOverHttps = "x",
            },
        };

        var told = RequestValidation.Validate(request, () => TransferId.Parse("x")).Problems.Select(p => Complaint.Of(p).Message).ToArray();

        told.Should().HaveCountGreaterThan(12).And.AllSatisfy(sentence => sentence.Should().NotMatchRegex("^[^']*[a-z][A-Z]", "it has no name of the API"));
    }
}
