namespace Ferry.Engine.Tests.Transfers;

public sealed class TransferMachineWalkTests
{
    [Fact]
    public void RandomLives_EndOnce_ClaimNothingThatIsNotThere_AndReplayToTheSamePoint() =>
        // The walk is worth something only if it comes to every end.
        TransferWalk.Live(10_000, MachineWalk.Begin).Should().HaveCount(3).And.OnlyContain(o => o.Value > 100);
}
