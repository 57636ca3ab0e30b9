using System.Runtime.InteropServices;

namespace Ferry.Host.Rendering;

/// <summary>
/// Does something before Ctrl-Z (SIGTSTP) stops the process, and after a stop that nobody can see coming (SIGSTOP). Until it is disposed. The platform
/// does not stop a process whose SIGTSTP is handled, so the guard does.
/// </summary>
internal sealed class StopGuard : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Action<Action> _stop;
    private readonly PosixSignalRegistration? _continues;
    private PosixSignalRegistration? _stops;
    private bool _over;
    private bool _announced;

    /// <summary>Guards from now on.</summary>
    /// <param name="stop">Called on Ctrl-Z, from another thread, with what stops the process and comes back when that goes on.</param>
    /// <param name="goneOn">Called after any other stop, from another thread.</param>
    public StopGuard(Action<Action> stop, Action goneOn)
    {
        _stop = stop;
        if (OperatingSystem.IsWindows())
            return; // nothing stops there
        Listen();
        _continues = PosixSignalRegistration.Create(PosixSignal.SIGCONT, context =>
        {
            // The platform would set the terminal as it was at the start, and be stopped for that in the background.
            context.Cancel = true;
            if (!Interlocked.Exchange(ref _announced, false))
                goneOn();
        });
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _over = true;
            _stops?.Dispose();
        }
        _continues?.Dispose();
    }

    private void Listen()
    {
        lock (_lock)
        {
            if (!_over && !OperatingSystem.IsWindows())
                _stops = PosixSignalRegistration.Create(PosixSignal.SIGTSTP, OnStop);
        }
    }

    private void OnStop(PosixSignalContext context)
    {
        context.Cancel = true;
        _stop(StopProcess);
    }

    // Only a signal that nobody handles stops the process; handled again before anything else goes on.
    private void StopProcess()
    {
        lock (_lock)
            _stops?.Dispose();
        Interlocked.Exchange(ref _announced, true);
        JobControl.Stop();
        Listen();
    }
}
