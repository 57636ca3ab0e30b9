using Ferry.Engine.Errors;
using Ferry.Engine.Ranges;
using Ferry.Engine.Transfers;

namespace Ferry.Engine.Uploads;

/// <summary>Carries one attempt of an upload; throws <see cref="TransferException"/> for what breaks it.</summary>
internal interface IUploadSender
{
    /// <summary>Bytes of the body that went over the network in this attempt.</summary>
    long Sent { get; }

    /// <summary>Whether a body was about to go over the network in this attempt: from then on a server may have taken it.</summary>
    bool HasBegun { get; }

    /// <summary>Bytes from the start that the server said it has.</summary>
    long Acknowledged { get; }

    /// <summary>Makes ready what has to be journaled before the first byte is sent.</summary>
    Task<AttemptResult> PrepareAsync(CancellationToken cancellationToken);

    /// <summary>Sends what the server does not have.</summary>
    Task<AttemptResult> SendAsync(ResourceIdentity identity, CancellationToken cancellationToken);
}
