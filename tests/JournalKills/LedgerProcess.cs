using System.Diagnostics;
using System.Globalization;

namespace Ferry.JournalKills;

/// <summary>The program that is killed, as a real child process.</summary>
internal sealed class LedgerProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly Task<string> _error;

    private LedgerProcess(Process process)
    {
        _process = process;
        _error = process.StandardError.ReadToEndAsync();
    }

    public static LedgerProcess Start(string database, string synchronous, int seed)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var argument in new[]
                 {
                     "exec", Path.Combine(AppContext.BaseDirectory, "JournalKills.dll"), database, synchronous, seed.ToString(CultureInfo.InvariantCulture),
                 })
        {
            start.ArgumentList.Add(argument);
        }
        return new LedgerProcess(Process.Start(start)!);
    }

    /// <summary>Kills the process with SIGKILL after so many acknowledgements, and gives all that it wrote before it was gone.</summary>
    /// <param name="acknowledgements">How many, counted from the moment it is ready; 0 for that moment.</param>
    /// <exception cref="TimeoutException">For a minute none came.</exception>
    public async Task<IReadOnlyList<Acknowledgement>> KillAfterAsync(int acknowledgements)
    {
        using var patience = new CancellationTokenSource();
        var told = new List<Acknowledgement>();
        try
        {
            // A slow machine takes its time; one that says nothing more hangs.
            while (await NextLineAsync(patience) is { } line)
            {
                told.Add(Acknowledgement.Parse(line));
                if (told.Count == acknowledgements + 1)
                    _process.Kill();
            }
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException e)
        {
            _process.Kill();
            throw new TimeoutException($"The program wrote {told.Count} of {acknowledgements + 1} lines and then nothing for {Patience.TotalSeconds} s: {await _error}", e);
        }
        return told.Count > acknowledgements
            ? told
            : throw new InvalidOperationException($"The program ended by itself after {told.Count} lines: {await _error}");
    }

    private ValueTask<string?> NextLineAsync(CancellationTokenSource patience)
    {
        patience.CancelAfter(Patience);
        return _process.StandardOutput.ReadLineAsync(patience.Token);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }
        _process.Dispose();
    }
}
