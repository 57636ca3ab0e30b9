using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.TestActors;
using Xunit.Sdk;

namespace Ferry.Runtime.Tests.TestKit;

/// <summary>What the expectations accept, what they refuse, and what they say then.</summary>
public sealed class ExpectationTests() : Akka.TestKit.Xunit2.TestKit("akka.loglevel = OFF, akka.test.single-expect-default = 10s")
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(20);

    private TimeSpan? _entered;

    private void Send(params object[] messages)
    {
        foreach (var message in messages)
            TestActor.Tell(message, TestActor);
        // The test actor answers this after it has taken the messages.
        Unwatch(TestActor);
    }

    private static void Fails(Action expectation, string message) => expectation.Should().Throw<XunitException>().WithMessage(message);

    [Fact]
    public void ExpectMsg_GivesTheMessageOfItsType()
    {
        Send("text", 7, 8);

        ExpectMsg<string>().Should().Be("text");
        ExpectMsg(7);
        ExpectMsg<int>(n => n == 8);
    }

    [Fact]
    public void ExpectMsg_OfNothing_SaysHowLongItWaited() =>
        Fails(() => ExpectMsg<string>(Soon, "a hint"), "a hint: Expected a String within 00:00:00.0200000, but no message came.*");

    [Fact]
    public void ExpectMsg_OfAnotherType_NamesMessageAndSender()
    {
        Send(7);
        Fails(() => ExpectMsg<string>(), $"Expected a String, but got <7> from {TestActor} (System.Int32).*".Replace("[", "?"));
    }

    [Fact]
    public void ExpectMsg_OfAnotherValue_ShowsBoth()
    {
        Send("b", "c", "d");
        Fails(() => ExpectMsg("a"), "*Expected <a>, but got <b>*");
        Fails(() => ExpectMsg<string>(text => text == "a"), "*<c>*is not what was expected.*");
        Fails(() => ExpectMsg<string>(text => text.Should().Be("a")), "*\"d\"*");
    }

    [Fact]
    public void ExpectMsg_WithComparerAndSender()
    {
        Send("A", "b");
        ExpectMsg("a", (x, y) => string.Equals(x, y, StringComparison.OrdinalIgnoreCase));
        ExpectMsg<string>((message, sender) => message == "b" && sender.Equals(TestActor));
        Send("c", "d");
        ExpectMsgFrom<string>(TestActor).Should().Be("c");
        Fails(() => ExpectMsgFrom<string>(CreateTestProbe().Ref), "*<d>*");
    }

    [Fact]
    public async Task AsyncForms_DoTheSame()
    {
        Send("a", "b", 3, 4);
        (await ExpectMsgAsync<string>()).Should().Be("a");
        await ExpectMsgAsync("b");
        await ExpectMsgAsync<int>(n => n.Should().Be(3));
        (await ReceiveOneAsync()).Should().Be(4);
        await ExpectNoMsgAsync(Soon);
        await FluentActions.Awaiting(async () => await ExpectMsgAsync<string>(Soon)).Should().ThrowAsync<XunitException>();
    }

    [Fact]
    public async Task ExpectMsgFrom_TakesSenderAndMessageInAllForms()
    {
        Send("a", "b", "c", "d", "e", "f", "g", "h");
        ExpectMsgFrom(TestActor, "a");
        ExpectMsgFrom<string>(TestActor, text => text == "b");
        ExpectMsgFrom<string>(TestActor, (Action<string>)(text => text.Should().Be("c")));
        ExpectMsgFrom<string>(sender => sender.Equals(TestActor), text => text == "d");
        ExpectMsgFrom<string>(sender => sender.Should().Be(TestActor), text => text.Should().Be("e"));
        await ExpectMsgFromAsync(TestActor, "f");
        await ExpectMsgFromAsync<string>(TestActor, text => text == "g");
        await ExpectMsgFromAsync<string>(sender => sender.Equals(TestActor), text => text == "h");
        Send("i", "j", "k");
        await ExpectMsgFromAsync<string>(TestActor, (Action<string>)(text => text.Should().Be("i")));
        await ExpectMsgFromAsync<string>(sender => sender.Should().Be(TestActor), text => text.Should().Be("j"));
        Fails(() => ExpectMsgFrom<string>(sender => !sender.Equals(TestActor), _ => true), "*who is not the sender expected.*");
        Send("L");
        await ExpectMsgAsync("l", (x, y) => string.Equals(x, y, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task AllOfMatchingPredicates_TakesThemInAnyOrder()
    {
        PredicateInfo[] wanted = [PredicateInfo.Create<int>(n => n > 1), PredicateInfo.Create<string>(text => text == "a"), PredicateInfo.Create<int>(_ => true)];
        Send("a", 2, 1);
        ExpectMsgAllOfMatchingPredicates(wanted).Should().Equal("a", 2, 1);
        Send(3, 1, "a");
        var received = new List<object>();
        await foreach (var message in ExpectMsgAllOfMatchingPredicatesAsync(wanted))
            received.Add(message);
        received.Should().Equal(3, 1, "a");
        Send("a", 2, "b");
        Fails(() => ExpectMsgAllOfMatchingPredicates(wanted), "Not received: a Int32 by a function; received, but not expected: <b>.*");
    }

    [Fact]
    public async Task AsyncEnumerations_GiveWhatTheirTwinsGive()
    {
        Send(1, 2, "a", "b", "c", "d", "x", 9);
        (await ListOf(ReceiveNAsync(2))).Should().Equal(1, 2);
        (await ListOf(ExpectMsgAllOfAsync<string>(["b", "a"]))).Should().Equal("a", "b");
        (await ListOf(ReceiveWhileAsync<string>(message => message as string, msgs: 1))).Should().Equal("c");
        (await ExpectMsgAnyOfAsync(["d", "e"])).Should().Be("d");
        (await ListOf(FishUntilMessageAsync<int>())).Should().Equal("x");
        Send("p", 5);
        (await FishForMessageAsync<int>(n => n == 5)).Should().Be(5);
        Send("q");
        (await PeekOneAsync()).Should().Be("q");
        var (success, envelope) = await TryPeekOneAsync(null, CancellationToken.None);
        (success, envelope.Message, envelope.Sender).Should().Be((true, "q", TestActor));
        (await TryReceiveOneAsync(null)).envelope.Message.Should().Be("q");
        TryPeekOne(out _, Soon, CancellationToken.None).Should().BeFalse();

        static async Task<List<T>> ListOf<T>(IAsyncEnumerable<T> items)
        {
            var list = new List<T>();
            await foreach (var item in items)
                list.Add(item);
            return list;
        }
    }

    [Fact]
    public async Task ReceiveWhile_OfOneClass_SkipsOrStopsAtOthers()
    {
        Send("a", 1, "b", "end");
        ReceiveWhile<string>(text => text != "end").Should().Equal("a", "b");
        ExpectMsg("end");
        Send("a", 1);
        var found = new List<string>();
        await foreach (var text in ReceiveWhileAsync<string>(_ => true, shouldIgnoreOtherMessageTypes: false))
            found.Add(text);
        found.Should().Equal("a");
        ExpectMsg(1);
    }

    [Fact]
    public async Task AwaitConditionNoThrow_SaysWhetherItCameAbout()
    {
        var looks = 0;
        AwaitConditionNoThrow(() => ++looks == 3, TimeSpan.FromSeconds(10), TimeSpan.FromMilliseconds(1)).Should().BeTrue();
        looks.Should().Be(3);
        AwaitConditionNoThrow(() => false, Soon, TimeSpan.FromMilliseconds(1)).Should().BeFalse();
        (await AwaitConditionNoThrowAsync(() => Task.FromResult(true), Soon)).Should().BeTrue();
        (await AwaitConditionNoThrowAsync(() => false, Soon)).Should().BeFalse();
    }

    [Fact]
    public void Within_SilenceBeforeTheBlock_IsNoExcuseForATooLongBlock()
    {
        ExpectNoMsg(Soon);
        Fails(() => Within(TimeSpan.FromMilliseconds(1), () => SpinWait.SpinUntil(() => Remaining == TimeSpan.Zero && Now > Entered() + Soon)), "*more than*");

        TimeSpan Entered() => _entered ??= Now;
    }

    [Fact]
    public void ExpectNoMsg_FailsOnAMessage()
    {
        ExpectNoMsg(Soon);
        Send("here");
        Fails(() => ExpectNoMsg(Soon), "Expected no message for 00:00:00.0200000, but got <here>*");
    }

    [Fact]
    public void AnyOf_And_AllOf()
    {
        Send("b", "a", "c", "x");
        ExpectMsgAnyOf(["a", "b"]).Should().Be("b");
        ExpectMsgAllOf("c", "a").Should().Equal("a", "c");
        Fails(() => ExpectMsgAnyOf(["a", "b"]), "Expected one of <a>, <b>, but got <x>.*");
        Send("a", "y");
        Fails(() => ExpectMsgAllOf("a", "b"), "Not received: <b>; received, but not expected: <y>.*");
    }

    [Fact]
    public void ReceiveN_TakesSoMany()
    {
        Send(1, 2, 3);
        ReceiveN(2).Should().Equal(1, 2);
        Fails(() => ReceiveN(2, Soon), "Expected 2 messages within 00:00:00.0200000, but 1 came.*");
    }

    [Fact]
    public void ReceiveWhile_LeavesTheFirstOther()
    {
        Send("a", "b", 3, "c");
        ReceiveWhile<string>(TimeSpan.FromSeconds(10), message => message as string).Should().Equal("a", "b");
        ExpectMsg(3);
        ReceiveWhile<string>(message => message as string, msgs: 1).Should().Equal("c");
    }

    [Fact]
    public void Fish_PassesOthersBy()
    {
        Send("a", "b", 3);
        FishForMessage<int>(_ => true).Should().Be(3);
        Send("c", "d");
        Fails(() => FishForMessage<int>(_ => true, Soon, "net"), "net: No Int32 that was fished for came within 00:00:00.0200000; passed by: <c>, <d>*");
    }

    [Fact]
    public void Peek_LeavesTheMessage()
    {
        Send("a");
        PeekOne().Should().Be("a");
        ExpectMsg("a");
        HasMessages.Should().BeFalse();
        ReceiveOne(Soon).Should().BeNull();
    }

    [Fact]
    public void Ignored_MessagesAreNotSeen_UntilNoneAreIgnored()
    {
        IgnoreMessages<string>(text => text == "noise");
        Send("noise", "signal");
        ExpectMsg("signal");
        IgnoreNoMessages();
        Send("noise");
        ExpectMsg("noise");
    }

    [Fact]
    public void AutoPilot_AnswersInTheTestsPlace()
    {
        var probe = CreateTestProbe();
        probe.SetAutoPilot(new DelegateAutoPilot((sender, message) =>
        {
            sender.Tell($"pilot: {message}");
            return message is "last" ? AutoPilot.NoAutoPilot : AutoPilot.KeepRunning;
        }));
        probe.Ref.Tell("first");
        probe.Ref.Tell("last");
        probe.Ref.Tell("after");

        ExpectMsg("pilot: first");
        ExpectMsg("pilot: last");
        probe.ExpectMsg("first");
        probe.ExpectMsg("last");
        probe.ExpectMsg("after");
        HasMessages.Should().BeFalse();
    }

    [Fact]
    public void Within_LimitsItsExpectationsTogether()
    {
        Send("a");
        Within(TimeSpan.FromSeconds(10), () => ExpectMsg("a").Length).Should().Be(1);
        Fails(() => Within(Soon, () => ExpectMsg<string>()), "Expected a String within 00:00:00.0*, but no message came.*");
        Fails(() => Within(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(10), () => { }), "The block took *, less than 00:00:05.*");
        var outside = () => Remaining;
        outside.Should().Throw<InvalidOperationException>();
    }

    [Fact]
    public async Task WithinAsync_LimitsItsExpectationsTogether()
    {
        Send("a");
        await WithinAsync(TimeSpan.FromSeconds(10), async () => await ExpectMsgAsync("a"));
        await FluentActions.Awaiting(() => WithinAsync(Soon, async () => await ExpectMsgAsync("b"))).Should().ThrowAsync<XunitException>();
    }

    [Fact]
    public async Task Await_LooksAgainUntilItHolds()
    {
        var looks = 0;
        AwaitAssert(() => (++looks).Should().BeGreaterThan(2), interval: TimeSpan.FromMilliseconds(1));
        looks.Should().Be(3);
        await AwaitConditionAsync(() => ++looks > 5, TimeSpan.FromSeconds(10), TimeSpan.FromMilliseconds(1));
        Fails(() => AwaitCondition(() => false, Soon, TimeSpan.FromMilliseconds(1), "never"), "never*");
        Fails(() => AwaitAssert(() => looks.Should().Be(-1), Soon, TimeSpan.FromMilliseconds(1)), "*-1*");
    }

    [Fact]
    public async Task ImplicitSender_IsTheTestActor_AlsoAfterAnAwait()
    {
        var echo = ActorOf(SimpleEchoActor.Props());
        echo.Tell("one");
        await ExpectMsgAsync("one");
        await Task.Run(() => { });
        echo.Tell("two");
        await ExpectMsgAsync("two");
    }

    [Fact]
    public void ImplicitSender_OfATestThatEndsOnAnotherThread_DoesNotStayOnTheFirst()
    {
        IActorRef? left = null;
        var first = new Thread(() =>
        {
            Task? test = null;
            using (ExecutionContext.SuppressFlow())
                test = EndElsewhere();
            left = Sender();
            test.Wait();
        });
        first.UnsafeStart();
        first.Join();
        left.Should().Be(Sys.DeadLetters);

        async Task EndElsewhere()
        {
            using var kit = new Akka.TestKit.Xunit2.TestKit("akka.loglevel = OFF");
            await Task.Run(() => { });
        }

        IActorRef Sender()
        {
            var seen = new TaskCompletionSource<IActorRef>(TaskCreationOptions.RunContinuationsAsynchronously);
            Sys.ActorOf(Props.Create(() => new SenderTeller(seen))).Tell("who?");
            return seen.Task.Result;
        }
    }

    [Fact]
    public void Watch_TellsOfTheEnd()
    {
        var actor = Watch(ActorOf(SimpleEchoActor.Props()));
        Send("other");
        Fails(() => ExpectTerminated(actor, Soon), "*Expected a Terminated, but got <other>*");
        Sys.Stop(actor);
        ExpectTerminated(actor);
    }

    [Fact]
    public void Dilated_StretchesByTheFactor()
    {
        using var slow = new Akka.TestKit.Xunit2.TestKit("akka.test.timefactor = 3, akka.loglevel = OFF");
        slow.Dilated(TimeSpan.FromSeconds(2)).Should().Be(TimeSpan.FromSeconds(6));
        slow.GetTimeoutOrDefault(null).Should().Be(TimeSpan.FromSeconds(15));
    }

    private sealed class SenderTeller(TaskCompletionSource<IActorRef> seen) : UntypedActor
    {
        protected override void OnReceive(object message) => seen.SetResult(Sender);
    }
}
