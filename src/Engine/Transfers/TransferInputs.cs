using Ferry.Engine.Errors;
using Ferry.Engine.Ranges;

namespace Ferry.Engine.Transfers;

/// <summary>What can happen to a transfer.</summary>
public abstract record TransferInput;

/// <summary>A slot is free: begin, or go on after a restart.</summary>
/// <param name="Again">Whether a transfer that failed, or was cancelled keeping its part file, is tried again; otherwise it only finishes again.</param>
public sealed record Begin(bool Again = false) : TransferInput;

/// <summary>The body's version became known: headers of attempt <paramref name="Attempt"/> were accepted.</summary>
public sealed record AttemptIdentified(int Attempt, ResourceIdentity Identity) : TransferInput;

/// <summary>A checkpoint is due.</summary>
public sealed record CheckpointDue(int Attempt, long Written, long Flushed) : TransferInput;

/// <summary>An attempt ended.</summary>
public sealed record AttemptEnded(int Attempt, AttemptResult Result) : TransferInput;

/// <summary>The wait before the next attempt is over.</summary>
public sealed record RetryDue : TransferInput;

/// <summary>The check ended.</summary>
public sealed record VerifyEnded(VerifyResult Result) : TransferInput;

/// <summary>Publishing ended.</summary>
public sealed record PublishEnded(PublishResult Result) : TransferInput;

/// <summary>Cancel it: the end.</summary>
/// <param name="KeepPart">Whether the part file is kept.</param>
/// <param name="Again">Whether one that ended was to be tried again, so that there is something to cancel; otherwise it only finishes again.</param>
public sealed record CancelAsked(bool KeepPart, bool Again = false) : TransferInput;

/// <summary>Stop, keep everything, to be resumed: a pause, a preemption, or the end of the process.</summary>
public sealed record StopAsked : TransferInput;

/// <summary>What a decision asks the actor to do. Effects are carried out in order, after the facts are journaled.</summary>
public abstract record TransferEffect;

/// <summary>Run this attempt; answer with <see cref="AttemptEnded"/>.</summary>
public sealed record RunAttempt(AttemptPlan Plan) : TransferEffect;

/// <summary>End the running attempt (or check); its result still comes.</summary>
public sealed record StopWork : TransferEffect;

/// <summary>Answer with <see cref="RetryDue"/> at this time.</summary>
public sealed record WakeAt(DateTimeOffset Time) : TransferEffect;

/// <summary>Check what was received; answer with <see cref="VerifyEnded"/>.</summary>
public sealed record RunVerify(ResourceIdentity Identity) : TransferEffect;

/// <summary>Publish; answer with <see cref="PublishEnded"/>.</summary>
public sealed record RunPublish(Verified Verified) : TransferEffect;

/// <summary>Remove the part file, or what the server has of an upload. Only what this transfer owns: a part file another one holds the lock of stays.</summary>
/// <param name="Upload">The upload, or null for a download.</param>
public sealed record DiscardPart(ResourceIdentity? Upload = null) : TransferEffect;

/// <summary>The transfer is over: tell everyone, stop.</summary>
public sealed record Finish(TransferOutcome Outcome) : TransferEffect;

/// <summary>The transfer stopped and keeps what it has: stop the actor.</summary>
public sealed record Rest : TransferEffect;

/// <summary>What follows from an input.</summary>
/// <param name="Facts">Facts to journal before anything else.</param>
/// <param name="Effects">What to do then.</param>
public sealed record TransferDecision(IReadOnlyList<TransferFact> Facts, IReadOnlyList<TransferEffect> Effects)
{
    /// <summary>Nothing follows: a late or repeated input.</summary>
    public static TransferDecision Nothing { get; } = new([], []);
}
