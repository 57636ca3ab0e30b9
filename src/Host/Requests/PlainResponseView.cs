using System.Text;
using System.Text.Json;
using Ferry.Actors.Client;
using Ferry.Actors.Protocol;
using Ferry.Engine.Errors;
using Ferry.Engine.Http;
using Ferry.Host.Commands;
using Ferry.Host.Rendering;

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
            terminal.Complain($"ferry: {FlagNames.In(warning)}");
    }

    /// <inheritdoc/>
    public void Failed(TransferError error) => terminal.Complain(Complaint.Of(error));

    private void WriteHead(AnswerHead head)
    {
        var text = new StringBuilder(Shown($"HTTP/{head.HttpVersion} {head.Status} {head.Reason}".TrimEnd())).Append("\r\n");
        foreach (var field in head.Headers)
            text.Append(Shown($"{field.Name}: {field.Value}")).Append("\r\n");
        _body.Value.Write(Encoding.Latin1.GetBytes(text.Append("\r\n").ToString()));
        _body.Value.Flush();
    }

    // For a program the header is what came, byte for byte; a terminal must not obey it.
    private string Shown(string line) => terminal.IsInteractive
        ? Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(PrintableText.Of(Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(line)))))
        : line;

    private static byte[] BytesOf(object result) => result switch
    {
        byte[] bytes => bytes,
        JsonElement element => Encoding.UTF8.GetBytes(element.GetRawText()),
        _ => Encoding.UTF8.GetBytes(result.ToString() ?? ""),
    };
}
