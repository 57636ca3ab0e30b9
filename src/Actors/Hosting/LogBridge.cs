using Akka.Actor;
using Akka.Event;
using Microsoft.Extensions.Logging;
using MicrosoftLogLevel = Microsoft.Extensions.Logging.LogLevel;

namespace Ferry.Actors.Hosting;

/// <summary>Hands what the actor runtime logs to an <see cref="ILogger"/>.</summary>
internal sealed partial class LogBridge : ReceiveActor
{
    private readonly ILogger _logger;

    public LogBridge(ILoggerFactory factory)
    {
        _logger = factory.CreateLogger("Ferry.Runtime");
        Receive<Error>(e => Write(MicrosoftLogLevel.Error, e, e.Cause));
        Receive<Warning>(e => Write(MicrosoftLogLevel.Warning, e, e.Cause));
        Receive<Info>(e => Write(MicrosoftLogLevel.Information, e, e.Cause));
        Receive<LogEvent>(e => Write(MicrosoftLogLevel.Debug, e, e.Cause));
    }

    public static Props Props(ILoggerFactory factory) => ActorProducer<LogBridge>.Props(() => new LogBridge(factory));

    protected override void PreStart() => Context.System.EventStream.Subscribe(Self, typeof(LogEvent));

    private void Write(MicrosoftLogLevel level, LogEvent e, Exception? cause) => Line(_logger, level, e.LogSource, e.Message?.ToString() ?? "", cause);

    [LoggerMessage(EventId = 1, Message = "{Source}: {Text}")]
    private static partial void Line(ILogger logger, MicrosoftLogLevel level, string source, string text, Exception? cause);
}

/// <summary>The logger of an engine's own actor system: says nothing on the console, which belongs to the program.</summary>
internal sealed class SilentLogger : ReceiveActor
{
    public SilentLogger()
    {
        Receive<InitializeLogger>(_ => Sender.Tell(new LoggerInitialized()));
        Receive<LogEvent>(_ => { });
    }
}
