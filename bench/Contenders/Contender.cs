using System.Diagnostics;

namespace Ferry.Bench.Contenders;

/// <summary>One of those compared: a program run to its end.</summary>
/// <param name="Name">How the report calls it.</param>
/// <param name="Program">The program.</param>
/// <param name="Arguments">Its arguments, for a fresh directory.</param>
internal sealed record Contender(string Name, string Program, Func<string, IEnumerable<string>> Arguments)
{
    /// <summary>The command as the report shows it.</summary>
    public string Shown { get; init; } = "";

    /// <summary>Runs it once and checks, after the clock is stopped, that every file is there and right.</summary>
    /// <param name="place">A directory of its own; made here and removed.</param>
    /// <param name="check">Checks the directory; throws where something is wrong.</param>
    /// <returns>The time from the start of the process to its end.</returns>
    public async Task<TimeSpan> RunAsync(string place, Action<string> check)
    {
        Directory.CreateDirectory(Path.Combine(place, "files"));
        try
        {
            var start = new ProcessStartInfo(Program) { WorkingDirectory = place, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
            foreach (var argument in Arguments(place))
                start.ArgumentList.Add(argument);
            var clock = Stopwatch.StartNew();
            using var process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEndAsync();
            var error = process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();
            var time = clock.Elapsed;
            if (process.ExitCode != 0)
                throw new InvalidOperationException($"{Name} ended with exit code {process.ExitCode}: {await error} {await output}");
            check(Path.Combine(place, "files"));
            return time;
        }
        finally
        {
            Directory.Delete(place, recursive: true);
        }
    }
}
