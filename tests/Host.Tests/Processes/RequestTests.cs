using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Ferry.Testing.Processes;
using Ferry.Testing.Proxies;
using Ferry.Testing.Server;

namespace Ferry.Host.Tests.Processes;

/// <summary><c>ferry request</c>: what it sends, what it prints, how it ends.</summary>
public sealed class RequestTests : ProcessTest
{
    private const string JsonAnswer = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2; Path=/\r\n"
        + "Content-Length: 14\r\nConnection: close\r\n\r\n{\"n\":[1,\"e\"]}\n";

    [Fact]
    public async Task Plain_Body_IsPrintedByteForByte()
    {
        var end = await RequestAsync("/echo");

        end.Should().Match<FerryEnd>(e => e.ExitCode == 0 && e.Error == "");
        end.Output.Should().StartWith("GET /echo\n").And.Contain("host: 127.0.0.1");
    }

    [Fact]
    public async Task Include_StatusLineAndHeader_ComeFirst()
    {
        var end = await RequestAsync("/good/f?size=0", "-i");

        end.Output.Should().StartWith("HTTP/1.1 200 OK\n").And.Contain("\ncontent-length: 0\n");
    }

    [Fact]
    public async Task Json_Object_HasTheMembersThatArePromised()
    {
        using var origin = new HttpProxyServer { Answer = JsonAnswer };

        var end = await RunAsync("request", $"http://127.0.0.1:{origin.Port}/", "--expect", "object", "--json");

        end.ExitCode.Should().Be(0, $"{end}");
        end.Output.Count(c => c == '\n').Should().Be(1);
        end.Last.EnumerateObject().Select(m => m.Name).Should().Equal(
            "code", "httpVersion", "header", "cookies", "resultType", "result", "timing", "fromCache", "warnings");
        end.Last.GetProperty("code").GetInt32().Should().Be(200);
        end.Last.GetProperty("httpVersion").GetString().Should().Be("1.1");
        end.Last.GetProperty("header").GetProperty("content-type").GetString().Should().Be("application/json");
        end.Last.GetProperty("header").GetProperty("status-line").GetString().Should().Be("HTTP/1.1 200 OK");
        end.Last.GetProperty("cookies").EnumerateArray().Select(c => c.GetString()).Should().Equal("a=1", "b=2; Path=/");
        end.Last.GetProperty("resultType").GetString().Should().Be("object");
        end.Last.GetProperty("result").GetProperty("n")[0].GetInt32().Should().Be(1);
        end.Last.GetProperty("timing").EnumerateObject().Select(m => m.Name).Should().Equal(
            "dns", "tcp", "tls", "firstSend", "firstReceive", "totalFinish", "redirect", "responseHeader", "responseBody", "total");
        end.Last.GetProperty("fromCache").GetBoolean().Should().BeFalse();
        end.Last.GetProperty("warnings").GetArrayLength().Should().Be(0);
    }

    [Fact]
    public async Task Json_Bytes_AreBase64()
    {
        var end = await RequestAsync("/good/f?size=1000", "--expect", "bytes", "--json");

        end.Last.GetProperty("resultType").GetString().Should().Be("bytes");
        end.Last.GetProperty("result").GetBytesFromBase64().Should().Equal(Content.Bytes(1, 1000));
    }

    [Fact]
    public async Task NotFound_IsAnAnswer_ExitCode0()
    {
        var end = await RequestAsync("/error-page/x", "--json");

        end.ExitCode.Should().Be(0, $"{end}");
        end.Last.GetProperty("code").GetInt32().Should().Be(404);
        end.Last.GetProperty("resultType").GetString().Should().Be("string");
    }

    [Fact]
    public async Task Refused_Json_IsAnErrorObject_ExitCode1()
    {
        var end = await RunAsync("request", "http://127.0.0.1:1/", "--json");

        end.ExitCode.Should().Be(1, $"{end}");
        var error = Error(end);
        error.EnumerateObject().Select(m => m.Name).Should().Equal("code", "kind", "message", "retryCanHelp", "bytesKept");
        error.GetProperty("code").GetInt32().Should().Be(2300007);
        error.GetProperty("kind").GetString().Should().Be("connecting/network");
        end.Error.Should().Be("ferry: 127.0.0.1 refused the connection. [2300007]\n");
    }

