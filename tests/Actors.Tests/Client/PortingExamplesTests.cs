using System.Runtime.CompilerServices;
using Ferry.Actors.Client;
using Ferry.Actors.Hosting;
using Ferry.Actors.Protocol;
using Ferry.Actors.Tests.Kit;
using Ferry.Engine.Http;
using Ferry.Engine.Requests;
using Ferry.Testing.Server;

namespace Ferry.Actors.Tests.Client;

/// <summary>The examples of docs/porting.md and of the README's section on sessions, as they stand there.</summary>
public sealed class PortingExamplesTests
{
    private Screen Console { get; } = new();

    [Fact]
    public async Task TwoLinesEach_DoWhatTheySay()
    {
        await using var server = await MisbehavingServer.StartAsync();
        using var home = new TemporaryDirectory();
        await using var engine = await FerryEngine.StartAsync(new FerryOptions { DataDirectory = home.File("data") });
        var session = new TransferSession(engine);
        var request = new TransferRequest { Url = server.Url("/echo"), Destination = new MemoryDestination() };

        // porting begins
        // createHttp, request: the whole response.
        TransferResponse response = await session.Fetch(request);
        Console.WriteLine($"{response.ResponseCode} {response.Result}");

        // requestInStream: chunk by chunk, at the pace of the loop.
        await foreach (var chunk in session.Fetch(request with { Destination = new ChunkDestination() }).ReadChunks())
            Console.WriteLine(chunk.Data.Length);

        // on, once, off: before the transfer starts, so that nothing is missed.
        var task = session.Prepare(request);
        task.Once<HeadersReceived>(e => Console.WriteLine(e.Head.Status));
        task.On<DataReceived>(e => Console.WriteLine($"{e.Offset} {e.Data.Length}"));
        task.On<DataReceiveProgress>(e => Console.WriteLine($"{e.ReceiveSize} of {e.TotalSize}"));
        task.On<DataSendProgress>(e => Console.WriteLine($"{e.SendSize} more, {e.Sent} of {e.TotalSize}"));
        task.On<DataEnded>(_ => Console.WriteLine("whole"));
        task.Off<DataReceiveProgress>();
        await task;

        // destroy, abort: the same on one.
        var other = session.Fetch(request);
        other.Abort();

        // createHttpResponseCache, flush, delete.
        await session.Cache.Create(size: 4 * 1024 * 1024);
        await session.Cache.Flush();
        await session.Cache.Delete();

        // cancel: all, one by its request, several.
        await session.Cancel();
        await session.Cancel(request);
        await session.Cancel([task, other]);
        // porting ends

        response.ResponseCode.Should().Be(200);
        Console.Lines[0].Should().StartWith("200 GET /echo");
        Console.Lines.Should().Contain("200").And.Contain("whole").And.Contain(l => l.StartsWith("0 ", StringComparison.Ordinal));
        (await task.End).Should().BeOfType<TransferCompleted>();
        session.Tasks.Should().BeEmpty();
    }

    [Fact]
    public async Task Session_OfTheReadme_Asks()
    {
        await using var server = await MisbehavingServer.StartAsync();
        using var home = new TemporaryDirectory();
        var (url, data) = (server.Url("/echo"), home.File("data"));

        // readme begins
        await using var engine = await FerryEngine.StartAsync(new FerryOptions { DataDirectory = data });
        var session = new TransferSession(engine);
        var response = await session.Fetch(new TransferRequest { Url = url, Destination = new MemoryDestination() });
        Console.WriteLine($"{response.ResponseCode} {response.Result}");
        await foreach (var chunk in session.Fetch(new TransferRequest { Url = url, Destination = new ChunkDestination() }).ReadChunks())
            Console.WriteLine(chunk.Data.Length);
        // readme ends

        Console.Lines[0].Should().StartWith("200 GET /echo");
        Console.Lines.Should().HaveCountGreaterThan(1);
    }

    [Fact]
    public async Task AwaitedFile_GivesItsPath_AndTheAnswer()
    {
        await using var server = await MisbehavingServer.StartAsync();
        using var home = new TemporaryDirectory();
        var (target, options) = (home.File("file.bin"), new FerryOptions { DataDirectory = home.File("data") });
        var request = new TransferRequest { Id = "of-another-process", Url = server.Url("/good/f?size=1000"), Destination = new FileDestination(target) };
        await using (var engine = await FerryEngine.StartAsync(options))
        {
            var response = await new TransferSession(engine).Fetch(request);

            response.Should().Match<TransferResponse>(r => r.ResponseCode == 200 && r.ResultType == HttpDataType.String && (string)r.Result == target);
            response.Header["content-length"].Should().Equal("1000");
        }
        await using (var engine = await FerryEngine.StartAsync(options))
        {
            var response = await new TransferSession(engine).Fetch(request);

            response.Should().Match<TransferResponse>(r => r.ResponseCode == 0 && (string)r.Result == target && r.Header.Count == 0);
        }
        server.Requests.Count.Should().Be(1);
    }

    [Theory]
    [InlineData("porting", "docs/porting.md")]
    [InlineData("readme", "README.md")]
    public void Document_HoldsTheExampleWordForWord(string name, string document)
    {
        var lines = File.ReadAllLines(Here()).Select(l => l.TrimStart().Length == 0 ? "" : l[Math.Min(8, l.Length)..]).ToList();
        var begin = lines.IndexOf($"// {name} begins") + 1;
        var example = lines.GetRange(begin, lines.IndexOf($"// {name} ends") - begin);
        var text = File.ReadAllText(Path.Combine(Path.GetDirectoryName(Here())!, "..", "..", "..", document));
        text.ReplaceLineEndings("\n").Should().Contain($"```csharp\n{string.Join('\n', example)}\n```");
    }

    private static string Here([CallerFilePath] string path = "") => path;

    // Stands in for System.Console in the examples.
    private sealed class Screen
    {
        private readonly List<string> _written = [];

        public IReadOnlyList<string> Lines
        {
            get
            {
                lock (_written)
                    return [.. _written];
            }
        }

        public void WriteLine(object? value)
        {
            lock (_written)
                _written.Add(value?.ToString() ?? "");
        }
    }
}
