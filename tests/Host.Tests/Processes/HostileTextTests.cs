using System.Net.Sockets;
using System.Text;
using Ferry.Testing.Processes;
using Ferry.Testing.Proxies;

namespace Ferry.Host.Tests.Processes;

/// <summary>What comes from a server, a URL or a file's name is shown, and obeyed by no terminal.</summary>
public sealed class HostileTextTests : IDisposable
{
    private const string Title = "\e]0;x\a";
    private const string Name = "a" + Title + "\nb\u202e.iso";
    private const string ShownName = "a?]0;x??b?.iso";
    private const string Created = "HTTP/1.1 201 Cre" + Title + "ated\r\nX-Said: one" + Title + "two\r\nContent-Type: text/plain\r\nContent-Length: 12\r\n\r\nsaid" + Title + "\n\n";
    private const string Denied = "HTTP/1.1 403 For" + Title + "bidden\r\nContent-Length: 0\r\n\r\n";

    private readonly string _place = Directory.CreateTempSubdirectory("ferry-text-").FullName;

    private string Source => Path.Combine(_place, Name);

    private string State => Path.Combine(_place, "state");

    public HostileTextTests() => File.WriteAllText(Source, "content");

    public void Dispose() => Directory.Delete(_place, recursive: true);

    [Fact]
    public async Task Lines_Taken()
    {
        using var server = new FixedAnswer(Created);

        var end = await RunAsync("put", Source, server.Url);

        end.ExitCode.Should().Be(0, $"{end}");
        ShouldBeObeyedByNoTerminal(end);
        end.Output.Should().StartWith($"{ShownName}: begins, 7 B\n{ShownName}: done, 7 B in ").And.EndWith(", 201 Cre?]0;x?ated\nsaid?]0;x?\n");
    }

    [Theory]
    [InlineData]
    [InlineData("--quiet")]
    [InlineData("--json")]
    public async Task Refused(params string[] view)
    {
        using var server = new FixedAnswer(Denied);

        var end = await RunAsync(["put", Source, server.Url, .. view]);

        end.ExitCode.Should().Be(1, $"{end}");
        ShouldBeObeyedByNoTerminal(end);
        end.Error.Should().StartWith($"ferry: {ShownName}: ").And.Contain("403 For?]0;x?bidden").And.EndWith("]\n");
        end.Error.Split('\n').Should().HaveCount(2);
    }

    [Fact]
    public async Task Json_Taken_TellsItInEscapesOfJson()
    {
        using var server = new FixedAnswer(Created);

        var end = await RunAsync("put", Source, server.Url, "--json");

        ShouldBeObeyedByNoTerminal(end);
        end.Lines[0].GetProperty("path").GetString().Should().Be(Source);
        end.Last.GetProperty("body").GetString().Should().Be("said" + Title + "\n\n");
    }

    [Fact]
    public async Task Live_TakenAndRefused()
    {
        using var created = new FixedAnswer(Created);
        using var denied = new FixedAnswer(Denied);
        using var taken = PtyProcess.Start(["put", Source, created.Url], State);
        using var refused = PtyProcess.Start(["put", Source, denied.Url], State);

        (await taken.EndAsync()).Should().Be(0, taken.Shown);
        (await refused.EndAsync()).Should().Be(1, refused.Shown);

        foreach (var shown in new[] { taken.Shown, refused.Shown })
            shown.Should().NotContain(Title).And.NotContain("\u202e").And.Contain(ShownName);
        taken.Shown.Should().Contain("201 Cre?]0;x?ated").And.Contain("said?]0;x?");
        refused.Shown.Should().Contain("403 For?]0;x?bidden");
    }

