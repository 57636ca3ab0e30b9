using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Ferry.Testing.Processes;

/// <summary>The program <c>ferry</c> as a real child process.</summary>
public sealed class FerryProcess : IDisposable
{
    /// <summary>How long a test waits for what should come at once, before it gives up.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly Lock _lock = new();
    private readonly List<string> _output = [];
    private readonly List<(Func<JsonElement, bool> Wanted, TaskCompletionSource<JsonElement> Latch)> _waiting = [];
    private readonly Task _reading;
    private readonly Task<string> _error;
    private readonly Task<FerryEnd> _ended;
    private long _lastLine = Stopwatch.GetTimestamp();

    private FerryProcess(Process process)
    {
        _process = process;
        _reading = ReadAsync();
        _error = process.StandardError.ReadToEndAsync();
        _ended = AwaitEndAsync();
    }

    /// <summary>The process id.</summary>
    public int Id => _process.Id;

    /// <summary>Starts <c>ferry</c>, the build that lies beside the running assembly.</summary>
    /// <param name="arguments">The arguments.</param>
    /// <param name="state">XDG_STATE_HOME; null leaves it unset, with a HOME that does not exist.</param>
    /// <param name="directory">The working directory.</param>
    public static FerryProcess Start(IEnumerable<string> arguments, string? state = null, string? directory = null)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
            UseShellExecute = false,
            WorkingDirectory = directory ?? "",
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "ferry.dll"));
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        start.Environment["XDG_STATE_HOME"] = state;
        // Two cores are shared by many children: the quickest start wins.
        start.Environment["DOTNET_TieredPGO"] = "0";
        return new FerryProcess(Process.Start(start)!);
    }

    /// <summary>Runs <c>ferry</c> to its end.</summary>
    /// <param name="arguments">The arguments.</param>
    /// <param name="state">XDG_STATE_HOME.</param>
    /// <param name="directory">The working directory.</param>
    public static async Task<FerryEnd> RunAsync(IEnumerable<string> arguments, string? state = null, string? directory = null)
    {
        using var process = Start(arguments, state, directory);
        return await process.EndAsync();
    }

    /// <summary>The next JSON line of this event, or one that came already.</summary>
    /// <param name="name">The event.</param>
    public Task<JsonElement> EventAsync(string name) => LineAsync(line => line.GetProperty("event").GetString() == name);

    /// <summary>The first JSON line that is wanted, whether it came already or comes yet.</summary>
    /// <param name="wanted">Whether it is.</param>
    public Task<JsonElement> LineAsync(Func<JsonElement, bool> wanted)
    {
        lock (_lock)
        {
            foreach (var line in _output.Select(Json).OfType<JsonElement>().Where(wanted))
                return Task.FromResult(line);
            var latch = new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((wanted, latch));
            return latch.Task.WaitAsync(Patience);
        }
    }

    /// <summary>Ends the process with SIGKILL and waits until it is gone.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _ended;
    }

    /// <summary>Ends a run that took too long.</summary>
    /// <param name="tooLong">What took too long.</param>
    /// <returns>See <see cref="FerryEnd.GivenUp"/>.</returns>
    public async Task<Exception> GiveUpAsync(TimeoutException tooLong)
    {
        ArgumentNullException.ThrowIfNull(tooLong);
        var silence = Stopwatch.GetElapsedTime(Interlocked.Read(ref _lastLine));
        await KillAsync();
        return (await EndAsync()).GivenUp(tooLong, silence);
    }

    /// <summary>Sends a signal.</summary>
    /// <param name="signal">The signal.</param>
    public void Signal(UnixSignal signal)
    {
        if (Kill(_process.Id, (int)signal) != 0)
            throw new InvalidOperationException($"The signal {signal} could not be sent: error {Marshal.GetLastPInvokeError()}.");
    }

    /// <summary>Waits for the end.</summary>
    /// <param name="limit">How long; null for <see cref="Patience"/>.</param>
    /// <exception cref="TimeoutException">It did not come within the limit.</exception>
    public Task<FerryEnd> EndAsync(TimeSpan? limit = null) => _ended.WaitAsync(limit ?? Patience);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_ended.IsCompleted)
        {
            _process.Kill();
            _process.WaitForExit();
        }
        _process.Dispose();
    }

    internal static JsonElement? Json(string line)
    {
        if (!line.StartsWith('{'))
            return null;
        using var document = JsonDocument.Parse(line);
        return document.RootElement.Clone();
    }

    // Asked once: of two who ask a Process at the same moment, one may be told that it has ended and not yet with which code.
    private async Task<FerryEnd> AwaitEndAsync()
    {
        await _process.WaitForExitAsync();
        await _reading;
        return new FerryEnd(_process.ExitCode, string.Concat(_output.Select(l => l + "\n")), await _error);
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            Interlocked.Exchange(ref _lastLine, Stopwatch.GetTimestamp());
            lock (_lock)
            {
                _output.Add(line);
                if (Json(line) is not { } json)
                    continue;
                foreach (var (wanted, latch) in _waiting)
                {
                    if (wanted(json))
                        latch.TrySetResult(json);
                }
            }
        }
        lock (_lock)
        {
            foreach (var (_, latch) in _waiting)
                latch.TrySetException(new InvalidOperationException($"ferry ended before it told this. Its output:\n{string.Join('\n', _output)}"));
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int Kill(int pid, int signal);
}

/// <summary>Signals a test sends.</summary>
public enum UnixSignal
{
    /// <summary>Ctrl-C.</summary>
    Interrupt = 2,

    /// <summary>What <c>kill</c> sends.</summary>
    Terminate = 15,
}

/// <summary>How a run of <c>ferry</c> ended.</summary>
/// <param name="ExitCode">The exit code.</param>
/// <param name="Output">What stands on standard output.</param>
/// <param name="Error">What stands on standard error.</param>
public sealed record FerryEnd(int ExitCode, string Output, string Error)
{
    // As the system tells it: 128 and the number of the signal.
    private const int KilledExitCode = 128 + 9;

    /// <summary>Whether SIGKILL ended it.</summary>
    public bool WasKilled => ExitCode == KilledExitCode;

    /// <summary>The JSON lines of standard output.</summary>
    public IReadOnlyList<JsonElement> Lines => [.. Output.Split('\n').Select(FerryProcess.Json).OfType<JsonElement>()];

    /// <summary>The last JSON line.</summary>
    public JsonElement Last => Lines[^1];

    /// <summary>What to say of a run that was ended because something took too long.</summary>
    /// <param name="tooLong">What took too long.</param>
    /// <param name="silence">How long the run had written nothing.</param>
    /// <returns>A <see cref="TimeoutException"/>, or after <see cref="FerryProcess.Patience"/> without a word an <see cref="InvalidOperationException"/>: it hung.</returns>
    public Exception GivenUp(TimeoutException tooLong, TimeSpan silence)
    {
        ArgumentNullException.ThrowIfNull(tooLong);
        var text = $"{tooLong.Message} The run was ended: {this}";
        return silence < FerryProcess.Patience
            ? new TimeoutException(text, tooLong)
            : new InvalidOperationException($"The run hung, without a word for {silence.TotalSeconds:0} s. {text}", tooLong);
    }

    /// <inheritdoc/>
    public override string ToString() => $"exit code {ExitCode}\n--- output\n{Output}--- error\n{Error}";
}
