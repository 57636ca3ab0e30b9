using Ferry.Actors.Client;
using Ferry.Actors.Protocol;
using Ferry.Engine.Errors;
using Ferry.Engine.Http;

namespace Ferry.Host.Requests;

/// <summary>Shows a response, or its events.</summary>
internal interface IResponseView
{
    /// <summary>Asks for the events to be shown; before the transfer starts.</summary>
    void Listen(TransferTask task);

    /// <summary>A chunk of a streamed body; done when it is out.</summary>
    ValueTask ChunkAsync(DataReceived chunk);

    /// <summary>The answer is there, whatever its status.</summary>
    /// <param name="response">The response.</param>
    /// <param name="warnings">What of the request did not take effect.</param>
    void Completed(TransferResponse response, IReadOnlyList<string> warnings);

    /// <summary>There is no answer.</summary>
    void Failed(TransferError error);
}