    [Fact]
    public async Task Interrupted_Live_AndListed_AndCancelled()
    {
        using var server = new FixedAnswer("HTTP/1.1 100 Continue\r\n\r\n");
        using var process = PtyProcess.Start(["put", Source, server.Url], State);
        await process.ShowsAsync(ShownName);
        process.Signal(UnixSignal.Interrupt);
        (await process.EndAsync()).Should().Be(130, process.Shown);
        process.Shown.Should().NotContain(Title).And.NotContain("\u202e").And.MatchRegex($"Stopped; .*{System.Text.RegularExpressions.Regex.Escape(ShownName)}");

        var list = await RunAsync("list");
        ShouldBeObeyedByNoTerminal(list);
        list.Output.Should().Contain(ShownName);
        var json = await RunAsync("list", "--json");
        ShouldBeObeyedByNoTerminal(json);
        json.Last.GetProperty("path").GetString().Should().Be(Source);
        var cancel = await RunAsync("cancel", json.Last.GetProperty("id").GetString()!);
        cancel.Output.Should().Be($"{ShownName}: cancelled\n");
    }

    [Theory]
    [InlineData("get", "http://127.0.0.1:1/x", "-d", "/nowhere/" + Title)]
    [InlineData("get", "http://127.0.0.1:1/x", "--priority", Title)]
    [InlineData("put", "/nowhere/" + Title, "http://127.0.0.1:1/x")]
    [InlineData("cancel", Title)]
    [InlineData(Title)]
    [InlineData("list", "--data-dir", "/nowhere/" + Title)]
    [InlineData("get", "http://127.0.0.1:1/x", "--data-dir", "/proc/" + Title, "--verbose")]
    [InlineData("request", "http://127.0.0.1:1/x", "--proxy", "http://" + Title)]
    public async Task Complaints(params string[] arguments)
    {
        var end = await RunAsync(arguments);

        end.ExitCode.Should().NotBe(0);
        ShouldBeObeyedByNoTerminal(end);
        end.Error.Should().Contain("?]0;x?");
    }

    [Fact]
    public async Task Request_OnATerminal_ShowsTheHeader_ElsewhereItIsAsItCame()
    {
        using var server = new FixedAnswer(Created.Replace("said" + Title + "\n\n", "0123456789ab", StringComparison.Ordinal));
        using var shown = PtyProcess.Start(["request", server.Url, "--include"], State);
        (await shown.EndAsync()).Should().Be(0, shown.Shown);
        shown.Shown.Should().NotContain(Title).And.Contain("201 Cre?]0;x?ated").And.Contain("one?]0;x?two");

        var piped = await RunAsync("request", server.Url, "--include");
        piped.Output.Should().Contain("201 Cre" + Title + "ated").And.Contain("one" + Title + "two");

        var json = await RunAsync("request", server.Url, "--json");
        ShouldBeObeyedByNoTerminal(json);
        json.Last.GetProperty("header").GetProperty("x-said").GetString().Should().Be("one" + Title + "two");
    }

    private Task<FerryEnd> RunAsync(params string[] arguments) => FerryProcess.RunAsync(arguments, State);

    private static void ShouldBeObeyedByNoTerminal(FerryEnd end) =>
        $"{end.Output}{end.Error}".Where(c => (char.IsControl(c) && c != '\n') || c == '\u202e').Should().BeEmpty($"{end}");

    /// <summary>Reads a request, and answers every one the same.</summary>
    private sealed class FixedAnswer : LoopbackServer
    {
        private readonly byte[] _answer;

        public FixedAnswer(string answer)
        {
            _answer = Encoding.Latin1.GetBytes(answer);
            Start();
        }

        public string Url => $"http://127.0.0.1:{Port}/up";

        protected override async Task ServeAsync(NetworkStream client)
        {
            var read = "";
            var buffer = new byte[4096];
            while (!IsWhole(read) && await client.ReadAsync(buffer, Over) is > 0 and var count)
                read += Encoding.Latin1.GetString(buffer, 0, count);
            await client.WriteAsync(_answer, Over);
            // Until the client closes: an answer that is none yet is waited for.
            while (await client.ReadAsync(buffer, Over) > 0)
            {
            }
        }

        private static bool IsWhole(string request) =>
            request.Contains("\r\n\r\n", StringComparison.Ordinal)
            && (request.StartsWith("GET ", StringComparison.Ordinal) || request.EndsWith("content", StringComparison.Ordinal));
    }
}
