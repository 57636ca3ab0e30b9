using Ferry.Interop.Tests.Kills;
using Ferry.Interop.Tests.Tus;
using Ferry.Soak;
using Ferry.Testing.Processes;

namespace Ferry.Host.Tests.Kills;

/// <summary>The judge of the soak's uploads sees what it is there to see.</summary>
public sealed class UploadEndTests
{
    private static readonly FileVersion First = new(100, "aa");
    private static readonly FileVersion Second = new(100, "bb");
    private static readonly FileVersion Mixed = new(100, "ab");
    private static readonly TusRequest Creation = new("POST", "/files", null, null, 201, 0);

    private static UploadEnd Right => new(
        Ended(from: 60, sent: 40), [First], [First], [Creation, Patch(0, 70), Patch(60, 40)], [new Kill(1, 0, 70, 60, 60)]);

    [Fact]
    public void AllRight_NothingIsCalledOut() => Right.Problems().Should().BeEmpty();

    [Fact]
    public void Failure_IsTold_WithStandardError_EvenWhereNothingWasReceived() =>
        (Right with { End = new FerryEnd(1, "", "ferry: it broke"), Finished = [] }).Problems()
            .Should().ContainSingle().Which.Should().Contain("exit code 1").And.Contain("ferry: it broke");

    [Fact]
    public void MixedFile_IsSeen() => (Right with { Finished = [Mixed] }).Problems().Should().Contain(p => p.StartsWith("the server finished FileVersion"));

    [Fact]
    public void MixedFileBesideAWholeOne_IsSeen() => (Right with { Finished = [First, Mixed] }).Problems().Should().ContainSingle();

    [Fact]
    public void NothingReceived_IsSeen() => (Right with { Finished = [] }).Problems().Should().ContainSingle().Which.Should().EndWith("0 times");

    [Fact]
    public void ReceivedTwice_IsSeen() => (Right with { Finished = [First, First] }).Problems().Should().ContainSingle().Which.Should().EndWith("2 times");

    [Fact]
    public void EarlierVersion_MayBeThereToo_Once()
    {
        var changed = Right with { Versions = [Second, First] };

        (changed with { Finished = [Second, First] }).Problems().Should().BeEmpty();
        (changed with { Finished = [Second] }).Problems().Should().ContainSingle("the present version was to be sent");
        (changed with { Finished = [Second, Second, First] }).Problems().Should().ContainSingle().Which.Should().EndWith("more than once");
    }

    [Fact]
    public void CreatedTwice_IsSeen() => (Right with { Requests = [Creation, Creation] }).Problems().Should().ContainSingle().Which.Should().EndWith("2 times");

    [Fact]
    public void CreatedNever_IsSeen() =>
        (Right with { Requests = [Creation with { Status = 500 }] }).Problems().Should().ContainSingle().Which.Should().EndWith("0 times");

    [Theory]
    [InlineData(50, 50)]
    [InlineData(60, 41)]
    [InlineData(0, 100)]
    public void ResumeThatIsNotWhatTheServerHad_IsSeen(long from, long sent) =>
        (Right with { End = Ended(from, sent) }).Problems().Should().ContainSingle().Which.Should().Contain("the server had 60 of 100");

    [Fact]
    public void NotKilled_SendsAll() => (Right with { End = Ended(0, 100), Kills = [], Requests = [Creation, Patch(0, 100)] }).Problems().Should().BeEmpty();

    [Fact]
    public void ServerKilled_ResumeIsNotCompared() => (Right with { End = Ended(0, 130), Kills = null }).Problems().Should().BeEmpty();

    [Fact]
    public void MoreSentAgainThanAChunkAKill_IsSeen() =>
        (Right with { Requests = [Creation, Patch(0, 100), Patch(0, KilledUpload.Chunk + 1)] }).Problems()
            .Should().ContainSingle().Which.Should().EndWith("bytes twice in 1 kills");

    [Fact]
    public void Changed_FailedAsDocumented_IsRight_WhetherTheFirstVersionHadArrivedOrNot()
    {
        var changed = Changed(new FerryEnd(1, """{"event":"failed","code":2300026}""", "changed since its upload began"));

        changed.ProblemsAfterChange().Should().BeEmpty();
        (changed with { Finished = [First] }).ProblemsAfterChange().Should().BeEmpty();
        changed.HasChanged.Should().BeTrue();
    }

    [Theory]
    [InlineData("""{"event":"failed","code":2300065}""")]
    [InlineData("")]
    public void Changed_FailedOtherwise_IsSeen(string output) =>
        Changed(new FerryEnd(1, output, "ferry: other")).ProblemsAfterChange().Should().ContainSingle().Which.Should().Contain("2300026").And.Contain("ferry: other");

    [Fact]
    public void Changed_WentOn_OneVersionWhole_IsRight()
    {
        var changed = Changed(Ended(60, 40));

        (changed with { Finished = [First] }).ProblemsAfterChange().Should().BeEmpty();
        (changed with { Finished = [Second] }).ProblemsAfterChange().Should().BeEmpty();
        changed.ProblemsAfterChange().Should().ContainSingle("nothing was taken");
    }

    [Fact]
    public void Changed_MixedFile_IsSeen_HoweverTheRunEnded()
    {
        var failed = Changed(new FerryEnd(1, """{"event":"failed","code":2300026}""", "")) with { Finished = [Mixed] };

        failed.ProblemsAfterChange().Should().ContainSingle().Which.Should().Contain("which is none of");
        (failed with { End = Ended(60, 40), Finished = [Mixed, Second] }).ProblemsAfterChange().Should().ContainSingle();
    }

    private static UploadEnd Changed(FerryEnd end) => new(end, [First, Second], [], [Creation, Patch(0, 60)], []);

    private static FerryEnd Ended(long from, long sent) => new(0, $$"""{"event":"completed","resumedFrom":{{from}},"sent":{{sent}}}""", "");

    private static TusRequest Patch(long offset, long bytes) => new("PATCH", "/files/1", offset, bytes, 204, bytes);
}
