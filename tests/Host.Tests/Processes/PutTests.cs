using System.Text;
using Ferry.Testing.Processes;
using Ferry.Testing.Server;

namespace Ferry.Host.Tests.Processes;

/// <summary><c>ferry put</c> without tus: one request, and what becomes of it when the process is killed in the middle.</summary>
public sealed class PutTests : ProcessTest
{
    private const int Size = 4 * (int)MiB;

    private string Source => Path.Combine(Place, "big.iso");

    [Fact]
    public async Task Plain_PutsTheFile_AndTellsTheEndInOneLine()
    {
        await File.WriteAllTextAsync(Source, "content");

        var end = await PutAsync("/echo/up?token=secret", "-H", "X-Mine: yes");

        end.ExitCode.Should().Be(0, $"{end}");
        var request = Server.Requests.Last;
        (request.Method, Encoding.UTF8.GetString(request.Body), request.Field("X-Mine")).Should().Be(("PUT", "content", "yes"));
        request.Arrival.Target.Should().Be("/echo/up?token=secret");
        end.Last.GetProperty("event").GetString().Should().Be("completed");
        end.Last.GetProperty("url").GetString().Should().Be(Server.Url("/echo/up"));
        Numbers(end).Should().Be((7, 7, 0));
        end.Last.GetProperty("status").GetInt32().Should().Be(200);
        end.Last.GetProperty("body").GetString().Should().StartWith("PUT /echo/up").And.EndWith("\n\ncontent");
        end.Lines.Should().Contain(l => l.GetProperty("event").GetString() == "progress" && l.GetProperty("sent").GetInt64() == 7);
        end.Output.Should().NotContain("sent\":0,\"total\":null").And.NotContain("\"url\":\"" + Server.Url("/echo/up?"));
    }

    [Fact]
    public async Task Plain_WithoutJson_OneLineOfTheEnd_ThenTheAnswer()
    {
        await File.WriteAllTextAsync(Source, "content");

        var end = await RunAsync("put", Source, Server.Url("/echo/up"), "--method", "POST");

        end.ExitCode.Should().Be(0, $"{end}");
        end.Output.Should().MatchRegex(@"\Abig\.iso: begins, 7 B\nbig\.iso: done, 7 B in \d+ s, 200 OK\nPOST /echo/up\n").And.EndWith("\n\ncontent\n");
        end.Error.Should().BeEmpty();
        (await RunAsync("put", Source, Server.Url("/echo/other"), "--quiet")).Output.Should().BeEmpty();
    }

    [Fact]
    public async Task Multipart_PostsAFormWithTheFileInItsField()
    {
        await File.WriteAllTextAsync(Source, "content");

        var end = await PutAsync("/echo/form", "--multipart", "photo");

        end.ExitCode.Should().Be(0, $"{end}");
        var request = Server.Requests.Last;
        request.Method.Should().Be("POST");
        request.Field("Content-Type").Should().StartWith("multipart/form-data; boundary=");
        Encoding.UTF8.GetString(request.Body).Should().Contain("name=\"photo\"").And.Contain("filename=\"big.iso\"").And.Contain("\r\n\r\ncontent\r\n");
        Numbers(end).Sent.Should().Be(request.Body.Length);
    }

    [Fact]
    public async Task Again_Unchanged_IsNotSent_ChangedOrForced_IsSent()
    {
        await File.WriteAllTextAsync(Source, "content");
        (await PutAsync("/echo/up")).ExitCode.Should().Be(0);

        var again = await PutAsync("/echo/up");
        again.ExitCode.Should().Be(0, $"{again}");
        Numbers(again).Should().Be((7, 0, 0));
        again.Last.TryGetProperty("status", out _).Should().BeFalse();
        (await RunAsync("put", Source, Server.Url("/echo/up"))).Output.Should()
            .Be("big.iso: was uploaded already and has not changed since, 7 B; --force sends it again\n");
        Server.Requests.Count.Should().Be(1);

        Numbers(await PutAsync("/echo/up", "--force")).Should().Be((7, 7, 0));
        await File.WriteAllTextAsync(Source, "other content");
        Numbers(await PutAsync("/echo/up")).Should().Be((13, 13, 0));
        Encoding.UTF8.GetString(Server.Requests.Last.Body).Should().Be("other content");
        Server.Requests.Count.Should().Be(3);
    }

    [Fact]
    public async Task Refused_ExitCode1_AndTheNextRunTriesAgain()
    {
        await File.WriteAllTextAsync(Source, "content");

        var end = await PutAsync("/error-page/x?status=500", "--retries", "0");
        end.ExitCode.Should().Be(1, $"{end}");
        end.Last.GetProperty("event").GetString().Should().Be("failed");
        end.Error.Should().StartWith("ferry: big.iso: ").And.Contain("500").And.Contain("[2300025]").And.NotContain("   at ");

        (await PutAsync("/error-page/x?status=500", "--retries", "0")).ExitCode.Should().Be(1);
        Server.Requests.Count.Should().Be(2);
    }

    [Fact]
    public async Task Put_Killed_TheNextRunSendsItFromTheStart_AndSaysSo()
    {
        await KillAsync();

        var end = await PutAsync("/echo/up");

        end.ExitCode.Should().Be(0, $"{end}");
        end.Lines.Should().ContainSingle(l => l.GetProperty("event").GetString() == "restarted")
            .Which.GetProperty("reason").GetString().Should().Be("sentFromStart");
        Numbers(end).Should().Be((Size, Size, 0));
        Server.Requests.Last.Body.Should().Equal(Content.Bytes(1, Size));
    }

    [Fact]
    public async Task Post_Killed_TheNextRunDoesNotSendIt_TheOneAfterDoes()
    {
        await KillAsync("--method", "POST");

        var doubtful = await PutAsync("/echo/up", "--method", "POST");
        doubtful.ExitCode.Should().Be(1, $"{doubtful}");
        doubtful.Last.GetProperty("code").GetInt32().Should().Be(2300065);
        doubtful.Error.Should().Contain("may have taken it already");
        Server.Requests.Count.Should().Be(1);

        var end = await PutAsync("/echo/up", "--method", "POST");
        end.ExitCode.Should().Be(0, $"{end}");
        Server.Requests.Last.Body.Should().Equal(Content.Bytes(1, Size));
        Server.Requests.Count.Should().Be(2);
    }

    [Fact]
    public async Task Post_Idempotent_Killed_TheNextRunSendsIt()
    {
        await KillAsync("--method", "POST", "--idempotent");

        var end = await PutAsync("/echo/up", "--method", "POST", "--idempotent");

        end.ExitCode.Should().Be(0, $"{end}");
        Server.Requests.Last.Body.Should().Equal(Content.Bytes(1, Size));
    }

    // Slowly, so that it is killed in the middle.
    private async Task KillAsync(params string[] more)
    {
        await File.WriteAllBytesAsync(Source, Content.Bytes(1, Size));
        using var process = Start(["put", Source, Server.Url("/echo/up"), "--json", "--limit-rate", "1M", .. more]);
        await process.LineAsync(l => l.GetProperty("event").GetString() == "progress" && l.GetProperty("sent").GetInt64() > 0);
        await process.KillAsync();
    }

    private Task<FerryEnd> PutAsync(string route, params string[] more) => RunAsync(["put", Source, Server.Url(route), "--json", .. more]);

    private static (long Bytes, long Sent, long ResumedFrom) Numbers(FerryEnd end) =>
        (end.Last.GetProperty("bytes").GetInt64(), end.Last.GetProperty("sent").GetInt64(), end.Last.GetProperty("resumedFrom").GetInt64());
}
