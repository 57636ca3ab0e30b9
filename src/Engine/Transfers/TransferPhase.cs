namespace Ferry.Engine.Transfers;

/// <summary>What a transfer is doing.</summary>
public enum TransferPhase
{
    /// <summary>It waits for a slot.</summary>
    Queued,

    /// <summary>The request is out, the answer not yet judged.</summary>
    Probing,

    /// <summary>The body flows.</summary>
    Transferring,

    /// <summary>It waits until the next attempt.</summary>
    WaitingToRetry,

    /// <summary>Length and digest are checked.</summary>
    Verifying,

    /// <summary>The part file is given the target's name.</summary>
    Publishing,

    /// <summary>A command is ending it; the I/O is being closed.</summary>
    Stopping,

    /// <summary>It was paused and keeps what it has.</summary>
    Paused,

    /// <summary>It ended well.</summary>
    Completed,

    /// <summary>It ended with an error.</summary>
    Failed,

    /// <summary>It was cancelled.</summary>
    Cancelled,
}
