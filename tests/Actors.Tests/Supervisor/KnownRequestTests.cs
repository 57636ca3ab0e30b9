using Ferry.Actors.Protocol;
using Ferry.Actors.Tests.Kit;

namespace Ferry.Actors.Tests.Supervisor;

public sealed class KnownRequestTests : EngineKit
{
    [Fact]
    public void Start_SameRequestWithAnotherPriority_IsTheSameTransfer()
    {
        Options = Options with { MaxConcurrent = 0 };
        var supervisor = StartSupervisor();
        Ask<TransferAccepted>(supervisor, new StartTransfer(FileRequest("file", priority: 5))).AlreadyKnown.Should().BeFalse();
        Ask<TransferAccepted>(supervisor, new StartTransfer(FileRequest("file", priority: 900))).AlreadyKnown.Should().BeTrue();
        Ask<TransferStatus>(supervisor, new GetTransfer(Ferry.Engine.Requests.TransferId.Parse("file"))).Priority.Value.Should().Be(5);
    }

    [Fact]
    public void EndedTransients_AreForgottenBeforeDurableOnes()
    {
        var supervisor = StartSupervisor();
        for (var i = 0; i < 120; i++)
        {
            var probe = StartWithProbe(supervisor, MemoryRequest($"m{i}"), EventKinds.None);
            supervisor.Tell(new CancelTransfer(Ferry.Engine.Requests.TransferId.Parse($"m{i}")), TestActor);
            probe.ExpectMsg<TransferCancelled>(Patience);
        }
        Ask<TransferList>(supervisor, new ListTransfers(Take: 1000)).Total.Should().BeLessThanOrEqualTo(101);
        Ask<TransferUnknown>(supervisor, new GetTransfer(Ferry.Engine.Requests.TransferId.Parse("m0")));
    }
}
