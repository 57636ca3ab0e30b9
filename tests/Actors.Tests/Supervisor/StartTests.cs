using Akka.Actor;
using Ferry.Actors.Protocol;
using Ferry.Actors.Tests.Kit;
using Ferry.Engine.Errors;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;

namespace Ferry.Actors.Tests.Supervisor;

public sealed class StartTests : EngineKit
{
    [Fact]
    public async Task Start_File_AcceptedThenHeadersProgressAndOneTerminal()
    {
        var supervisor = StartSupervisor();
        var probe = StartWithProbe(supervisor, FileRequest("f"));
        var attempt = await Origin.NextAttemptAsync();
        attempt.Headers(100);
        attempt.Progress(40);
        attempt.Finish(100);

        var events = new List<TransferEvent>();
        do
            events.Add(probe.ExpectMsg<TransferEvent>(Patience));
        while (events[^1] is not TransferTerminated);
        events.Select(e => e.GetType()).Where(t => t != typeof(TransferStateChanged))
            .Should().Equal(typeof(HeadersReceived), typeof(DataReceiveProgress), typeof(DataReceiveProgress), typeof(TransferCompleted));
        events.OfType<TransferStateChanged>().Select(e => e.Phase)
            .Should().Equal(TransferPhase.Probing, TransferPhase.Transferring, TransferPhase.Verifying, TransferPhase.Publishing);
        events.OfType<DataReceiveProgress>().Last().Should().BeEquivalentTo(new { ReceiveSize = 100L, TotalSize = 100L });
        events.Select(e => e.Sequence).Should().BeInAscendingOrder().And.OnlyHaveUniqueItems();
        var completed = (TransferCompleted)events[^1];
        completed.Outcome.Path.Should().Be(Home.File("f"));
        completed.Received.Should().Be(100);
        completed.Head!.Status.Should().Be(200);

        // Nothing after the end: the answer to a query comes next.
        supervisor.Tell(new GetTransfer(TransferId.Parse("f")), probe.Ref);
        probe.ExpectMsg<TransferStatus>(Patience).Phase.Should().Be(TransferPhase.Completed);
    }

    [Fact]
    public void Start_BadRequest_EveryProblemAtOnce()
    {
        var request = FileRequest("f") with
        {
            Url = "gopher://host/",
            Options = new RequestOptions { Priority = 1001, MaxRedirects = -1 },
        };
        var rejected = Ask<TransferRejected>(StartSupervisor(), new StartTransfer(request));
        rejected.Id.Should().Be("f");
        rejected.Errors.Select(e => e.Code).Should()
            .BeEquivalentTo([ErrorCode.UnsupportedProtocol, ErrorCode.ParameterError, ErrorCode.ParameterError]);
    }

    [Fact]
    public void Start_WhatThePolicyForbids_IsRejectedWithItsCodes()
    {
        Options = Options with
        {
            Policy = new EnginePolicy { AllowedHosts = ["*.example.com"], AllowCleartext = false, TargetRoot = Home.File("root") },
        };
        var supervisor = StartSupervisor();
        var request = FileRequest("f") with { Url = "http://other.test/f", Destination = new FileDestination(Home.File("outside")) };
        Ask<TransferRejected>(supervisor, new StartTransfer(request)).Errors.Select(e => e.Code).Should()
            .Equal(ErrorCode.DomainNotAllowed, ErrorCode.CleartextNotAllowed, ErrorCode.NotPermitted);
        var good = request with { Url = "https://a.example.com/f", Destination = new FileDestination(Home.File("root/f")) };
        Ask<TransferAccepted>(supervisor, new StartTransfer(good));
    }

    [Fact]
    public async Task Restart_UnderAStricterPolicy_WhatIsToGoOnFails_WhatEndedStaysAsItWas()
    {
        Options = Options with { MaxConcurrent = 1 };
        var supervisor = StartSupervisor();
        var probe = StartWithProbe(supervisor, FileRequest("done"));
        (await Origin.NextAttemptAsync()).Finish(10);
        probe.FishForMessage(m => m is TransferCompleted, Patience);
        Ask<TransferAccepted>(supervisor, new StartTransfer(FileRequest("waits")));
        Ask<EngineStopped>(supervisor, new StopEngine());
        Watch(supervisor);
        Sys.Stop(supervisor);
        ExpectTerminated(supervisor);

        Options = Options with { Policy = new EnginePolicy { AllowedHosts = ["only.example"] } };
        var again = StartSupervisor();
        Ask<TransferStatus>(again, new GetTransfer(TransferId.Parse("done"))).Phase.Should().Be(TransferPhase.Completed);
        var status = Ask<TransferStatus>(again, new GetTransfer(TransferId.Parse("waits")));
        status.Phase.Should().Be(TransferPhase.Failed);
        status.Outcome.Should().BeOfType<FailedOutcome>().Which.Error.Code.Should().Be(ErrorCode.DomainNotAllowed);
    }

    [Fact]
    public void Start_AnOptionWithoutEffect_IsAcceptedWithAWarning()
    {
        var request = new TransferRequest
        {
            Id = "m",
            Url = "https://host.test/f",
            Destination = new MemoryDestination(),
            Options = new RequestOptions { ResumeFrom = 0, DnsServers = ["nonsense"] },
        };
        Ask<TransferAccepted>(StartSupervisor(), new StartTransfer(request)).Warnings.Should().HaveCount(2);
    }

    [Fact]
    public void Start_SameIdSameRequest_IsTheSameTransfer()
    {
        var supervisor = StartSupervisor();
        Ask<TransferAccepted>(supervisor, new StartTransfer(FileRequest("f"))).AlreadyKnown.Should().BeFalse();
        Ask<TransferAccepted>(supervisor, new StartTransfer(FileRequest("f"))).AlreadyKnown.Should().BeTrue();
        Ask<TransferList>(supervisor, new ListTransfers()).Total.Should().Be(1);
    }

