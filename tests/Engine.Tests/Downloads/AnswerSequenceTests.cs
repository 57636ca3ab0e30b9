using Ferry.Engine.Errors;
using Ferry.Engine.Requests;
using Ferry.Engine.Tests.Http;
using Ferry.Engine.Transfers;

namespace Ferry.Engine.Tests.Downloads;

/// <summary>What a download makes of answers that follow one another, each of them written out.</summary>
public sealed class AnswerSequenceTests : IAsyncLifetime
{
    private const string Cut = "HTTP/1.1 200 OK\r\nETag: \"a\"\r\nContent-Length: 10\r\nConnection: close\r\n\r\n01234";
    private readonly DownloadFixture _f = new();

    public Task InitializeAsync() => _f.InitializeAsync();

    public Task DisposeAsync() => _f.DisposeAsync();

    [Fact]
    public async Task Shorter206_TheRequestForTheRestCarriesTheValidatorToo()
    {
        using var server = new ScriptedServer((n, _) => n switch
        {
            1 => Cut,
            2 => Part("5-6/10", "56"),
            _ => Part("7-9/10", "789"),
        });
        var run = await _f.RunAsync(Request(server));
        run.State.Outcome.Should().Be(new CompletedOutcome(10, null, _f.Target));
        (await File.ReadAllTextAsync(_f.Target)).Should().Be("0123456789");
        server.Requests.Should().HaveCount(3);
        server.Requests[1].Should().Contain("Range: bytes=5-").And.Contain("If-Range: \"a\"");
        server.Requests[2].Should().Contain("Range: bytes=7-").And.Contain("If-Range: \"a\"");
    }

    [Fact]
    public async Task Shorter206Repeatedly_TheTotalTimeoutIsOfTheWholeAttempt()
    {
        using var server = new ScriptedServer((n, request) =>
        {
            if (n == 1)
                return Cut;
            _f.Time.Advance(TimeSpan.FromSeconds(40));
            var from = int.Parse(request.Split("bytes=")[1].Split('-')[0], System.Globalization.CultureInfo.InvariantCulture);
            return Part($"{from}-{from}/10", $"{from}");
        });
        var options = new RequestOptions { TotalTimeout = TimeSpan.FromSeconds(90), ReadTimeout = TimeSpan.Zero };
        var run = await _f.RunAsync(Request(server, options));
        run.Results[1].Should().BeOfType<AttemptBroke>().Which.Error.Code.Should().Be(ErrorCode.TimedOut);
        (await File.ReadAllTextAsync(_f.Target)).Should().Be("0123456789");
    }

    [Fact]
    public async Task Shorter206_ThenAnotherVersion_IsNotSpliced()
    {
        using var server = new ScriptedServer((n, _) => n switch
        {
            1 => Cut,
            2 => Part("5-6/10", "56"),
            3 => Part("7-9/10", "xyz", "b"),
            _ => "HTTP/1.1 200 OK\r\nETag: \"b\"\r\nContent-Length: 10\r\n\r\nqrstuvwxyz",
        });
        await _f.RunAsync(Request(server));
        (await File.ReadAllTextAsync(_f.Target)).Should().Be("qrstuvwxyz");
    }

    [Fact]
    public async Task Chunked206_EndsProperlyBeforeTheEndOfItsRange_IsIncomplete()
    {
        using var server = new ScriptedServer((n, _) => n switch
        {
            1 => Cut,
            2 => "HTTP/1.1 206 Partial Content\r\nETag: \"a\"\r\nContent-Range: bytes 5-9/10\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n56\r\n0\r\n\r\n",
            _ => Part("7-9/10", "789"),
        });
        var run = await _f.RunAsync(Request(server));
        run.Results[1].Should().BeOfType<AttemptBroke>().Which.Error.Code.Should().Be(ErrorCode.PartialFile);
        (await File.ReadAllTextAsync(_f.Target)).Should().Be("0123456789");
    }

    [Fact]
    public async Task FirstRequestOfAFile_AsksForIdentity()
    {
        using var server = new ScriptedServer((_, _) => "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx");
        await _f.RunAsync(Request(server));
        server.Requests.Should().ContainSingle().Which.Should().Contain("Accept-Encoding: identity");
    }

    private static string Part(string range, string body, string tag = "a") =>
        $"HTTP/1.1 206 Partial Content\r\nETag: \"{tag}\"\r\nContent-Range: bytes {range}\r\nContent-Length: {body.Length}\r\n\r\n{body}";

    private ValidatedRequest Request(ScriptedServer server, RequestOptions? options = null) => RequestValidation.Validate(
        new TransferRequest { Id = "t", Url = server.Url("/f"), Destination = new FileDestination(_f.Target), Options = options ?? new RequestOptions() },
        () => throw new InvalidOperationException()).Request!;
}
