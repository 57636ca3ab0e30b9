using System.Runtime.InteropServices;

namespace Ferry.Host.Rendering;

/// <summary>
/// Does one thing where the process ends in the middle of what it does: by <see cref="Environment.Exit"/>, by Ctrl-\, or by an exception that nobody
/// catches. Until it is disposed.
/// </summary>
internal sealed class ExitGuard : IDisposable
{
    private readonly Action _act;
    private readonly PosixSignalRegistration _quit;

    /// <summary>Guards from now on.</summary>
    /// <param name="act">What to do, from another thread.</param>
    public ExitGuard(Action act)
    {
        _act = act;
        AppDomain.CurrentDomain.ProcessExit += OnExit;
        AppDomain.CurrentDomain.UnhandledException += OnExit;
        _quit = PosixSignalRegistration.Create(PosixSignal.SIGQUIT, _ => Briefly.Do(act));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnExit;
        AppDomain.CurrentDomain.UnhandledException -= OnExit;
        _quit.Dispose();
    }

    private void OnExit(object? sender, EventArgs e) => Briefly.Do(_act);
}