    [Fact]
    public void Start_SameIdTwiceAtOnce_BothAreAcceptedOnce()
    {
        var supervisor = StartSupervisor();
        var probe = CreateTestProbe();
        supervisor.Tell(new StartTransfer(FileRequest("f")), probe.Ref);
        supervisor.Tell(new StartTransfer(FileRequest("f")), probe.Ref);
        probe.ExpectMsg<TransferAccepted>(Patience).AlreadyKnown.Should().BeFalse();
        probe.ExpectMsg<TransferAccepted>(Patience).AlreadyKnown.Should().BeTrue();
    }

    [Fact]
    public void Start_SameIdOtherRequest_IsRejected()
    {
        var supervisor = StartSupervisor();
        Ask<TransferAccepted>(supervisor, new StartTransfer(FileRequest("f")));
        Ask<TransferRejected>(supervisor, new StartTransfer(FileRequest("g", id: "f"))).Errors
            .Should().ContainSingle().Which.Message.Should().Contain("'f' belongs to a transfer with another request");
    }

    [Fact]
    public void Start_TargetOfAnotherTransfer_NamesTheOwner()
    {
        var supervisor = StartSupervisor();
        Ask<TransferAccepted>(supervisor, new StartTransfer(FileRequest("f", id: "first")));
        Ask<TransferRejected>(supervisor, new StartTransfer(FileRequest("f", id: "second"))).Errors
            .Should().ContainSingle().Which.Message.Should().Contain("belongs to the transfer 'first'");
    }

    [Fact]
    public async Task Start_TargetOfAnEndedTransfer_IsFree()
    {
        var supervisor = StartSupervisor();
        var probe = StartWithProbe(supervisor, FileRequest("f", id: "first"), EventKinds.None);
        (await Origin.NextAttemptAsync()).Fail();
        probe.ExpectMsg<TransferFailed>(Patience);
        // The end is told a moment before the actor has stopped; the target is free once it has.
        AwaitAssert(() => Ask<object>(supervisor, new StartTransfer(FileRequest("f", id: "second"))).Should().BeOfType<TransferAccepted>(), Patience);
    }

    [Fact]
    public void Start_QueueFull_IsRejected()
    {
        Options = Options with { MaxConcurrent = 0, QueueBound = 2 };
        var supervisor = StartSupervisor();
        Ask<TransferAccepted>(supervisor, new StartTransfer(FileRequest("a")));
        Ask<TransferAccepted>(supervisor, new StartTransfer(MemoryRequest("b")));
        var error = Ask<TransferRejected>(supervisor, new StartTransfer(FileRequest("c"))).Errors.Should().ContainSingle().Which;
        error.Message.Should().StartWith("The queue is full");
        error.RetryCanHelp.Should().BeTrue();
    }

    [Fact]
    public void Start_WithoutAnId_GetsOne()
    {
        var supervisor = StartSupervisor();
        var first = Ask<TransferAccepted>(supervisor, new StartTransfer(MemoryRequest("x") with { Id = null })).Id;
        var second = Ask<TransferAccepted>(supervisor, new StartTransfer(MemoryRequest("x") with { Id = null })).Id;
        second.Should().NotBe(first);
    }

    [Fact]
    public void Start_TwoHundredInShuffledOrderBehindOneSlot_FinishInPriorityOrder()
    {
        Options = Options with { MaxConcurrent = 1 };
        var hold = new TaskCompletionSource();
        Origin.OnAttempt = attempt =>
        {
            if (attempt.Request.Id.Value == "blocker")
            {
                _ = hold.Task.ContinueWith(_ => attempt.FinishWhole(), TaskScheduler.Default);
                return true;
            }
            attempt.FinishWhole();
            return true;
        };
        var supervisor = StartSupervisor();
        var blocker = StartWithProbe(supervisor, MemoryRequest("blocker"), EventKinds.None);
        var random = new Random(2024);
        var priorities = Enumerable.Range(1, 200).Select(i => i * 5).OrderBy(_ => random.Next()).ToArray();
        var probe = CreateTestProbe();
        foreach (var priority in priorities)
            supervisor.Tell(new StartTransfer(FileRequest($"p{priority}", priority), new Subscription(EventKinds.None)), probe.Ref);
        for (var i = 0; i < priorities.Length; i++)
            probe.ExpectMsg<TransferAccepted>(Patience);
        hold.SetResult();

        blocker.ExpectMsg<TransferCompleted>(Patience);
        foreach (var priority in priorities.OrderDescending())
            probe.ExpectMsg<TransferCompleted>(Patience).Id.Value.Should().Be($"p{priority}", "seed 2024");
    }

    [Fact]
    public void Start_PerOriginLimit_OtherOriginsGoOn()
    {
        Options = Options with { MaxConcurrent = 10, MaxPerOrigin = 1 };
        var supervisor = StartSupervisor();
        Ask<TransferAccepted>(supervisor, new StartTransfer(FileRequest("a1", 9, origin: "http://a.test")));
        Ask<TransferAccepted>(supervisor, new StartTransfer(FileRequest("a2", 9, origin: "http://a.test")));
        Ask<TransferAccepted>(supervisor, new StartTransfer(FileRequest("b1", 1, origin: "http://b.test")));
        var explanation = Ask<Explanation>(supervisor, new Explain(TransferId.Parse("a2")));
        explanation.Phase.Should().Be(TransferPhase.Queued);
        explanation.Reason.Should().Contain("http://a.test:80");
        Ask<TransferStatistics>(supervisor, new GetStatistics()).Should().BeEquivalentTo(new { Running = 2, Queued = 1 });
    }
}
