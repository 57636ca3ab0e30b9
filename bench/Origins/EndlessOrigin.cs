using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Ferry.Bench.Origins;

/// <summary>Kestrel in this process that answers with so many bytes of nothing in particular.</summary>
internal sealed class EndlessOrigin : IAsyncDisposable
{
    private readonly WebApplication _app;
    private long _sent;

    private EndlessOrigin(long length)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MinResponseDataRate = null);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(async context =>
        {
            var block = new byte[64 * 1024];
            context.Response.ContentLength = length;
            for (var left = length; left > 0 && !context.RequestAborted.IsCancellationRequested; left -= block.Length)
            {
                await context.Response.Body.WriteAsync(block, context.RequestAborted);
                Interlocked.Add(ref _sent, block.Length);
            }
        });
    }

    public string Url => _app.Urls.First() + "/";

    /// <summary>Bytes handed to connections so far.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    /// <param name="length">Bytes of each answer, a multiple of 64 KiB.</param>
    public static async Task<EndlessOrigin> StartAsync(long length)
    {
        var origin = new EndlessOrigin(length);
        await origin._app.StartAsync();
        return origin;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
