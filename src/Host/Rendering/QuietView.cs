using Ferry.Actors.Protocol;
using Ferry.Engine.Errors;
using Ferry.Host.Session;

namespace Ferry.Host.Rendering;

/// <summary>Nothing but errors.</summary>
/// <param name="terminal">Where to print.</param>
internal sealed class QuietView(Terminal terminal) : ITransferView
{
    /// <inheritdoc/>
    public TimeSpan? Period => null;

    /// <inheritdoc/>
    public void Accepted(TransferRow row, IReadOnlyList<string> warnings)
    {
    }

    /// <inheritdoc/>
    public void AlsoWrong(TransferRow row, TransferError error) => terminal.Complain(Sentences.Failed(row, error));

    /// <inheritdoc/>
    public void Told(TransferRow row, TransferEvent told)
    {
        if (told is TransferFailed failed)
            terminal.Complain(Sentences.Failed(row, failed.Error));
    }

    /// <inheritdoc/>
    public void Tick()
    {
    }

    /// <inheritdoc/>
    public void Stopping()
    {
    }

    /// <inheritdoc/>
    public void End(bool interrupted)
    {
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
