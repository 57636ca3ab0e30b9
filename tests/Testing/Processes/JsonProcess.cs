using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace Ferry.Testing.Processes;

/// <summary>A child process that tells what it does in lines of JSON, each with its <c>event</c>; it ends with this.</summary>
public sealed class JsonProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Lock _lock = new();
    private readonly List<JsonElement> _lines = [];
    private readonly Task _reading;
    private readonly Task<string> _error;
    private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _ended;

    private JsonProcess(Process process)
    {
        _process = process;
        _error = process.StandardError.ReadToEndAsync();
        _reading = ReadAsync();
    }

    /// <summary>The lines so far.</summary>
    public IReadOnlyList<JsonElement> Lines
    {
        get
        {
            lock (_lock)
                return [.. _lines];
        }
    }

    /// <summary>Starts a program.</summary>
    /// <param name="program">Its name or path.</param>
    /// <param name="arguments">Its arguments.</param>
    public static JsonProcess Start(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        return new JsonProcess(Process.Start(start)!);
    }

    /// <summary>The first line of an event, or the first that is wanted, whether it came already or comes yet.</summary>
    /// <param name="name">The event.</param>
    /// <param name="wanted">Whether the line is wanted; null for any.</param>
    /// <exception cref="InvalidOperationException">The process ended without it.</exception>
    /// <exception cref="TimeoutException">It did not come within <see cref="FerryProcess.Patience"/>.</exception>
    public async Task<JsonElement> EventAsync(string name, Func<JsonElement, bool>? wanted = null)
    {
        for (var seen = 0; ;)
        {
            Task news;
            lock (_lock)
            {
                for (; seen < _lines.Count; seen++)
                {
                    if (_lines[seen].GetProperty("event").ValueEquals(name) && wanted?.Invoke(_lines[seen]) is not false)
                        return _lines[seen];
                }
                if (_ended)
                    break;
                news = _news.Task;
            }
            await news.WaitAsync(FerryProcess.Patience);
        }
        throw new InvalidOperationException($"The process ended before it told '{name}': {await EndAsync()}");
    }

    /// <summary>Writes a line to its standard input.</summary>
    /// <param name="line">The line.</param>
    public async Task SendAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>Ends the process with SIGKILL and waits until it is gone.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        await _reading;
    }

    /// <summary>Waits for its end.</summary>
    /// <exception cref="TimeoutException">It did not come within <see cref="FerryProcess.Patience"/>.</exception>
    public async Task<JsonEnd> EndAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(FerryProcess.Patience);
        await _reading;
        return new JsonEnd(_process.ExitCode, Lines, await _error);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
    }

    private async Task ReadAsync()
    {
        try
        {
            while (await _process.StandardOutput.ReadLineAsync() is { } line)
            {
                var json = FerryProcess.Json(line);
                Tell(() => _lines.Add(json ?? throw new InvalidOperationException($"The process wrote a line that is not JSON: {line}")));
            }
        }
        finally
        {
            Tell(() => _ended = true);
        }
    }

    private void Tell(Action what)
    {
        TaskCompletionSource news;
        lock (_lock)
        {
            what();
            (news, _news) = (_news, new(TaskCreationOptions.RunContinuationsAsynchronously));
        }
        news.SetResult();
    }
}

/// <summary>How a run of such a process ended.</summary>
/// <param name="ExitCode">The exit code.</param>
/// <param name="Lines">What it told.</param>
/// <param name="Error">What stands on standard error.</param>
public sealed record JsonEnd(int ExitCode, IReadOnlyList<JsonElement> Lines, string Error)
{
    /// <inheritdoc/>
    public override string ToString() => $"exit code {ExitCode}\n--- told\n{string.Join('\n', Lines)}\n--- error\n{Error}";
}
