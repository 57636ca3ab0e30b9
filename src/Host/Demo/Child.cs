using System.Diagnostics;
using System.Text.Json;

namespace Ferry.Host.Demo;

/// <summary>This program once more, as a child process whose JSON lines are read.</summary>
internal sealed class Child : IDisposable
{
    private readonly Process _process;

    private Child(Process process) => _process = process;

    /// <summary>The process id.</summary>
    public int Id => _process.Id;

    /// <summary>Starts this program.</summary>
    /// <param name="arguments">The arguments.</param>
    public static Child Start(IEnumerable<string> arguments)
    {
        var (program, first) = Self();
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var argument in first.Concat(arguments))
            start.ArgumentList.Add(argument);
        return new Child(Process.Start(start) ?? throw new InvalidOperationException($"'{program}' could not be started."));
    }

    /// <summary>The JSON lines of standard output, as they come, until the process ends.</summary>
    public async IAsyncEnumerable<JsonElement> LinesAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith('{'))
                yield return Parse(line);
        }
    }

    /// <summary>Ends the process with SIGKILL: it gets no chance to save anything.</summary>
    public void Kill() => _process.Kill();

    /// <summary>Waits for the end.</summary>
    /// <returns>The exit code and what was written to standard error.</returns>
    public async Task<(int Code, string Error)> EndAsync()
    {
        var error = await _process.StandardError.ReadToEndAsync();
        await _process.WaitForExitAsync();
        return (_process.ExitCode, error.Trim());
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
    }

    private static JsonElement Parse(string line)
    {
        using var document = JsonDocument.Parse(line);
        return document.RootElement.Clone();
    }

    private static (string Program, string[] First) Self()
    {
        var program = Environment.ProcessPath ?? "dotnet";
        return Path.GetFileNameWithoutExtension(program) == "dotnet"
            ? (program, [Path.Combine(AppContext.BaseDirectory, "ferry.dll")])
            : (program, []);
    }
}