    [Theory]
    [InlineData("--priority", "5000", 401)]
    [InlineData("-X", "BREW", 401)]
    public async Task WrongValue_ExitCode2(string option, string value, int code)
    {
        var end = await RequestAsync("/echo", option, value, "--json");

        end.ExitCode.Should().Be(2, $"{end}");
        Error(end).GetProperty("code").GetInt32().Should().Be(code);
        Server.Requests.Count.Should().Be(0);
    }

    [Fact]
    public async Task Data_IsPosted()
    {
        var end = await RequestAsync("/echo", "-d", "{\"a\":1}", "-H", "X-One: 1");

        end.Output.Should().StartWith("POST /echo\n").And.Contain("content-type: application/json\n").And.Contain("x-one: 1\n").And.EndWith("\n\n{\"a\":1}\n");
    }

    [Fact]
    public async Task Data_MissingFile_Is2300026()
    {
        var end = await RequestAsync("/echo", "-d", "@missing", "--json");

        end.ExitCode.Should().Be(1, $"{end}");
        Error(end).GetProperty("code").GetInt32().Should().Be(2300026);
    }

    [Fact]
    public async Task Form_TextAndFiles_AreParts()
    {
        await File.WriteAllTextAsync(Path.Combine(Place, "a.txt"), "content of a");

        await RequestAsync("/echo", "-F", "t=text", "-F", "f=@a.txt;type=text/x-a", "-F", "c=<a.txt");

        var body = Encoding.UTF8.GetString(Server.Requests.Last.Body);
        Server.Requests.Last.Method.Should().Be("POST");
        Server.Requests.Last.Field("Content-Type").Should().StartWith("multipart/form-data; boundary=");
        body.Should().Contain("form-data; name=\"t\"\r\nContent-Type: text/plain\r\n\r\ntext\r\n");
        body.Should().Contain("form-data; name=\"f\"; filename=\"a.txt\"\r\nContent-Type: text/x-a\r\n\r\ncontent of a\r\n");
        body.Should().Contain("form-data; name=\"c\"\r\nContent-Type: text/plain\r\n\r\ncontent of a\r\n");
    }

    [Fact]
    public async Task UploadFile_IsPut()
    {
        var bytes = Content.Bytes(1, 300_000);
        await File.WriteAllBytesAsync(Path.Combine(Place, "up"), bytes);

        var end = await RequestAsync("/sink", "-T", "up");

        Server.Requests.Last.Method.Should().Be("PUT");
        end.Output.TrimEnd('\n').Should().Be($"300000 {Content.Sha256(1, 300_000)}");
    }

    [Fact]
    public async Task Range_IsAsked()
    {
        var end = await RequestAsync("/good/f?size=1000", "-r", "100-199", "--expect", "bytes", "--json");

        Server.Requests.Last.Field("Range").Should().Be("bytes=100-199");
        end.Last.GetProperty("code").GetInt32().Should().Be(206);
        end.Last.GetProperty("result").GetBytesFromBase64().Should().Equal(Content.Bytes(1, 1000)[100..200]);
    }

    [Fact]
    public async Task Range_ServerIgnoresIt_TheAnswerIsCutAndSaysSo()
    {
        var end = await RequestAsync("/ignores-range/f?size=1000", "--resume-from", "100", "--resume-to", "199", "--expect", "bytes", "--json");

        end.Last.GetProperty("result").GetBytesFromBase64().Should().Equal(Content.Bytes(1, 1000)[100..200]);
        end.Last.GetProperty("warnings").GetArrayLength().Should().Be(1);
    }

