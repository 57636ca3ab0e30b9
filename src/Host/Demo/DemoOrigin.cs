using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using Ferry.AspNetCore;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ferry.Host.Demo;

/// <summary>
/// An origin on loopback that serves a few files, slowly enough that a download can be killed in the middle: strong ETags, single
/// ranges, If-Range. It takes uploads by tus too. It counts what it sends and receives, so that the demo need not believe the program it shows.
/// </summary>
internal sealed class DemoOrigin : IAsyncDisposable
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(20);

    private readonly WebApplication _application;
    private readonly Dictionary<string, DemoFile> _files;
    private readonly ConcurrentQueue<DemoAnswer> _answers = new();
    private readonly TimeProvider _time;
    private readonly int _bytesPerBeat;
    private readonly MeterListener _meter = new();
    private long _received;

    private DemoOrigin(WebApplication application, IEnumerable<DemoFile> files, long bytesPerSecond, TimeProvider time)
    {
        _application = application;
        _files = files.ToDictionary(f => "/" + f.Name, StringComparer.Ordinal);
        _time = time;
        _bytesPerBeat = (int)(bytesPerSecond * Beat.TotalSeconds);
        _meter.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "ferry.upload.io")
                listener.EnableMeasurementEvents(instrument);
        };
        _meter.SetMeasurementEventCallback<long>((_, bytes, _, _) => Interlocked.Add(ref _received, bytes));
        _meter.Start();
    }

    /// <summary>What was answered so far, in order.</summary>
    public IReadOnlyCollection<DemoAnswer> Answers => _answers;

    /// <summary>Bytes of uploads that were received so far, those that came twice counted twice.</summary>
    public long Received => Interlocked.Read(ref _received);

    /// <summary>Where uploads are created.</summary>
    public string UploadUrl => Url + "uploads";

    /// <summary>The URL the files lie under, with a slash at the end.</summary>
    public string Url { get; private set; } = "";

    /// <summary>Starts the origin on a free port of 127.0.0.1.</summary>
    /// <param name="files">What it serves.</param>
    /// <param name="bytesPerSecond">How fast each answer flows.</param>
    /// <param name="uploads">Where uploads come to lie.</param>
    /// <param name="time">The clock.</param>
    public static async Task<DemoOrigin> StartAsync(IEnumerable<DemoFile> files, long bytesPerSecond, string uploads, TimeProvider time)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = [] });
        builder.Logging.ClearProviders();
        builder.Services.AddFerryUploads(new UploadReceiverOptions { Directory = uploads });
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
            // What lies in buffers when the client dies was sent for nothing.
            kestrel.Limits.MaxResponseBufferSize = 64 * 1024;
        });
        var application = builder.Build();
        var origin = new DemoOrigin(application, files, bytesPerSecond, time);
        application.MapFerryUploads("/uploads");
        application.Map("/{file}", origin.AnswerAsync);
        await application.StartAsync();
        var addresses = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>();
        origin.Url = addresses!.Addresses.First() + "/";
        return origin;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using var atOnce = new CancellationTokenSource();
        await atOnce.CancelAsync();
        await _application.StopAsync(atOnce.Token);
        await _application.DisposeAsync();
        _meter.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        if (!_files.TryGetValue(context.Request.Path.Value ?? "", out var file))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        var etag = $"\"{file.Sha256[..16]}\"";
        var from = From(context.Request, etag, file.Content.Length);
        var response = context.Response;
        response.Headers.ETag = etag;
        response.Headers.AcceptRanges = "bytes";
        response.ContentType = "application/octet-stream";
        response.ContentLength = file.Content.Length - from;
        if (from > 0)
        {
            response.StatusCode = StatusCodes.Status206PartialContent;
            response.Headers.ContentRange = string.Create(
                CultureInfo.InvariantCulture, $"bytes {from}-{file.Content.Length - 1}/{file.Content.Length}");
        }
        var answer = new DemoAnswer(file.Name, from);
        _answers.Enqueue(answer);
        if (!HttpMethods.IsHead(context.Request.Method))
            await SendAsync(file.Content.AsMemory(from), answer, context);
    }

    private async Task SendAsync(ReadOnlyMemory<byte> content, DemoAnswer answer, HttpContext context)
    {
        using var beat = new PeriodicTimer(Beat, _time);
        try
        {
            while (!content.IsEmpty && await beat.WaitForNextTickAsync(context.RequestAborted))
            {
                var piece = content[..Math.Min(_bytesPerBeat, content.Length)];
                await context.Response.Body.WriteAsync(piece, context.RequestAborted);
                answer.Count(piece.Length);
                content = content[piece.Length..];
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            // The client is gone: that is what this origin is for.
        }
    }

    // One range "bytes=N-" is all a resuming download asks for; anything else gets the whole file (RFC 9110 section 14.2).
    private static int From(HttpRequest request, string etag, int length)
    {
        var range = request.Headers.Range.ToString();
        var condition = request.Headers.IfRange.ToString();
        if (!range.StartsWith("bytes=", StringComparison.Ordinal) || !range.EndsWith('-') || (condition.Length > 0 && condition != etag))
            return 0;
        return int.TryParse(range.AsSpan(6, range.Length - 7), NumberStyles.None, CultureInfo.InvariantCulture, out var from) && from < length
            ? from
            : 0;
    }
}

/// <summary>One answer of the origin.</summary>
/// <param name="name">The file.</param>
/// <param name="from">The first byte asked for.</param>
internal sealed class DemoAnswer(string name, long from)
{
    private long _sent;

    /// <summary>The file.</summary>
    public string Name { get; } = name;

    /// <summary>The first byte asked for.</summary>
    public long From { get; } = from;

    /// <summary>Bytes handed to the connection.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    /// <summary>Counts bytes handed to the connection.</summary>
    public void Count(long bytes) => Interlocked.Add(ref _sent, bytes);
}
