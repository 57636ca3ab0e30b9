using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Ferry.Testing.Server;

/// <summary>The routes that misbehave within HTTP.</summary>
internal sealed class HttpListenerRoutes(ServerState state)
{
    public async Task AnswerAsync(HttpContext context)
    {
        var arrival = new Arrival(
            context.Request.Method,
            context.Features.Get<IHttpRequestFeature>()!.RawTarget,
            context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase));
        var request = state.Log.Add(arrival, context.Connection.Id);
        using var closed = context.RequestAborted.Register(request.Close);
        try
        {
            if (arrival.Route == Routes.ReadsNothing)
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
            if (arrival.Route == Routes.Sink)
            {
                await SinkAsync(context, request);
                return;
            }
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            request.Body = body.ToArray();
            await state.Gate.PassAsync(-1, context.RequestAborted);
            await RouteAsync(context, arrival, request);
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException)
        {
            // The registration above may have been undone before its turn came.
            if (context.RequestAborted.IsCancellationRequested)
                request.Close();
            context.Abort();
        }
        finally
        {
            request.Status = context.Response.StatusCode;
            request.End();
        }
    }

    private Task RouteAsync(HttpContext context, Arrival arrival, ServedRequest request)
    {
        var count = state.Count(arrival);
        return arrival.Route switch
        {
            Routes.ErrorPage => PageAsync(context, request, (int)arrival.Number("status", 404)),
            Routes.NotModified => PageAsync(context, request, 304),
            Routes.Unauthorized => UnauthorizedAsync(context, request),
            Routes.TokenExpires when IsExpired(arrival, count) => UnauthorizedAsync(context, request),
            Routes.RetryAfter when count <= arrival.Number("times", 1) => RetryAfterAsync(context, request, arrival),
            Routes.Unavailable when count <= arrival.Number("n", 1) => PageAsync(context, request, 503),
            Routes.Redirect => RedirectAsync(context, (int)arrival.Number("status", 302), arrival.Text("to", Routes.Good)),
            Routes.RedirectLoop => RedirectAsync(context, 302, arrival.Target),
            Routes.RedirectChain => RedirectAsync(context, 302, NextOfChain(arrival)),
            Routes.Echo => EchoAsync(context, arrival, request),
            _ => FileAsync(context, arrival, request, count),
        };
    }

    private static bool IsExpired(Arrival arrival, int count) =>
        arrival.Field("Authorization") is not { } token || (token == "Bearer old" && count > arrival.Number("requests", 1));

    private static async Task SinkAsync(HttpContext context, ServedRequest request)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[64 * 1024];
        long length = 0;
        int count;
        while ((count = await context.Request.Body.ReadAsync(buffer, context.RequestAborted)) > 0)
        {
            hash.AppendData(buffer, 0, count);
            length += count;
        }
        var answer = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{length} {Convert.ToHexStringLower(hash.GetHashAndReset())}"));
        context.Response.ContentLength = answer.Length;
        await context.Response.Body.WriteAsync(answer);
        request.Sent(answer.Length);
    }

    private async Task FileAsync(HttpContext context, Arrival arrival, ServedRequest request, int count)
    {
        var behaviour = Behaviours.Of(arrival);
        var file = state.FileOf(arrival, count);
        var plan = FilePlanner.Plan(behaviour, file, arrival, state.Now());
        var response = context.Response;
        request.Status = response.StatusCode = plan.Status;
        foreach (var (name, value) in plan.Fields)
            response.Headers.Append(name, value);
        ExtraFields.Append(response, arrival, file, plan);
        if (behaviour.Gzip && plan.Length > 0)
        {
            await GzipAsync(context, file, request);
            return;
        }
        if (!behaviour.Chunked)
            response.ContentLength = plan.Length;
        if (HttpMethods.IsHead(arrival.Method))
            return;
        await response.StartAsync(context.RequestAborted);
        await response.BodyWriter.FlushAsync(context.RequestAborted);
        var writer = new BodyWriter(response.BodyWriter, request, state.Gate, ServerState.RateOf(arrival), context.RequestAborted);
        await writer.WriteAsync(file.Seed, plan.Offset, plan.Length);
    }

    private static async Task GzipAsync(HttpContext context, FileState file, ServedRequest request)
    {
        using var coded = new MemoryStream();
        await using (var gzip = new GZipStream(coded, CompressionLevel.Fastest, leaveOpen: true))
            await gzip.WriteAsync(Content.Bytes(file.Seed, checked((int)file.Size)));
        context.Response.Headers.ContentEncoding = "gzip";
        context.Response.ContentLength = coded.Length;
        await context.Response.Body.WriteAsync(coded.ToArray());
        request.Sent(coded.Length);
    }

    private static async Task PageAsync(HttpContext context, ServedRequest request, int status)
    {
        context.Response.StatusCode = status;
        if (status is 204 or 304)
            return;
        var page = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"<html><body><h1>{status}</h1></body></html>\n"));
        context.Response.ContentType = "text/html";
        context.Response.ContentLength = page.Length;
        await context.Response.Body.WriteAsync(page);
        request.Sent(page.Length);
    }

    private static Task UnauthorizedAsync(HttpContext context, ServedRequest request)
    {
        context.Response.Headers.WWWAuthenticate = "Basic realm=\"test\"";
        return PageAsync(context, request, 401);
    }

    private static Task RetryAfterAsync(HttpContext context, ServedRequest request, Arrival arrival)
    {
        context.Response.Headers.RetryAfter = arrival.Text("date", arrival.Text("seconds", "1"));
        return PageAsync(context, request, (int)arrival.Number("status", 503));
    }

    private static Task RedirectAsync(HttpContext context, int status, string to)
    {
        context.Response.StatusCode = status;
        context.Response.Headers.Location = to;
        context.Response.ContentLength = 0;
        return Task.CompletedTask;
    }

    private static string NextOfChain(Arrival arrival)
    {
        var left = arrival.Number("n", 3);
        return left <= 1 ? Routes.Good : $"{Routes.RedirectChain}?n={left - 1}";
    }

    private static async Task EchoAsync(HttpContext context, Arrival arrival, ServedRequest request)
    {
        var text = new StringBuilder().Append(arrival.Method).Append(' ').Append(arrival.Target).Append('\n');
        foreach (var (name, value) in arrival.Fields.OrderBy(f => f.Key, StringComparer.OrdinalIgnoreCase))
            text.Append(name.ToLowerInvariant()).Append(": ").Append(value).Append('\n');
        byte[] echo = [.. Encoding.UTF8.GetBytes(text.Append('\n').ToString()), .. request.Body];
        context.Response.ContentType = "text/plain";
        context.Response.ContentLength = echo.Length;
        await context.Response.Body.WriteAsync(echo);
        request.Sent(echo.Length);
    }
}