    [Fact]
    public async Task Range_ServerIgnoresIt_PlainWarnsOnStandardError() =>
        (await RequestAsync("/ignores-range/f?size=1000", "-r", "0-9")).Error.Should().StartWith("ferry: ").And.NotContain("[");

    [Fact]
    public async Task Redirects_AreFollowed_ToTheLimit()
    {
        (await RequestAsync("/redirect-chain/f?n=3&size=10", "--json")).Last.GetProperty("code").GetInt32().Should().Be(200);

        var end = await RequestAsync("/redirect-chain/f?n=3&size=10", "--max-redirs", "2", "--json");

        end.ExitCode.Should().Be(1);
        Error(end).GetProperty("code").GetInt32().Should().Be(2300047);
    }

    [Fact]
    public async Task MaxFilesize_LargerAnswer_Is2300063()
    {
        var end = await RequestAsync("/good/f?size=2000", "--max-filesize", "1000", "--json");

        end.ExitCode.Should().Be(1);
        Error(end).GetProperty("code").GetInt32().Should().Be(2300063);
        end.Error.Should().StartWith("ferry: The answer is larger than --max-filesize, 1000 bytes: raise it (up to ")
            .And.EndWith("), or use --stream, or 'ferry get' for a file. [2300063]\n");
    }

    [Fact]
    public async Task TotalTimeout_NoAnswer_Is2300028()
    {
        Server.Gate.HoldAnswers();

        var end = await RequestAsync("/good/f", "--total-timeout", "700ms", "--connect-timeout", "5s", "--json");

        end.ExitCode.Should().Be(1);
        Error(end).GetProperty("code").GetInt32().Should().Be(2300028);
    }

    [Fact]
    public async Task StreamJson_OneObjectPerEvent_InOrder_CompletedLast()
    {
        var end = await RequestAsync("/good/f?size=600000", "--stream", "--json");

        end.ExitCode.Should().Be(0, $"{end}");
        var names = end.Lines.Select(l => l.GetProperty("event").GetString()!).ToList();
        names.IndexOf("headersReceived").Should().BePositive().And.BeLessThan(names.IndexOf("dataReceived"));
        names.TakeLast(2).Should().Equal("dataEnd", "completed");
        names.Count(n => n is "completed" or "failed" or "cancelled" or "dataEnd" or "headersReceived").Should().Be(3);
        var data = end.Lines.Where(l => l.GetProperty("event").GetString() == "dataReceived").ToList();
        data.SelectMany(l => l.GetProperty("data").GetBytesFromBase64()).Should().Equal(Content.Bytes(1, 600_000));
        data[0].GetProperty("offset").GetInt64().Should().Be(0);
    }

    [Fact]
    public async Task Stream_PutsOutWhatCame_BeforeTheRest()
    {
        Server.Gate.HoldBodiesAfter(100_000);
        using var process = Start("request", Server.Url("/good/f?size=200000"), "--stream", "--json");

        var chunk = await process.EventAsync("dataReceived");
        chunk.GetProperty("offset").GetInt64().Should().Be(0);
        Server.Gate.Release();

        (await process.EndAsync()).ExitCode.Should().Be(0);
    }

    [Fact]
    public async Task StreamJson_Failure_EndsWithFailed()
    {
        var end = await RequestAsync("/reset/f?size=1000", "--stream", "--json");

        end.ExitCode.Should().Be(1);
        end.Last.GetProperty("event").GetString().Should().Be("failed");
        end.Last.GetProperty("error").GetProperty("code").GetInt32().Should().BeOneOf(2300018, 2300056);
    }

    [Fact]
    public async Task Interrupt_CancelsAtOnce_ExitCode130()
    {
        Server.Gate.HoldAnswers();
        using var process = Start("request", Server.Url("/good/f"), "--stream", "--json");
        var request = await Server.Requests.ArrivalOf(1);
        process.Signal(UnixSignal.Interrupt);

        var end = await process.EndAsync();

        end.ExitCode.Should().Be(130, $"{end}");
        end.Last.GetProperty("event").GetString().Should().Be("cancelled");
        end.Last.GetProperty("error").GetProperty("code").GetInt32().Should().Be(2300042);
        await request.ClosedByClient.WaitAsync(FerryProcess.Patience);
    }

