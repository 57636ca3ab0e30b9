using System.Runtime.InteropServices;

namespace Ferry.Host.Rendering;

/// <summary>
/// Does one thing where the process ends in the middle of what it does: by <see cref="Environment.Exit"/>, by Ctrl-\, or by an exception that nobody
/// catches. Until it is disposed.
/// </summary>
internal sealed class ExitGuard : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Action _act;
    private readonly PosixSignalRegistration _quit;

    /// <summary>Guards from now on.</summary>
    /// <param name="act">What to do, from another thread.</param>
    public ExitGuard(Action act)
    {
        _act = act;
        AppDomain.CurrentDomain.ProcessExit += OnExit;
        AppDomain.CurrentDomain.UnhandledException += OnExit;
        _quit = PosixSignalRegistration.Create(PosixSignal.SIGQUIT, _ => Act());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnExit;
        AppDomain.CurrentDomain.UnhandledException -= OnExit;
        _quit.Dispose();
    }

    private void OnExit(object? sender, EventArgs e) => Act();

    // On a thread of its own, which is not waited for without end: what does not come to an end must not keep the process.
    private void Act()
    {
        var acting = new Thread(() => _act()) { IsBackground = true };
        acting.Start();
        acting.Join(Patience);
    }
}
