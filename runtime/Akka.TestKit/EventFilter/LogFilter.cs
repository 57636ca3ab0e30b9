using System.Text.RegularExpressions;
using Akka.Event;

namespace Akka.TestKit;

/// <summary>Says which log events a test means.</summary>
internal sealed record LogFilter(string Description, Predicate<LogEvent> Matches)
{
    public override string ToString() => Description;
}

/// <summary>What a test says of a log message's text, and of where it comes from.</summary>
internal sealed record LogText(string Description, Predicate<string> Holds)
{
    public static LogText Of(string? message, string? start, string? contains) => (message, start, contains) switch
    {
        ({ } exact, _, _) => new($"'{exact}'", text => string.Equals(text, exact, StringComparison.Ordinal)),
        (_, { } first, _) => new($"'{first}…'", text => text.StartsWith(first, StringComparison.Ordinal)),
        (_, _, { } part) => new($"'…{part}…'", text => text.Contains(part, StringComparison.Ordinal)),
        _ => new("any text", static _ => true),
    };

    public static LogText Of(Regex pattern) => new($"/{pattern}/", pattern.IsMatch);

    /// <summary>A source is meant by its whole name or by its path without the address.</summary>
    public static LogText Source(string? source) => source is null
        ? new("any source", static _ => true)
        : new($"'{source}'", text => text == source || text.EndsWith(source, StringComparison.Ordinal) && source.StartsWith('/') || text.Contains(source + "#", StringComparison.Ordinal));
}