    [Theory]
    [InlineData("")]
    [InlineData("--json")]
    public async Task Stream_ReaderOfTheOutputLeaves_EndsQuietly(string json)
    {
        var ferry = $"dotnet '{Path.Combine(AppContext.BaseDirectory, "ferry.dll")}'";
        var command = $"set -o pipefail; {ferry} request '{Server.Url("/good/f?size=1000000000000")}' --stream {json} | head -c 10 | wc -c";
        using var shell = Process.Start(new ProcessStartInfo("bash", ["-c", command])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
        var (output, error) = (shell.StandardOutput.ReadToEndAsync(), shell.StandardError.ReadToEndAsync());

        await shell.WaitForExitAsync().WaitAsync(FerryProcess.Patience);

        (shell.ExitCode, (await output).Trim(), await error).Should().Be((0, "10", ""));
    }

    [Fact]
    public async Task CacheDirectory_SecondRun_IsAnsweredFromIt()
    {
        var cache = Path.Combine(Place, "cache");
        (await RequestAsync("/good/f?size=1000", "--cache-dir", cache, "--json")).Last.GetProperty("fromCache").GetBoolean().Should().BeFalse();

        var second = await RequestAsync("/good/f?size=1000", "--cache-dir", cache, "--json");
        var third = await RequestAsync("/good/f?size=1000", "--cache-dir", cache, "--no-cache", "--json");

        second.Last.GetProperty("fromCache").GetBoolean().Should().BeTrue();
        third.Last.GetProperty("fromCache").GetBoolean().Should().BeFalse();
    }

    [Fact]
    public async Task CacheDirectory_CannotBeMade_WarnsAndTheAnswerStands()
    {
        await File.WriteAllTextAsync(Path.Combine(Place, "file"), "");

        var end = await RequestAsync("/good/f?size=10", "--cache-dir", Path.Combine(Place, "file", "x"));

        end.ExitCode.Should().Be(0, $"{end}");
        end.Error.Should().StartWith("ferry: The response cache is not kept: ");
    }

    [Fact]
    public async Task WithoutCacheDirectory_NothingIsWritten()
    {
        await RequestAsync("/good/f?size=1000", "--json");

        Directory.EnumerateFileSystemEntries(Place).Select(Path.GetFileName).Should().Equal("out");
    }

    [Theory]
    [InlineData("/good/f?token=hidden1", "-x", "http://me:hidden3@127.0.0.1:1")]
    [InlineData("/good/f?token=hidden1", "--cert", "missing.pem")]
    [InlineData("/reset/f?token=hidden1&size=1000", "--retries", "0")]
    [InlineData("/redirect?to=ftp://127.0.0.1/?token=hidden3", "--retries", "0")]
    public async Task Error_HoldsNoSecret(string path, string option, string value)
    {
        var end = await RequestAsync(
            path, "-H", "Authorization: hidden2", option, value, "--pass", "hidden4", "-d", "hidden5", "--verbose", "--stream", "--json");

        end.ExitCode.Should().Be(1, $"{end}");
        (end.Output + end.Error).Should().NotContain("hidden");
    }

    [Theory]
    [InlineData("-H", "hidden")]
    [InlineData("-F", "hidden")]
    [InlineData("-x", "me:hidden@host:port")]
    [InlineData("-H", "Authorization: hid\nden")]
    public async Task WrongUsage_HoldsNoSecret(string option, string value)
    {
        var end = await RequestAsync("/echo?hidden", option, value);

        end.ExitCode.Should().Be(2, $"{end}");
        end.ToString().Should().NotContain("hid");
    }

    private static JsonElement Error(FerryEnd end) => end.Last.GetProperty("error");

    private Task<FerryEnd> RequestAsync(string path, params string[] more) => RunAsync(["request", Server.Url(path), .. more]);
}
