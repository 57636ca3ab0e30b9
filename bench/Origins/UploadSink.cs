using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Ferry.Bench.Origins;

/// <summary>Takes bodies and drops them, in a process of its own; answers how long each was, so that nobody is fast by sending less.</summary>
internal sealed class UploadSink : IAsyncDisposable
{
    private readonly Process _process;

    private UploadSink(Process process, string url) => (_process, Url) = (process, url);

    /// <summary>The URL to send to.</summary>
    public string Url { get; }

    /// <summary>Starts it.</summary>
    public static async Task<UploadSink> StartAsync()
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardInput = true };
        start.ArgumentList.Add("-sink");
        var process = Process.Start(start)!;
        var url = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The sink did not start.");
        return new UploadSink(process, url);
    }

    /// <summary>Takes bodies until standard input ends; whoever GETs is told the length of the last one.</summary>
    public static async Task<int> ServeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(k => k.Limits.MaxRequestBodySize = null);
        await using var app = builder.Build();
        long last = 0;
        app.Run(async context =>
        {
            if (HttpMethods.IsPut(context.Request.Method))
            {
                last = await DrainAsync(context.Request);
                context.Response.StatusCode = StatusCodes.Status201Created;
            }
            else
            {
                await context.Response.WriteAsync(last.ToString(CultureInfo.InvariantCulture));
            }
        });
        await app.StartAsync();
        Console.WriteLine(app.Urls.First() + "/upload");
        await Console.In.ReadToEndAsync();
        return 0;
    }

    /// <summary>The length of the last body.</summary>
    public async Task<long> LastAsync()
    {
        using var client = new HttpClient();
        return long.Parse(await client.GetStringAsync(Url), CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static async Task<long> DrainAsync(HttpRequest request)
    {
        long length = 0;
        while (true)
        {
            var read = await request.BodyReader.ReadAsync();
            length += read.Buffer.Length;
            request.BodyReader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
                return length;
        }
    }
}
