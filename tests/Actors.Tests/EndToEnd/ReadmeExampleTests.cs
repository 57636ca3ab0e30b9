using System.Runtime.CompilerServices;
using Ferry.Actors.Hosting;
using Ferry.Actors.Protocol;
using Ferry.Actors.Tests.Kit;
using Ferry.Engine.Requests;
using Ferry.Testing.Server;
using Ferry.Testing.Uploads;

namespace Ferry.Actors.Tests.EndToEnd;

/// <summary>The examples of the README, as they stand there.</summary>
public sealed class ReadmeExampleTests
{
    [Fact]
    public async Task Embedding_DownloadsAFile()
    {
        await using var server = await MisbehavingServer.StartAsync();
        using var home = new TemporaryDirectory();
        var url = server.Url("/good/file.bin?size=100000");
        var (data, target) = (home.File("data"), home.File("file.bin"));

        // README begins
        await using var ferry = await FerryEngine.StartAsync(new FerryOptions { DataDirectory = data });
        var request = new TransferRequest
        {
            Url = url,
            Destination = new FileDestination(target),
            Options = new RequestOptions { Priority = 700 },
        };
        var end = await ferry.RunAsync(request, e => Console.WriteLine(e));
        if (end is TransferCompleted done)
            Console.WriteLine($"{done.Outcome.Length} bytes in {done.Outcome.Path}");
        // README ends

        Console.Lines.Should().Contain($"100000 bytes in {target}");
        Console.Lines.Should().Contain(e => e.StartsWith(nameof(HeadersReceived), StringComparison.Ordinal));
        (await File.ReadAllBytesAsync(target)).Should().Equal(Content.Bytes(1, 100_000));
    }

    [Fact]
    public async Task Embedding_UploadsAFile()
    {
        await using var server = await UploadServer.StartAsync();
        using var home = new TemporaryDirectory();
        var (url, file) = (server.Url + "/files", home.File("big.iso"));
        await File.WriteAllBytesAsync(file, Content.Bytes(1, 100_000));
        await using var ferry = await FerryEngine.StartAsync(new FerryOptions { DataDirectory = home.File("data") });

        // Upload begins
        var upload = new TransferRequest
        {
            Url = url,
            Upload = new UploadOptions { Protocol = UploadProtocol.Tus, Metadata = [new UploadMetadata("filename", "big.iso")] },
            Options = new RequestOptions { ExtraData = new FileData(file) },
            Destination = new MemoryDestination(),
        };
        if (await ferry.RunAsync(upload) is TransferCompleted sent)
            Console.WriteLine($"{sent.Sent} bytes sent, {sent.ResumedFrom} were there already");
        // Upload ends

        Console.Lines.Should().Contain("100000 bytes sent, 0 were there already");
        server.Only.Should().Equal(Content.Bytes(1, 100_000));
    }

    [Theory]
    [InlineData("README")]
    [InlineData("Upload")]
    public void Readme_HoldsTheExampleWordForWord(string name)
    {
        var lines = File.ReadAllLines(Here()).Select(l => l.TrimStart().Length == 0 ? "" : l[Math.Min(8, l.Length)..]).ToList();
        var (begin, end) = (lines.IndexOf($"// {name} begins"), lines.IndexOf($"// {name} ends"));
        var example = lines.GetRange(begin + 1, end - begin - 1);
        var readme = File.ReadAllText(Path.Combine(Path.GetDirectoryName(Here())!, "..", "..", "..", "README.md"));
        readme.ReplaceLineEndings("\n").Should().Contain($"```csharp\n{string.Join('\n', example)}\n```");
    }

    private static string Here([CallerFilePath] string path = "") => path;

    // Stands in for System.Console in the example.
    private static class Console
    {
        private static readonly List<string> Written = [];

        public static IReadOnlyList<string> Lines
        {
            get
            {
                lock (Written)
                    return [.. Written];
            }
        }

        public static void WriteLine(object? value)
        {
            lock (Written)
                Written.Add(value?.ToString() ?? "");
        }
    }
}
