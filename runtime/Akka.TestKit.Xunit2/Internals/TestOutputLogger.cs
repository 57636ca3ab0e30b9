using Akka.Actor;
using Akka.Event;
using Xunit.Abstractions;

namespace Akka.TestKit.Xunit2.Internals;

/// <summary>Shows the log among the output of the test.</summary>
public class TestOutputLogger : ReceiveActor
{
    public TestOutputLogger(ITestOutputHelper output)
    {
        Receive<LogEvent>(log => Write(output, log));
        Receive<InitializeLogger>(initialize =>
        {
            foreach (var level in Enum.GetValues<LogLevel>())
                initialize.LoggingBus.Subscribe(Self, level.ClassFor());
            Sender.Tell(new LoggerInitialized());
        });
    }

    private static void Write(ITestOutputHelper output, LogEvent log)
    {
        try
        {
            output.WriteLine(log.ToString());
        }
        catch (InvalidOperationException)
        {
            // The test has ended; what the system logs while it stops is nobody's output.
        }
    }
}
