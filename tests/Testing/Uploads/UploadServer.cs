using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ferry.Testing.Uploads;

/// <summary>
/// A small tus server, and one that takes plain bodies, for tests of the client: everything in memory, each request on record, and any of them answered otherwise by
/// the test.
/// </summary>
public sealed class UploadServer : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly ConcurrentDictionary<string, MemoryStream> _uploads = new();
    private readonly ConcurrentDictionary<string, long> _lengths = new();
    private int _created;

    private UploadServer(WebApplication application) => _application = application;

    public string Url { get; private set; } = "";

    public ConcurrentQueue<Seen> Requests { get; } = new();

    public string Extensions { get; set; } = "creation,creation-with-upload,creation-defer-length,termination";

    public string? Algorithms { get; set; }

    public bool KnowsOptions { get; set; } = true;

    /// <summary>Answers a request otherwise; false leaves it to the server.</summary>
    public Func<Seen, HttpContext, Task<bool>> Otherwise { get; set; } = (_, _) => Task.FromResult(false);

    public byte[] Only => _uploads.Values.Single().ToArray();

    public int Count => _uploads.Count;

    public IEnumerable<string> Methods => Requests.Select(r => r.Method);

    public static async Task<UploadServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k =>
        {
            k.Listen(IPAddress.Loopback, 0);
            k.Limits.MaxRequestBodySize = null;
        });
        var server = new UploadServer(builder.Build());
        server._application.Run(server.AnswerAsync);
        await server._application.StartAsync();
        server.Url = server._application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        using var atOnce = new CancellationTokenSource();
        await atOnce.CancelAsync();
        await _application.StopAsync(atOnce.Token);
        await _application.DisposeAsync();
    }

    /// <summary>Holds the next body that begins at this offset or later until its sender is gone.</summary>
    /// <returns>Completes when it came, with what completes when its sender is gone.</returns>
    public Task<Task> HoldFrom(long offset)
    {
        var came = new TaskCompletionSource<Task>(TaskCreationOptions.RunContinuationsAsynchronously);
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var otherwise = Otherwise;
        Otherwise = async (seen, context) =>
        {
            var from = long.Parse(seen.Field("upload-offset") ?? "0", CultureInfo.InvariantCulture);
            if (seen.Method is not ("PATCH" or "PUT" or "POST") || seen.Path == "/files" || from < offset)
                return await otherwise(seen, context);
            came.TrySetResult(gone.Task);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Otherwise = otherwise;
            gone.TrySetResult();
            return true;
        };
        return came.Task;
    }

    /// <summary>Forgets an upload, as after its expiry.</summary>
    public void Forget() => _uploads.Clear();

    /// <summary>Keeps so much of the only upload, as after a crash that lost what was not flushed.</summary>
    public void Lose(long keep) => _uploads.Values.Single().SetLength(keep);

    /// <summary>Keeps so many bytes of a PATCH, then breaks the connection.</summary>
    public async Task BreakAfterAsync(HttpContext context, long bytes)
    {
        await KeepAsync(context, bytes);
        context.Abort();
    }

    /// <summary>Keeps so many bytes of a PATCH.</summary>
    public Task KeepAsync(HttpContext context, long bytes) => TakeAsync(_uploads[context.Request.Path.Value!], context, bytes);

    private async Task AnswerAsync(HttpContext context)
    {
        var request = context.Request;
        var seen = new Seen(request.Method, request.Path, request.Headers.ToDictionary(h => h.Key.ToLowerInvariant(), h => h.Value.ToString()));
        Requests.Enqueue(seen);
        context.Response.Headers["Tus-Resumable"] = "1.0.0";
        if (await Otherwise(seen, context))
            return;
        switch (request.Method)
        {
            case "OPTIONS" when KnowsOptions: Options(context.Response); break;
            case "POST" when request.Path == "/files": await CreateAsync(context); break;
            case "HEAD": Head(context); break;
            case "PATCH": await PatchAsync(context, seen); break;
            case "DELETE": context.Response.StatusCode = _uploads.TryRemove(request.Path!, out _) ? 204 : 404; break;
            case "PUT" or "POST": await PlainAsync(context); break;
            default: context.Response.StatusCode = 405; break;
        }
    }

    private void Options(HttpResponse response)
    {
        response.StatusCode = 204;
        response.Headers["Tus-Version"] = "1.0.0";
        response.Headers["Tus-Extension"] = Extensions;
        if (Algorithms is not null)
            response.Headers["Tus-Checksum-Algorithm"] = Algorithms;
    }

    private async Task CreateAsync(HttpContext context)
    {
        var path = $"/files/{Interlocked.Increment(ref _created)}";
        var stream = _uploads[path] = new MemoryStream();
        if (context.Request.Headers.TryGetValue("Upload-Length", out var length))
            _lengths[path] = long.Parse(length!, CultureInfo.InvariantCulture);
        await TakeAsync(stream, context, long.MaxValue);
        context.Response.StatusCode = 201;
        context.Response.Headers.Location = path;
        if (stream.Length > 0)
            context.Response.Headers["Upload-Offset"] = Number(stream.Length);
    }

    private void Head(HttpContext context)
    {
        if (!_uploads.TryGetValue(context.Request.Path!, out var stream))
        {
            context.Response.StatusCode = 404;
            return;
        }
        context.Response.Headers["Upload-Offset"] = Number(stream.Length);
        if (_lengths.TryGetValue(context.Request.Path!, out var length))
            context.Response.Headers["Upload-Length"] = Number(length);
        else
            context.Response.Headers["Upload-Defer-Length"] = "1";
    }

    private async Task PatchAsync(HttpContext context, Seen seen)
    {
        if (!_uploads.TryGetValue(context.Request.Path!, out var stream))
        {
            context.Response.StatusCode = 404;
            return;
        }
        if (seen.Field("upload-offset") != Number(stream.Length))
        {
            context.Response.StatusCode = 409;
            return;
        }
        if (seen.Field("upload-length") is { } length)
            _lengths[context.Request.Path!] = long.Parse(length, CultureInfo.InvariantCulture);
        await TakeAsync(stream, context, long.MaxValue);
        context.Response.StatusCode = 204;
        context.Response.Headers["Upload-Offset"] = Number(stream.Length);
    }

    private async Task PlainAsync(HttpContext context)
    {
        var stream = new MemoryStream();
        try
        {
            await context.Request.Body.CopyToAsync(stream);
        }
        catch (Exception e) when (e is IOException or BadHttpRequestException)
        {
            return;
        }
        _uploads[context.Request.Path!] = stream;
        context.Response.StatusCode = 201;
        await context.Response.WriteAsync("stored");
    }

    private static async Task TakeAsync(MemoryStream target, HttpContext context, long most)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            for (var left = most; left > 0;)
            {
                var count = await context.Request.Body.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, left)));
                if (count == 0)
                    return;
                lock (target)
                    target.Write(buffer, 0, count);
                left -= count;
            }
        }
        catch (Exception e) when (e is IOException or BadHttpRequestException)
        {
            // The client is gone: what came is kept.
        }
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>One request.</summary>
    public sealed record Seen(string Method, string Path, IReadOnlyDictionary<string, string> Fields)
    {
        public string? Field(string name) => Fields.GetValueOrDefault(name);
    }
}
