using Microsoft.Extensions.Logging;

namespace Ferry.AspNetCore.Tests.Kit;

/// <summary>Keeps what is logged.</summary>
internal sealed class LogLines : ILoggerProvider
{
    private readonly Lock _lock = new();
    private readonly List<(string Category, string Text, string Values)> _lines = [];

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lock)
                return [.. _lines.Select(l => l.Text)];
        }
    }

    /// <summary>What Ferry logs, without what the server does, each line with the values a structured log keeps.</summary>
    public IReadOnlyList<string> OfFerry
    {
        get
        {
            lock (_lock)
                return [.. _lines.Where(l => l.Category.StartsWith("Ferry.", StringComparison.Ordinal)).Select(l => $"{l.Text} {l.Values}")];
        }
    }

    public ILogger CreateLogger(string categoryName) => new Category(this, categoryName);

    public void Dispose()
    {
    }

    private void Add(string category, string text, string values)
    {
        lock (_lock)
            _lines.Add((category, text, values));
    }

    private sealed class Category(LogLines lines, string name) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var values = (state as IEnumerable<KeyValuePair<string, object?>> ?? []).Select(v => $"{v.Key}={v.Value}").ToList();
            for (var thrown = exception; thrown is not null; thrown = thrown.InnerException)
                values.Add(thrown.Message);
            lines.Add(name, $"{logLevel}: {formatter(state, exception)}{(exception is null ? "" : " " + exception)}", string.Join("; ", values));
        }
    }
}
