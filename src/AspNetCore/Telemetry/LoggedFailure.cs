using Ferry.AspNetCore.Storage;

namespace Ferry.AspNetCore.Telemetry;

/// <summary>
/// An exception as a log shows it: the same texts, with all ids cut short. What a file system throws names paths, and what a service throws
/// may name anything.
/// </summary>
internal sealed class LoggedFailure : Exception
{
    private readonly Exception _thrown;

    /// <summary>Shows an exception, and those in it.</summary>
    /// <param name="thrown">What was thrown.</param>
    public LoggedFailure(Exception thrown)
        : base(UploadId.CutShort($"{thrown.GetType()}: {thrown.Message}"), thrown.InnerException is { } inner ? new LoggedFailure(inner) : null)
    {
        _thrown = thrown;
        HResult = thrown.HResult;
    }

    /// <inheritdoc/>
    public override string? StackTrace => _thrown.StackTrace;

    /// <inheritdoc/>
    public override string ToString() => UploadId.CutShort(_thrown.ToString());
}
