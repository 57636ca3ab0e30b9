using System.Runtime.InteropServices;
using Ferry.Host.Commands;

namespace Ferry.Host.Session;

/// <summary>Ctrl-C and SIGTERM: the first asks for a graceful end, the second ends the process at once.</summary>
internal sealed class Interrupts : IDisposable
{
    private readonly PosixSignalRegistration[] _registrations;
    private readonly Action _first;
    private int _count;

    /// <summary>Listens from now on.</summary>
    /// <param name="first">Called once, from another thread.</param>
    public Interrupts(Action first)
    {
        _first = first;
        _registrations = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }
            .Select(signal => PosixSignalRegistration.Create(signal, OnSignal))];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        if (Interlocked.Increment(ref _count) == 1)
            _first();
        else
            Environment.Exit(ExitCode.Interrupted);
    }
}
