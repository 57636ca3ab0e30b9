using Ferry.Actors.Client;
using Ferry.Actors.Protocol;
using Ferry.Engine.Errors;
using Ferry.Engine.Http;
using Ferry.Host.Commands;

namespace Ferry.Host.Requests;

/// <summary>The whole response, or the error, as one JSON object; the sentence about an error on standard error as ever.</summary>
internal sealed class JsonResponseView(Terminal terminal) : IResponseView
{
    /// <inheritdoc/>
    public void Listen(TransferTask task)
    {
    }

    /// <inheritdoc/>
    public ValueTask ChunkAsync(DataReceived chunk) => throw new InvalidOperationException("Only a streamed body comes in chunks.");

    /// <inheritdoc/>
    public void Completed(TransferResponse response, IReadOnlyList<string> warnings) =>
        terminal.PrintJson(ResponseJson.Line(w => ResponseJson.Response(w, response, warnings.Concat(response.Warnings), withResult: true)));

    /// <inheritdoc/>
    public void Failed(TransferError error)
    {
        terminal.PrintJson(ResponseJson.Line(w => ResponseJson.Error(w, error)));
        terminal.Complain(Complaint.Of(error));
    }
}
