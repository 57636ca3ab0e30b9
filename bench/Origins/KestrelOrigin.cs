using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Logging;

namespace Ferry.Bench.Origins;

/// <summary>Kestrel with ranges and strong ETags, for machines without nginx.</summary>
internal sealed class KestrelOrigin : IOrigin
{
    private readonly Process _process;

    private KestrelOrigin(Process process, string url) => (_process, Url) = (process, url);

    public string Description => $"Kestrel of .NET {Environment.Version} in a process of its own";

    public string Url { get; }

    public static async Task<IOrigin> StartAsync(string directory)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardInput = true };
        start.ArgumentList.Add("-origin");
        start.ArgumentList.Add(directory);
        var process = Process.Start(start)!;
        var url = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The origin did not start.");
        return new KestrelOrigin(process, url);
    }

    /// <summary>Serves until standard input ends.</summary>
    public static async Task<int> ServeAsync(string directory)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var app = builder.Build();
        app.MapGet("/{name}", PhysicalFileHttpResult (string name) => Serve(directory, name));
        await app.StartAsync();
        Console.WriteLine(app.Urls.First() + "/");
        await Console.In.ReadToEndAsync();
        return 0;
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static PhysicalFileHttpResult Serve(string directory, string name)
    {
        var path = Path.Combine(directory, Path.GetFileName(name));
        var written = new DateTimeOffset(File.GetLastWriteTimeUtc(path));
        return TypedResults.PhysicalFile(
            path, "application/octet-stream", entityTag: new Microsoft.Net.Http.Headers.EntityTagHeaderValue($"\"{written.Ticks:x}\""),
            enableRangeProcessing: true);
    }
}
