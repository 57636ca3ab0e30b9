namespace Ferry.Engine.Ranges;

/// <summary>Why bytes received earlier were dropped.</summary>
public enum RestartReason
{
    /// <summary>The server has another version now (another validator, 412, another length, another final URL).</summary>
    ResourceChanged,

    /// <summary>No strong validator is known or came back, so the bytes cannot be told to be of the same version (rule 6).</summary>
    NoValidator,

    /// <summary>The server answers a range request with the whole body (rule 11).</summary>
    RangesIgnored,

    /// <summary>The server answered with bytes or a Content-Range that were not asked for (rules 12, 13, 15).</summary>
    RangeMangled,

    /// <summary>The part file is missing or shorter than the journal says.</summary>
    PartFileLost,

    /// <summary>The server no longer has the upload (404, 410: expired, or removed): it is created anew.</summary>
    UploadLost,

    /// <summary>A plain upload cannot go on where it stopped: its body is sent from the start.</summary>
    SentFromStart,
}
