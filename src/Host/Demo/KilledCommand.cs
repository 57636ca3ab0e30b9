using System.Text.Json;
using Ferry.Host.Commands;

namespace Ferry.Host.Demo;

/// <summary>A command that is killed in the middle and run again.</summary>
/// <param name="arguments">Its arguments; it prints JSON.</param>
/// <param name="report">Told of it.</param>
/// <param name="stop">Ends what runs.</param>
internal sealed class KilledCommand(IReadOnlyList<string> arguments, DemoReport report, CancellationToken stop)
{
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);

    /// <summary>Runs it, and kills it with SIGKILL.</summary>
    /// <param name="title">What it is.</param>
    /// <param name="killAt">The bytes of all its files at which it is killed.</param>
    /// <returns>What it last said of each file.</returns>
    public async Task<IReadOnlyDictionary<string, long>> RunToKillAsync(string title, long killAt)
    {
        using var child = Child.Start(arguments);
        using var stopping = stop.Register(child.Kill);
        report.Started(title, child.Id, arguments);
        var bytes = new Dictionary<string, long>(StringComparer.Ordinal);
        var killed = false;
        await foreach (var line in child.LinesAsync())
        {
            if (NameOf(line) is not { } name || Moved(line) is not { } moved)
                continue;
            bytes[name] = moved;
            if (killed || bytes.Values.Sum() < killAt)
                continue;
            child.Kill();
            killed = true;
        }
        stop.ThrowIfCancellationRequested();
        if (killed)
            return bytes;
        var (code, error) = await child.EndAsync();
        throw new InvalidOperationException($"The command ended before it could be killed (exit code {code}). {error}");
    }

    /// <summary>Runs it to its end.</summary>
    /// <returns>The last line of each file, by name.</returns>
    public async Task<IReadOnlyDictionary<string, JsonElement>> RunToEndAsync()
    {
        using var child = Child.Start(arguments);
        using var stopping = stop.Register(child.Kill);
        report.StartedAgain(child.Id);
        var ended = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        await foreach (var line in child.LinesAsync())
        {
            if (NameOf(line) is { } name && Is(line, "completed"))
                ended[name] = line;
        }
        var (code, error) = await child.EndAsync();
        stop.ThrowIfCancellationRequested();
        return code == ExitCode.Done
            ? ended
            : throw new InvalidOperationException($"The second run ended with exit code {code}. {error}");
    }

    private string? NameOf(JsonElement line)
    {
        var id = line.GetProperty("id").GetString()!;
        if (Is(line, "accepted"))
            _names[id] = Path.GetFileName(line.GetProperty("path").GetString()!);
        return _names.GetValueOrDefault(id);
    }

    private static long? Moved(JsonElement line) =>
        Is(line, "progress") || Is(line, "completed") ? line.GetProperty(line.TryGetProperty("bytes", out _) ? "bytes" : "sent").GetInt64() : null;

    private static bool Is(JsonElement line, string name) => line.GetProperty("event").GetString() == name;
}
