namespace Ferry.Engine.Errors;

/// <summary>The stage of a transfer at which an error arose.</summary>
public enum ErrorStage
{
    /// <summary>The request was looked at; nothing was done yet.</summary>
    Validating,

    /// <summary>A name was resolved.</summary>
    Resolving,

    /// <summary>A connection was made.</summary>
    Connecting,

    /// <summary>TLS was negotiated.</summary>
    Securing,

    /// <summary>The request was sent.</summary>
    Sending,

    /// <summary>The answer's status and header were awaited or judged.</summary>
    Answering,

    /// <summary>The body was read.</summary>
    Receiving,

    /// <summary>Bytes were written to the part file.</summary>
    Writing,

    /// <summary>Length and digest were checked.</summary>
    Verifying,

    /// <summary>The part file was given the target's name.</summary>
    Publishing,

    /// <summary>A fact was written to the journal.</summary>
    Journaling,
}

/// <summary>Who has to change something before the same transfer can succeed.</summary>
public enum ErrorSide
{
    /// <summary>The caller: the request asks for what cannot be done.</summary>
    Caller,

    /// <summary>This machine: its disk, its memory, its settings.</summary>
    Local,

    /// <summary>The network between here and the server.</summary>
    Network,

    /// <summary>The server.</summary>
    Remote,
}

/// <summary>Why a transfer failed, or why a command was rejected.</summary>
/// <param name="Code">The code of spec/requests.md section 6.</param>
/// <param name="Stage">Where in the transfer it arose.</param>
/// <param name="Side">Whose move it is.</param>
/// <param name="Message">One sentence for a person: what happened, with the value, and the remedy where there is one. No secrets, no query strings.</param>
public sealed record TransferError(ErrorCode Code, ErrorStage Stage, ErrorSide Side, string Message)
{
    /// <summary>Whether the same request may succeed later without a change.</summary>
    public bool RetryCanHelp { get; init; }

    /// <summary>Bytes of the body that were kept and need not be fetched again.</summary>
    public long BytesKept { get; init; }

    /// <summary>The HTTP status that caused the error, where one did.</summary>
    public int? HttpStatus { get; init; }

    /// <summary>Stage and side in one word, such as <c>connecting/network</c>.</summary>
    public string Kind => $"{Stage}/{Side}".ToLowerInvariant();
}

/// <summary>Carries a <see cref="TransferError"/> through code that throws.</summary>
public sealed class TransferException : Exception
{
    /// <summary>Wraps an error.</summary>
    /// <param name="error">The error.</param>
    /// <param name="inner">What caused it, where an exception did.</param>
    public TransferException(TransferError error, Exception? inner = null)
        : base(error.Message, inner) => Error = error;

    /// <summary>The error.</summary>
    public TransferError Error { get; }
}
