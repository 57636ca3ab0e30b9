using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Ferry.Interop.Tests.Receiver;

/// <summary>Tells of each request, and holds an upload at an offset, before the receiver sees it.</summary>
internal sealed class RequestWatch
{
    private readonly TextWriter _output;
    private readonly UploadHold _hold;
    private int _requests;

    /// <summary>A watch.</summary>
    /// <param name="output">Where it tells; several threads do.</param>
    public RequestWatch(TextWriter output)
    {
        _output = TextWriter.Synchronized(output);
        _hold = new UploadHold((number, offset) => Tell(new { @event = "held", number, offset }));
    }

    /// <summary>Writes a line of JSON.</summary>
    /// <param name="line">What it says.</param>
    public void Tell(object line) => _output.WriteLine(JsonSerializer.Serialize(line));

    /// <summary>Obeys lines until there are no more: <c>hold OFFSET</c> and <c>release</c>.</summary>
    /// <param name="input">The lines.</param>
    public async Task ObeyAsync(TextReader input)
    {
        while (await input.ReadLineAsync() is { } line)
        {
            if (line == "release")
            {
                _hold.Release();
                continue;
            }
            var offset = long.Parse(line.AsSpan("hold ".Length), CultureInfo.InvariantCulture);
            _hold.Set(offset);
            Tell(new { @event = "holding", offset });
        }
    }

    /// <summary>The middleware.</summary>
    /// <param name="context">The request.</param>
    /// <param name="next">The receiver.</param>
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var request = context.Request;
        var number = Interlocked.Increment(ref _requests);
        var offset = Offset(request);
        var (method, path, length) = (request.Method, request.Path.Value, request.ContentLength);
        Tell(new { @event = "request", number, method, path, offset, length });
        var body = new WatchedBody(request.Body, _hold, number, offset ?? 0);
        request.Body = body;
        int? status = null;
        try
        {
            await next(context);
            if (!context.RequestAborted.IsCancellationRequested)
                status = context.Response.StatusCode;
        }
        finally
        {
            Tell(new { @event = "ended", number, status, bytes = body.Count });
        }
    }

    private static long? Offset(HttpRequest request) =>
        request.Headers["Upload-Offset"] is [{ } text] ? long.Parse(text, CultureInfo.InvariantCulture) : null;
}
