using Ferry.Actors.Protocol;
using Ferry.Engine.Errors;
using Ferry.Host.Session;

namespace Ferry.Host.Rendering;

/// <summary>Shows the transfers of a command. Called from one loop, never at the same time.</summary>
internal interface ITransferView : IDisposable
{
    /// <summary>How often <see cref="Tick"/> wants to be called; null for never.</summary>
    TimeSpan? Period { get; }

    /// <summary>A transfer was accepted.</summary>
    /// <param name="row">The transfer.</param>
    /// <param name="warnings">Options that do not take effect, and why.</param>
    void Accepted(TransferRow row, IReadOnlyList<string> warnings);

    /// <summary>One of several errors of a transfer that cannot be started; the last of them is told as its end.</summary>
    /// <param name="row">The transfer.</param>
    /// <param name="error">The error.</param>
    void AlsoWrong(TransferRow row, TransferError error);

    /// <summary>Something happened; the row knows it already.</summary>
    /// <param name="row">The transfer.</param>
    /// <param name="told">What happened.</param>
    void Told(TransferRow row, TransferEvent told);

    /// <summary>A period went by.</summary>
    void Tick();

    /// <summary>A signal asks for the end; what is running is being stopped.</summary>
    void Stopping();

    /// <summary>Everything is over, or was stopped.</summary>
    /// <param name="interrupted">Whether transfers are left that can go on.</param>
    void End(bool interrupted);
}
