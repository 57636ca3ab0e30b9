namespace Ferry.Engine.Tests.Transfers;

public sealed class UploadWalkTests
{
    [Fact]
    public void RandomLives_SendNothingTwiceThatMustNotBe_AndCallNothingDoneThatIsNot() =>
        // The walk is worth something only if it comes to every end of each kind.
        TransferWalk.Live(10_000, UploadWalk.Begin).Should().HaveCount(4 * 3).And.OnlyContain(o => o.Value > 50);
}
