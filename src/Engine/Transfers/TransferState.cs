using Ferry.Engine.Ranges;

namespace Ferry.Engine.Transfers;

/// <summary>Where a transfer stands: what its facts say, and what it is doing in this process. A snapshot; never changed in place.</summary>
public sealed record TransferState
{
    /// <summary>What it is doing.</summary>
    public TransferPhase Phase { get; init; } = TransferPhase.Queued;

    /// <summary>The version its bytes belong to, or null before the first answer.</summary>
    public ResourceIdentity? Identity { get; init; }

    /// <summary>Bytes from zero that are in the part file, or that the server says it has of an upload, and survive the end of this process.</summary>
    public long Written { get; init; }

    /// <summary>Bytes of these that survive a loss of power.</summary>
    public long Flushed { get; init; }

    /// <summary>What was checked and may be published, or null.</summary>
    public Verified? Verified { get; init; }

    /// <summary>How it ended, or null.</summary>
    public TransferOutcome? Outcome { get; init; }

    /// <summary>Repetitions since the last byte that was kept.</summary>
    public int RetriesSinceProgress { get; init; }

    /// <summary>The earliest time of the next attempt, or null.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>The number of the last attempt of this process; zero before the first.</summary>
    public int Attempt { get; init; }

    /// <summary>What the last attempt asked for, or null before the first.</summary>
    public AttemptPlan? Plan { get; init; }

    /// <summary>Restarts from byte zero since <see cref="Begin"/>.</summary>
    public int Restarts { get; init; }

    /// <summary>The offset it went on from at <see cref="Begin"/>; zero for a fresh transfer and after a restart from zero.</summary>
    public long ResumedFrom { get; init; }

    /// <summary>Bytes of a body sent over the network since <see cref="Begin"/> by attempts that ended.</summary>
    public long Sent { get; init; }

    /// <summary>Bytes received over the network since <see cref="Begin"/> by attempts that ended.</summary>
    public long Received { get; init; }

    /// <summary>How often it was tried again after it had ended.</summary>
    public int Reopens { get; init; }

    /// <summary>Whether it has ended.</summary>
    public bool IsEnded => Outcome is not null;

    /// <summary>The state after one more fact.</summary>
    /// <param name="fact">The fact.</param>
    /// <param name="bootId">The boot id of the running kernel: after another boot only flushed bytes count.</param>
    public TransferState With(TransferFact fact, string bootId) => fact switch
    {
        Identified f => this with { Identity = f.Identity },
        Checkpointed f when bootId.Length > 0 && f.BootId == bootId => this with { Written = f.Written, Flushed = f.Flushed },
        Checkpointed f => this with { Written = f.Flushed, Flushed = f.Flushed },
        // Its bytes are gone, its source is the same.
        Restarted { Reason: RestartReason.SentFromStart } => this with { Written = 0, Flushed = 0, ResumedFrom = 0 },
        Restarted => this with { Identity = null, Written = 0, Flushed = 0, Verified = null, NotBefore = null, ResumedFrom = 0 },
        NothingSent => this with { Identity = null },
        RetryScheduled f => this with { RetriesSinceProgress = f.Retry, NotBefore = f.NotBefore },
        Verified f => this with { Verified = f },
        Ended { Outcome: var o } when LeavesPart(o) => this with { Outcome = o, Phase = PhaseOf(o), NotBefore = null },
        Ended f => this with { Outcome = f.Outcome, Phase = PhaseOf(f.Outcome), NotBefore = null, Written = 0, Flushed = 0, Verified = null },
        Reopened => this with { Identity = IdentityOnceReopened, Outcome = null, Phase = TransferPhase.Queued, RetriesSinceProgress = 0, NotBefore = null, Reopens = Reopens + 1 },
        _ => this,
    };

    // An upload that left nothing is prepared anew, and so is one in doubt: whoever asks for it again wants it sent.
    private ResourceIdentity? IdentityOnceReopened => Identity switch
    {
        { Upload: not null } when Outcome is not null && !LeavesPart(Outcome) => null,
        { Upload.SendOnce: true } when Written == 0 => null,
        _ => Identity,
    };

    /// <summary>Whether the bytes are still there after this outcome: published, or in the part file.</summary>
    /// <param name="outcome">The outcome.</param>
    internal static bool LeavesPart(TransferOutcome outcome) =>
        outcome is not (CancelledOutcome { PartKept: false } or FailedOutcome { Error.BytesKept: 0 });

    private static TransferPhase PhaseOf(TransferOutcome outcome) => outcome switch
    {
        CompletedOutcome => TransferPhase.Completed,
        CancelledOutcome => TransferPhase.Cancelled,
        _ => TransferPhase.Failed,
    };
}
