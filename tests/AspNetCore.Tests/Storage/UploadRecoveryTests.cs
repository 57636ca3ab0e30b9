using Ferry.AspNetCore.Storage;

namespace Ferry.AspNetCore.Tests.Storage;

public sealed class UploadRecoveryTests
{
    private static readonly UploadState Receiving = new()
    {
        Phase = UploadPhase.Receiving,
        BootId = "boot",
        Touched = DateTimeOffset.UnixEpoch,
        Length = 100,
        Flushed = 40,
    };

    private static readonly UploadState Finishing = Receiving with { Phase = UploadPhase.Finishing, Flushed = 100, FileId = "7", Name = "a" };

    [Theory]
    [InlineData("boot", 60L, 60L)]
    [InlineData("boot", 40L, 40L)]
    [InlineData("other", 60L, 40L)]
    [InlineData("other", 40L, 40L)]
    [InlineData("", 60L, 40L)]
    public void Receiving_WrittenCountsAtTheSameBoot_FlushedAtAnother(string boot, long written, long offset) =>
        UploadRecovery.Decide(Receiving, written, "7", boot).Should().Be(new Recovery(RecoveryKind.GoOn, offset));

    [Theory]
    [InlineData("boot", 60L, 50L, 50L)]
    [InlineData("boot", 45L, 50L, 45L)]
    [InlineData("other", 60L, 50L, 40L)]
    [InlineData("other", 60L, 30L, 30L)]
    public void Receiving_UncheckedBytesNeverCount(string boot, long written, long uncheckedFrom, long offset) =>
        UploadRecovery.Decide(Receiving with { UncheckedFrom = uncheckedFrom, Flushed = Math.Min(40, uncheckedFrom) }, written, "7", boot)
            .Should().Be(new Recovery(RecoveryKind.GoOn, offset));

    [Theory]
    [InlineData(null)]
    [InlineData(39L)]
    public void Receiving_FlushedBytesMissing_Damaged(long? written)
    {
        UploadRecovery.Decide(Receiving, written, "7", "boot").Kind.Should().Be(RecoveryKind.Damaged);
        UploadRecovery.Decide(Receiving, written, "7", "other").Kind.Should().Be(RecoveryKind.Damaged);
    }

    [Fact]
    public void Receiving_NeverMoreThanTheLength() =>
        UploadRecovery.Decide(Receiving, 120, "7", "boot").Should().Be(new Recovery(RecoveryKind.GoOn, 100));

    [Fact]
    public void Receiving_WithoutBootId_TwoUnknownBootsAreNotTheSame() =>
        UploadRecovery.Decide(Receiving with { BootId = "" }, 60, "7", "").Should().Be(new Recovery(RecoveryKind.GoOn, 40));

    [Fact]
    public void Finishing_WorkFileThere_Publish()
    {
        UploadRecovery.Decide(Finishing, 100, "7", "boot").Should().Be(new Recovery(RecoveryKind.Publish, 100));
        UploadRecovery.Decide(Finishing, 100, "7", "other").Should().Be(new Recovery(RecoveryKind.Publish, 100));
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData(100L, "8")]
    [InlineData(99L, "7")]
    public void Finishing_WorkFileGoneOrAnother_LookForIt(long? written, string? inode) =>
        UploadRecovery.Decide(Finishing, written, inode, "boot").Kind.Should().Be(RecoveryKind.FindPublished);

    [Fact]
    public void Finishing_NeverFlushedAndAnotherBoot_Damaged()
    {
        UploadRecovery.Decide(Finishing with { Flushed = 0 }, 100, "7", "other").Kind.Should().Be(RecoveryKind.Damaged);
        UploadRecovery.Decide(Finishing with { Flushed = 0 }, 100, "7", "boot").Kind.Should().Be(RecoveryKind.Publish);
    }

    [Fact]
    public void Ended_StaysSo()
    {
        UploadRecovery.Decide(Finishing with { Phase = UploadPhase.Finished }, null, null, "other").Should().Be(new Recovery(RecoveryKind.Ended, 100));
        UploadRecovery.Decide(Receiving with { Phase = UploadPhase.Expired }, null, null, "boot").Should().Be(new Recovery(RecoveryKind.Ended, 0));
    }
}
