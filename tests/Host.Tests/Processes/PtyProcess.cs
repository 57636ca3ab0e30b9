using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Ferry.Testing.Processes;
using Microsoft.Win32.SafeHandles;

namespace Ferry.Host.Tests.Processes;

/// <summary>The program <c>ferry</c> as a child process whose output is a terminal: a pseudo-terminal that this end reads.</summary>
internal sealed class PtyProcess : IDisposable
{
    private const int ReadWriteNotControlling = 0x102; // O_RDWR | O_NOCTTY of Linux

    private readonly Process _process;
    private readonly FileStream _terminal;
    private readonly Lock _lock = new();
    private readonly StringBuilder _shown = new();
    private readonly List<(string Text, TaskCompletionSource Latch)> _waiting = [];
    private readonly Task _reading;

    private PtyProcess(Process process, FileStream terminal)
    {
        (_process, _terminal) = (process, terminal);
        _reading = Task.Factory.StartNew(Read, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>What was written to the terminal so far, escape sequences and all.</summary>
    public string Shown
    {
        get
        {
            lock (_lock)
                return _shown.ToString();
        }
    }

    /// <summary>Starts <c>ferry</c>.</summary>
    /// <param name="arguments">The arguments.</param>
    /// <param name="state">XDG_STATE_HOME.</param>
    public static PtyProcess Start(IEnumerable<string> arguments, string state) =>
        // The shell becomes the program, so that the process id is the program's.
        Start("ulimit -c 0; exec \"$@\"", arguments, state);

    /// <summary>Starts a shell with job control that has the terminal for its own, and whose script runs <c>ferry</c> as <c>"$@"</c>.</summary>
    /// <param name="script">The script.</param>
    /// <param name="arguments">The arguments.</param>
    /// <param name="state">XDG_STATE_HOME.</param>
    public static PtyProcess StartShell(string script, IEnumerable<string> arguments, string state) =>
        Start("exec setsid --ctty --wait sh -mc \"$FERRY_SCRIPT\" sh \"$@\"", arguments, state, script);

    private static PtyProcess Start(string command, IEnumerable<string> arguments, string state, string script = "")
    {
        var terminal = Open(out var name);
        var start = new ProcessStartInfo("/bin/sh")
        {
            ArgumentList = { "-c", $"exec <\"$FERRY_TTY\" >\"$FERRY_TTY\" 2>&1; {command}", "sh", "dotnet", Path.Combine(AppContext.BaseDirectory, "ferry.dll") },
            UseShellExecute = false,
            Environment = { ["FERRY_TTY"] = name, ["FERRY_SCRIPT"] = script, ["XDG_STATE_HOME"] = state, ["TERM"] = "xterm", ["LC_ALL"] = "C.UTF-8", ["DOTNET_TieredPGO"] = "0" },
        };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        return new PtyProcess(Process.Start(start)!, terminal);
    }

    /// <summary>Ends once a text was written to the terminal.</summary>
    /// <param name="text">The text.</param>
    public Task ShowsAsync(string text)
    {
        lock (_lock)
        {
            if (_shown.ToString().Contains(text, StringComparison.Ordinal))
                return Task.CompletedTask;
            var latch = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((text, latch));
            return latch.Task.WaitAsync(FerryProcess.Patience);
        }
    }

    /// <summary>Types on the terminal.</summary>
    /// <param name="keys">The characters, as the keys send them.</param>
    public void Type(string keys) => _terminal.Write(Encoding.UTF8.GetBytes(keys));

    /// <summary>Sends signals, one right after the other.</summary>
    /// <param name="signals">The signals.</param>
    public void Signal(params UnixSignal[] signals)
    {
        foreach (var signal in signals)
        {
            if (Kill(_process.Id, (int)signal) != 0)
                throw new InvalidOperationException($"The signal {signal} could not be sent: error {Marshal.GetLastPInvokeError()}.");
        }
    }

    /// <summary>Waits for the end.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> EndAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(FerryProcess.Patience);
        await _reading.WaitAsync(FerryProcess.Patience);
        return _process.ExitCode;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }
        _process.Dispose();
        _terminal.Dispose();
    }

    private static FileStream Open(out string name)
    {
        var master = OpenMaster(ReadWriteNotControlling);
        var handle = new SafeFileHandle(master, ownsHandle: true);
        if (master < 0 || Grant(master) != 0 || Unlock(master) != 0)
            throw new InvalidOperationException($"There is no pseudo-terminal: error {Marshal.GetLastPInvokeError()}.");
        var buffer = new byte[64];
        if (NameOf(master, buffer, buffer.Length) != 0)
            throw new InvalidOperationException("The pseudo-terminal has no name.");
        name = Encoding.ASCII.GetString(buffer).TrimEnd('\0');
        return new FileStream(handle, FileAccess.ReadWrite, bufferSize: 0);
    }

    private void Read()
    {
        var buffer = new byte[4096];
        var decoder = Encoding.UTF8.GetDecoder();
        var characters = new char[4096];
        try
        {
            for (int count; (count = _terminal.Read(buffer)) > 0;)
                Note(characters.AsSpan(0, decoder.GetChars(buffer, 0, count, characters, 0)));
        }
        catch (IOException)
        {
            // EIO: the last process that had the terminal open is gone.
        }
    }

    private void Note(ReadOnlySpan<char> text)
    {
        lock (_lock)
        {
            _shown.Append(text);
            var shown = _shown.ToString();
            foreach (var (wanted, latch) in _waiting)
            {
                if (shown.Contains(wanted, StringComparison.Ordinal))
                    latch.TrySetResult();
            }
        }
    }

    [DllImport("libc", EntryPoint = "posix_openpt", SetLastError = true)]
    private static extern int OpenMaster(int flags);

    [DllImport("libc", EntryPoint = "grantpt", SetLastError = true)]
    private static extern int Grant(int master);

    [DllImport("libc", EntryPoint = "unlockpt", SetLastError = true)]
    private static extern int Unlock(int master);

    [DllImport("libc", EntryPoint = "ptsname_r")]
    private static extern int NameOf(int master, [Out] byte[] name, nint length);

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int Kill(int pid, int signal);
}
