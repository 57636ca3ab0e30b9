using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Ferry.Actors.Hosting;
using Microsoft.Extensions.Logging;
using MicrosoftLogLevel = Microsoft.Extensions.Logging.LogLevel;

namespace Ferry.Actors.Tests.Hosting;

public sealed class LogBridgeTests
{
    [Fact]
    public async Task RuntimeLog_ReachesTheLogger_LevelForLevel()
    {
        using var factory = new Collecting();
        var system = ActorSystem.Create("bridge", ConfigurationFactory.ParseString(
            "akka { loglevel = DEBUG, stdout-loglevel = OFF, loggers = [\"Ferry.Actors.Hosting.SilentLogger, Ferry.Actors\"] }"));
        var bridge = system.ActorOf(LogBridge.Props(factory));
        await bridge.Ask<ActorIdentity>(new Identify(1), TimeSpan.FromSeconds(20));
        var cause = new InvalidOperationException("why");
        system.Log.Debug("d {0}", 1);
        system.Log.Info("i");
        system.Log.Warning("w");
        system.Log.Error(cause, "e");
        await bridge.GracefulStop(TimeSpan.FromSeconds(20));
        await system.Terminate();

        factory.Lines.Where(line => line.Text.StartsWith("ActorSystem(bridge): ", StringComparison.Ordinal)).Should().Equal(
            (MicrosoftLogLevel.Debug, "ActorSystem(bridge): d 1", null),
            (MicrosoftLogLevel.Information, "ActorSystem(bridge): i", null),
            (MicrosoftLogLevel.Warning, "ActorSystem(bridge): w", null),
            (MicrosoftLogLevel.Error, "ActorSystem(bridge): e", cause));
        factory.Category.Should().Be("Ferry.Runtime");
    }

    private sealed class Collecting : ILoggerFactory, ILogger
    {
        public string? Category { get; private set; }

        public ConcurrentQueue<(MicrosoftLogLevel Level, string Text, Exception? Cause)> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName)
        {
            Category = categoryName;
            return this;
        }

        public void Log<TState>(
            MicrosoftLogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue((logLevel, formatter(state, exception), exception));

        public bool IsEnabled(MicrosoftLogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public void Dispose()
        {
        }
    }
}
