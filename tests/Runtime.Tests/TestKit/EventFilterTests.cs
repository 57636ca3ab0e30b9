using System.Text.RegularExpressions;
using Akka.Actor;
using Akka.Event;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Ferry.Runtime.Tests.TestKit;

public sealed class EventFilterTests() : Akka.TestKit.Xunit2.TestKit("akka.loglevel = DEBUG, akka.test.filter-leeway = 10s")
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(50);

    [Fact]
    public void Expect_CountsByLevelAndText()
    {
        EventFilter.Info("exactly").ExpectOne(() => Sys.Log.Info("exactly"));
        EventFilter.Warning(start: "It ").ExpectOne(() => Sys.Log.Warning("It {0}", "begins"));
        EventFilter.Error(contains: "mid").ExpectOne(() => Sys.Log.Error("amidst"));
        EventFilter.Debug(new Regex("^[0-9]+$", RegexOptions.None, Soon)).Expect(2, () =>
        {
            Sys.Log.Debug("12");
            Sys.Log.Debug("twelve");
            Sys.Log.Debug("21");
        });
    }

    [Fact]
    public void Expect_TooFewOrTooMany_Fails()
    {
        var few = () => EventFilter.Info("a").Expect(1, Soon, () => Sys.Log.Info("b"));
        var many = () => EventFilter.Info("a").Expect(1, () =>
        {
            Sys.Log.Info("a");
            Sys.Log.Info("a");
        });
        var none = () => EventFilter.Info("a").Expect(0, () => Sys.Log.Info("a"));

        few.Should().Throw<XunitException>().WithMessage("Expected 1 of: InfoLevel log with 'a' from any source; seen within 00:00:00.0500000: 0.");
        many.Should().Throw<XunitException>().WithMessage("*: 2.");
        none.Should().Throw<XunitException>().WithMessage("*: 1.");
        EventFilter.Info("a").Expect(0, () => Sys.Log.Info("b"));
    }

    [Fact]
    public async Task Exception_IsMeantByItsTypeTextAndCause()
    {
        var thrower = ActorOf(() => new Thrower());
        EventFilter.Exception<IOException>("lost").ExpectOne(() => thrower.Tell(new FileNotFoundException("lost")));
        EventFilter.Exception<IOException>(contains: "l", source: thrower.Path.ToStringWithoutAddress())
            .ExpectOne(() => thrower.Tell(new IOException("all")));
        await EventFilter.Exception(typeof(FormatException), checkInnerExceptions: true)
            .ExpectOneAsync(() => thrower.Tell(new InvalidOperationException("outer", new FormatException("inner"))));
        EventFilter.Exception<FormatException>().Expect(0, () => Sys.Log.Error(new IOException(), "other"));
    }

    [Fact]
    public void And_CountsEither() =>
        EventFilter.Info("a").And.Warning("b").Expect(2, () =>
        {
            Sys.Log.Info("a");
            Sys.Log.Warning("b");
            Sys.Log.Info("b");
        });

    [Fact]
    public void DeadLetter_IsMeantByItsMessage()
    {
        var gone = Watch(ActorOf(() => new Thrower()));
        Sys.Stop(gone);
        ExpectTerminated(gone);

        EventFilter.DeadLetter<string>(text => text == "lost").ExpectOne(() =>
        {
            gone.Tell("other");
            gone.Tell("lost");
        });
        EventFilter.DeadLetter().Expect(2, () =>
        {
            gone.Tell(1);
            gone.Tell(2);
        });
    }

    [Fact]
    public void Custom_And_Results()
    {
        EventFilter.Custom<Warning>(log => log.LogClass == typeof(ActorSystem)).ExpectOne(() =>
        {
            Sys.Log.Warning("any");
            return 5;
        }).Should().Be(5);
    }

    [Fact]
    public async Task Mute_HoldsEventsBack_UntilUnmuted()
    {
        using var muted = EventFilter.Info("quiet").Mute();
        Sys.Log.Info("quiet");
        muted.Unmute();
        (await EventFilter.Info("in between").MuteAsync(() => Task.FromResult(7))).Should().Be(7);
        EventFilter.Info("quiet").ExpectOne(() => Sys.Log.Info("quiet"));
    }

    [Fact]
    public void Log_GoesToTheOutputOfTheTest()
    {
        var output = new OutputLines();
        using (var kit = new Akka.TestKit.Xunit2.TestKit(Akka.Configuration.ConfigurationFactory.Empty, "shown", output))
            kit.EventFilter.Info("to be seen").ExpectOne(() => kit.Sys.Log.Info("to be seen"));

        output.Lines.Should().Contain(line => line.Contains("to be seen"));
    }

    private sealed class Thrower : ReceiveActor
    {
        public Thrower() => Receive<Exception>(e => throw e);
    }

    private sealed class OutputLines : ITestOutputHelper
    {
        public System.Collections.Concurrent.ConcurrentQueue<string> Lines { get; } = new();

        public void WriteLine(string message) => Lines.Enqueue(message);

        public void WriteLine(string format, params object[] args) => Lines.Enqueue(string.Format(format, args));
    }
}
