using Ferry.AspNetCore.Protocol;

namespace Ferry.AspNetCore.Tests.Protocol;

public sealed class IntakeDecisionsTests
{
    [Theory]
    [InlineData("Whole", false, "NotAsked", true, 0)]
    [InlineData("Whole", true, "Match", true, 0)]
    [InlineData("Whole", true, "Mismatch", false, 460)]
    [InlineData("Whole", true, "Missing", false, 400)]
    [InlineData("Broken", false, "NotAsked", true, 400)]
    [InlineData("Broken", true, "NotAsked", false, 400)]
    [InlineData("Stalled", false, "NotAsked", true, 503)]
    [InlineData("Stalled", true, "NotAsked", false, 503)]
    [InlineData("Interrupted", false, "NotAsked", true, 423)]
    [InlineData("Interrupted", true, "NotAsked", false, 423)]
    [InlineData("Stopping", false, "NotAsked", true, 503)]
    [InlineData("Stopping", true, "NotAsked", false, 503)]
    [InlineData("TooLong", false, "NotAsked", false, 413)]
    [InlineData("TooLong", true, "NotAsked", false, 413)]
    [InlineData("DiskFull", false, "NotAsked", true, 507)]
    [InlineData("DiskFull", true, "NotAsked", false, 507)]
    [InlineData("DiskFailed", false, "NotAsked", true, 500)]
    [InlineData("DiskFailed", true, "NotAsked", false, 500)]
    public void After_KeepsAndAnswers(string end, bool isChecked, string check, bool keep, int status)
    {
        var verdict = IntakeDecisions.After(Enum.Parse<BodyEnd>(end), isChecked, Enum.Parse<CheckResult>(check), 100);
        (verdict.Keep, verdict.Refusal?.Status ?? 0).Should().Be((keep, status));
    }
}
