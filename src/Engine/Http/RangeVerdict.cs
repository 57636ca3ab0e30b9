using Ferry.Engine.Errors;
using Ferry.Engine.Ranges;

namespace Ferry.Engine.Http;

/// <summary>What an answer means for an attempt; see <see cref="RangeResponse.Judge"/>.</summary>
public abstract record RangeVerdict;

/// <summary>The body may be written. Hand this to <see cref="HttpAnswer.Open"/>, then read until it returns zero.</summary>
/// <param name="Offset">Where the first byte of the body belongs.</param>
/// <param name="BodyLength">The bytes this body must have, or null where it cannot be known (chunked or coded).</param>
/// <param name="EndsWhole">
/// Whether the proper end of this body is the end of the representation, or of what was asked for. Otherwise the server sent less than was asked, which is legal: ask
/// for the rest (rule 14).
/// </param>
/// <param name="Identity">
/// The version the body belongs to, with the total length where it is known. Where <see cref="ResourceIdentity.ContentCoding"/> is set, the body
/// is read decoded and cannot be resumed (rule 28).
/// </param>
public sealed record AcceptFrom(long Offset, long? BodyLength, bool EndsWhole, ResourceIdentity Identity) : RangeVerdict;

/// <summary>The kept bytes are the whole: 416 with the same length and the same validator (rule 16).</summary>
/// <param name="Identity">The version, with its length.</param>
public sealed record AlreadyWhole(ResourceIdentity Identity) : RangeVerdict;

/// <summary>The representation has no bytes (rule 19).</summary>
/// <param name="Identity">The version, with length zero.</param>
public sealed record EmptyFile(ResourceIdentity Identity) : RangeVerdict;

/// <summary>The kept bytes cannot be continued: drop them and ask for the whole. Nothing of this body may be written.</summary>
/// <param name="Reason">Why.</param>
public sealed record MustRestart(RestartReason Reason) : RangeVerdict;

/// <summary>The server does not honour If-Range although nothing changed: ask again with If-Match, once (rule 7).</summary>
public sealed record TryIfMatch : RangeVerdict;

/// <summary>
/// The remembered final URL refuses, as a signed one does once it expired: ask for the same bytes at the caller's own URL, which leads to the
/// present one. Nothing is dropped before that answered.
/// </summary>
public sealed record AskCallersUrl : RangeVerdict;

/// <summary>The server refuses; the body is an error page and never part of a file (rule 22). Retry-After: see <see cref="RetryAfter"/>.</summary>
/// <param name="Error">What it said.</param>
public sealed record HttpFailure(TransferError Error) : RangeVerdict;

/// <summary>The answer breaks HTTP or cannot be used.</summary>
/// <param name="Error">How.</param>
public sealed record InvalidAnswer(TransferError Error) : RangeVerdict;
