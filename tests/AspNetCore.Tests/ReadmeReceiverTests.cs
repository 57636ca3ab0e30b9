using System.Runtime.CompilerServices;
using Ferry.AspNetCore.Tests.Kit;
using Microsoft.AspNetCore.Builder;

namespace Ferry.AspNetCore.Tests;

/// <summary>The receiver's example of the README, as it stands there.</summary>
public sealed class ReadmeReceiverTests
{
    [Fact]
    public async Task Receiving_TakesAnUpload()
    {
        using var home = new UploadDirectory();
        string[] args = ["--urls", "http://127.0.0.1:0"];
        var uploads = home.Path;

        // README begins
        var builder = WebApplication.CreateSlimBuilder(args);
        builder.Services.AddFerryUploads(new UploadReceiverOptions
        {
            Directory = uploads,
            MaxSize = 10L * 1024 * 1024 * 1024,
            Completed = (upload, _) =>
            {
                Console.WriteLine($"{upload.Length} bytes in {upload.Path}");
                return Task.CompletedTask;
            },
        });
        await using var app = builder.Build();
        app.MapFerryUploads("/files");
        await app.StartAsync();
        // README ends

        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        var url = await client.CreateAsync(3, "file.bin");
        using var response = await client.PatchAsync(url, 0, [1, 2, 3]);
        response.Status().Should().Be(204);
        Console.Lines.Should().Equal($"3 bytes in {home.File("file.bin")}");
        home.Read("file.bin").Should().Equal(1, 2, 3);
    }

    [Fact]
    public void Readme_HoldsTheExampleWordForWord()
    {
        var lines = File.ReadAllLines(Here()).Select(l => l.TrimStart().Length == 0 ? "" : l[Math.Min(8, l.Length)..]).ToList();
        var example = lines.GetRange(lines.IndexOf("// README begins") + 1, lines.IndexOf("// README ends") - lines.IndexOf("// README begins") - 1);
        var readme = File.ReadAllText(Path.Combine(Path.GetDirectoryName(Here())!, "..", "..", "README.md"));
        readme.ReplaceLineEndings("\n").Should().Contain($"```csharp\n{string.Join('\n', example)}\n```");
    }

    private static string Here([CallerFilePath] string path = "") => path;

    // Stands in for System.Console in the example.
    private static class Console
    {
        private static readonly System.Collections.Concurrent.ConcurrentQueue<string> Written = new();

        public static string[] Lines => [.. Written];

        public static void WriteLine(string line) => Written.Enqueue(line);
    }
}
