using Ferry.Engine.Errors;
using Ferry.Engine.Ranges;

namespace Ferry.Engine.Uploads;

/// <summary>What an answer means for an upload; see <see cref="UploadDecisions"/>.</summary>
public abstract record UploadVerdict;

/// <summary>The server took the body of a plain upload.</summary>
public sealed record Taken : UploadVerdict;

/// <summary>The server said what it can do, or that it does not know the question.</summary>
/// <param name="Of">What it can do.</param>
public sealed record Capable(TusCapabilities Of) : UploadVerdict;

/// <summary>The upload is there.</summary>
/// <param name="Url">Its URL.</param>
/// <param name="Offset">How much of it the server has: more than zero only where the first chunk went along.</param>
public sealed record Created(Uri Url, long Offset) : UploadVerdict;

/// <summary>The server has this much: go on from there.</summary>
/// <param name="Offset">The first byte it does not have.</param>
public sealed record GoOnFrom(long Offset) : UploadVerdict;

/// <summary>The server has another offset than the one that was sent (409): ask which.</summary>
public sealed record AskOffset : UploadVerdict;

/// <summary>The upload cannot go on: create it anew.</summary>
/// <param name="Reason">Why.</param>
public sealed record CreateAnew(RestartReason Reason) : UploadVerdict;

/// <summary>The server refuses, or its answer cannot be used.</summary>
/// <param name="Error">What it said.</param>
public sealed record Refused(TransferError Error) : UploadVerdict;
