using System.Text;
using System.Text.Json;
using Ferry.Actors.Client;
using Ferry.Actors.Protocol;
using Ferry.Engine.Errors;
using Ferry.Engine.Http;
using Ferry.Host.Commands;

namespace Ferry.Host.Requests;

/// <summary>The body on standard output, byte for byte; with <paramref name="include"/> status line and header before it. Warnings and errors on standard error.</summary>
internal sealed class PlainResponseView(Terminal terminal, bool include, bool stream) : IResponseView
{
    private readonly Lazy<Stream> _body = new(terminal.Raw);

    /// <inheritdoc/>
    public void Listen(TransferTask task)
    {
        if (include)
            task.On<HeadersReceived>(e => WriteHead(e.Head));
    }

    /// <inheritdoc/>
    public async ValueTask ChunkAsync(DataReceived chunk)
    {
        await _body.Value.WriteAsync(chunk.Data);
        await _body.Value.FlushAsync();
    }

    /// <inheritdoc/>
    public void Completed(TransferResponse response, IReadOnlyList<string> warnings)
    {
        if (!stream)
        {
            _body.Value.Write(BytesOf(response.Result));
            _body.Value.Flush();
        }
        foreach (var warning in warnings.Concat(response.Warnings))
            terminal.Error.WriteLine($"ferry: {warning}");
    }

    /// <inheritdoc/>
    public void Failed(TransferError error) => terminal.Error.WriteLine(Complaint.Of(error));

    private void WriteHead(AnswerHead head)
    {
        var text = new StringBuilder($"HTTP/{head.HttpVersion} {head.Status} {head.Reason}".TrimEnd()).Append("\r\n");
        foreach (var field in head.Headers)
            text.Append(field.Name).Append(": ").Append(field.Value).Append("\r\n");
        _body.Value.Write(Encoding.Latin1.GetBytes(text.Append("\r\n").ToString()));
        _body.Value.Flush();
    }

    private static byte[] BytesOf(object result) => result switch
    {
        byte[] bytes => bytes,
        JsonElement element => Encoding.UTF8.GetBytes(element.GetRawText()),
        _ => Encoding.UTF8.GetBytes(result.ToString() ?? ""),
    };
}
