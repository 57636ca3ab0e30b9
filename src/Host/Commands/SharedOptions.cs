using System.CommandLine;

namespace Ferry.Host.Commands;

/// <summary>Options that several commands take.</summary>
internal static class SharedOptions
{
    /// <summary>Show causes and stack traces.</summary>
    public static Option<bool> Verbose { get; } = new("--verbose")
    {
        Description = "Show the causes of errors, with stack traces.",
        Recursive = true,
    };

    /// <summary>Send meters and traces to a collector.</summary>
    public static Option<string?> Otlp { get; } = new("--otlp")
    {
        Description = "Send metrics and traces to this OpenTelemetry collector (OTLP over HTTP), such as http://localhost:4318.",
        HelpName = "URL",
        Recursive = true,
    };

    /// <summary>Where the journal is.</summary>
    public static Option<string?> DataDirectory() => new("--data-dir")
    {
        Description = "The directory that holds the journal. Default: one of its own for each set of transfers, under $XDG_STATE_HOME/ferry.",
        HelpName = "DIR",
    };

    /// <summary>JSON instead of text.</summary>
    public static Option<bool> Json(string description) => new("--json") { Description = description };
}
