using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;

namespace Ferry.Runtime.Tests.Core;

public sealed class LoggingTests
{
    private static readonly TimeSpan Safety = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData("DEBUG", "DEBUG d 1|INFO i|WARNING w|ERROR e")]
    [InlineData("INFO", "INFO i|WARNING w|ERROR e")]
    [InlineData("WARNING", "WARNING w|ERROR e")]
    [InlineData("ERROR", "ERROR e")]
    [InlineData("OFF", "")]
    public async Task Level_OfTheConfiguration_Decides(string level, string expected)
    {
        var system = Create(level);
        system.Log.Debug("d {0}", 1);
        system.Log.Info("i");
        system.Log.Warning("w");
        system.Log.Error(new TestException("cause"), "e");
        await system.Terminate().WaitAsync(Safety);
        Logged(system).Should().Equal(expected.Split('|', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task Failure_IsLoggedWithTheActorsPath()
    {
        var system = Create("ERROR");
        var actor = system.ActorOf(Puppet.Named("a"), "failing");
        actor.Tell(new TestException("what happened"));
        actor.Count();
        await system.Terminate().WaitAsync(Safety);
        var error = CollectingLogger.Events[system.Name].OfType<Error>().Single();
        error.Message.ToString().Should().Be("what happened");
        error.Cause.Should().BeOfType<TestException>();
        error.LogSource.Should().EndWith("/user/failing");
        error.ToString().Should().Contain("[ERROR]").And.Contain("TestException");
    }

    [Fact]
    public async Task DeadLetters_AreLoggedUpToTheLimit()
    {
        var system = Create("INFO", "akka.log-dead-letters = 2");
        for (var i = 0; i < 5; i++)
            system.DeadLetters.Tell("lost");
        await system.Terminate().WaitAsync(Safety);
        Logged(system).Where(m => m.Contains("dead letters", StringComparison.Ordinal)).Should().HaveCount(2);
    }

    [Fact]
    public async Task DeadLetters_DuringShutdown_AreSilentWhereTheConfigurationSaysSo()
    {
        foreach (var (setting, lines) in new[] { ("on", 1), ("off", 0) })
        {
            var system = Create("INFO", $"akka.log-dead-letters-during-shutdown = {setting}");
            system.ActorOf(Props.Create(() => new LastWords()));
            await system.Terminate().WaitAsync(Safety);
            Logged(system).Count(m => m.Contains("dead letters", StringComparison.Ordinal)).Should().Be(lines, setting);
        }
    }

    [Fact]
    public async Task Unhandled_IsLoggedForDebuggingWhereTheConfigurationSaysSo()
    {
        var system = Create("DEBUG", "akka.actor.debug.unhandled = on");
        var actor = system.ActorOf(Puppet.Named("a"));
        actor.Tell(1.5);
        actor.Count();
        await system.Terminate().WaitAsync(Safety);
        Logged(system).Should().ContainSingle(m => m.StartsWith("DEBUG Unhandled message", StringComparison.Ordinal) && m.EndsWith("1.5", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ContextLogger_UsesTheActorAsSource()
    {
        var system = Create("INFO");
        system.ActorOf(Puppet.Named("a"), "talking").In(c =>
        {
            c.GetLogger().Info("hello {0} and {1}", "you", 3);
            return 0;
        });
        await system.Terminate().WaitAsync(Safety);
        var info = CollectingLogger.Events[system.Name].OfType<Info>().Single();
        info.ToString().Should().Contain("hello you and 3").And.Contain("/user/talking");
        info.LogClass.Should().Be<Puppet>();
    }

    [Fact]
    public async Task Format_ThatDoesNotFit_IsStillLogged()
    {
        var system = Create("INFO");
        system.Log.Info("{0} {1}", "only one");
        await system.Terminate().WaitAsync(Safety);
        Logged(system).Single().Should().Contain("only one");
    }

    [Fact]
    public void Logger_ThatDoesNotAnswer_StopsTheStart() =>
        FluentActions.Invoking(() => ActorSystem.Create("mute", ConfigurationFactory.ParseString(
            "akka { loggers = [\"Ferry.Runtime.Tests.Core.MuteLogger, Runtime.Tests\"], logger-startup-timeout = 1ms }")))
            .Should().Throw<LoggerInitializationException>();

    private static ActorSystem Create(string level, string more = "") => ActorSystem.Create(
        "log" + Guid.NewGuid().ToString("N"), ConfigurationFactory.ParseString(more + $$"""

        akka { loglevel = {{level}}, stdout-loglevel = OFF, loggers = ["Ferry.Runtime.Tests.Core.CollectingLogger, Runtime.Tests"] }
        """));

    private static string[] Logged(ActorSystem system) =>
        [.. CollectingLogger.Events.GetValueOrDefault(system.Name, []).Select(e => $"{e.LogLevel().StringFor()} {e.Message}")];
}

public sealed class LastWords : UntypedActor
{
    protected override void OnReceive(object message) => Unhandled(message);

    protected override void PostStop() => Context.System.DeadLetters.Tell("last words");
}

public sealed class CollectingLogger : ReceiveActor
{
    public static readonly ConcurrentDictionary<string, ConcurrentQueue<LogEvent>> Events = new();

    public CollectingLogger()
    {
        var events = Events.GetOrAdd(Context.System.Name, static _ => new());
        Receive<InitializeLogger>(_ => Sender.Tell(new LoggerInitialized()));
        Receive<LogEvent>(events.Enqueue);
    }
}

public sealed class MuteLogger : UntypedActor
{
    protected override void OnReceive(object message)
    {
    }
}
