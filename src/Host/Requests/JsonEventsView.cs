using System.Text.Json;
using Ferry.Actors.Client;
using Ferry.Actors.Protocol;
using Ferry.Engine.Errors;
using Ferry.Engine.Http;
using Ferry.Engine.Requests;
using Ferry.Host.Commands;

namespace Ferry.Host.Requests;

/// <summary>Each event as one JSON object and line, by the names of spec/requests.md section 3; the last one is completed, failed or cancelled.</summary>
internal sealed class JsonEventsView(Terminal terminal) : IResponseView
{
    private readonly Lock _gate = new();

    /// <inheritdoc/>
    public void Listen(TransferTask task)
    {
        task.On<TransferStateChanged>(e => Write("stateChanged", w => w.WriteString("state", JsonNamingPolicy.CamelCase.ConvertName(e.Phase.ToString()))));
        task.On<TransferRedirected>(e => Write("redirected", w =>
        {
            w.WriteNumber("code", e.Redirect.Status);
            w.WriteString("url", UrlText.WithoutQuery(e.Redirect.To.OriginalString));
        }));
        task.On<TransferRetrying>(e => Write("retrying", w =>
        {
            w.WriteNumber("retry", e.Retry);
            w.WriteString("notBefore", e.NotBefore);
            ResponseJson.Error(w, e.Error);
        }));
        task.On<HeadersReceived>(e => Write("headersReceived", w => Head(w, e.Head)));
        task.On<DataSendProgress>(e => Write("dataSendProgress", w =>
        {
            w.WriteNumber("sendSize", e.SendSize);
            w.WriteNumber("sent", e.Sent);
            Total(w, e.TotalSize);
        }));
        task.On<DataReceiveProgress>(e => Write("dataReceiveProgress", w =>
        {
            w.WriteNumber("receiveSize", e.ReceiveSize);
            Total(w, e.TotalSize);
        }));
    }

    /// <inheritdoc/>
    public ValueTask ChunkAsync(DataReceived chunk)
    {
        Write("dataReceived", w =>
        {
            w.WriteNumber("offset", chunk.Offset);
            w.WriteBase64String("data", chunk.Data.Span);
        });
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public void Completed(TransferResponse response, IReadOnlyList<string> warnings)
    {
        // Told here and not by its event, which may overtake the chunks that the loop has yet to take.
        Write("dataEnd", _ => { });
        Write("completed", w => ResponseJson.Response(w, response, warnings.Concat(response.Warnings), withResult: false));
    }

    /// <inheritdoc/>
    public void Failed(TransferError error)
    {
        Write(error.Code is ErrorCode.Cancelled ? "cancelled" : "failed", w => ResponseJson.Error(w, error));
        terminal.Complain(Complaint.Of(error));
    }

    private static void Head(Utf8JsonWriter writer, AnswerHead head)
    {
        writer.WriteNumber("code", head.Status);
        writer.WriteString("httpVersion", head.HttpVersion.ToString());
        writer.WriteStartObject("header");
        foreach (var field in head.Headers.GroupBy(h => h.Name, StringComparer.Ordinal))
            ResponseJson.Field(writer, field.Key, [.. field.Select(h => h.Value)]);
        writer.WriteEndObject();
    }

    private static void Total(Utf8JsonWriter writer, long? total)
    {
        if (total is { } known)
            writer.WriteNumber("totalSize", known);
        else
            writer.WriteNull("totalSize");
    }

    // Chunks come from the loop, the rest from a thread of the engine.
    private void Write(string name, Action<Utf8JsonWriter> members)
    {
        lock (_gate)
        {
            terminal.PrintJson(ResponseJson.Line(w =>
            {
                w.WriteString("event", name);
                members(w);
            }));
        }
    }
}
