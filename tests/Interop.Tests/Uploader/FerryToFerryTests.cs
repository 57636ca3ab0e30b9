using Ferry.Interop.Tests.Tus;
using Xunit.Abstractions;

namespace Ferry.Interop.Tests.Uploader;

/// <summary>Our client and our receiver, both as processes.</summary>
public sealed class FerryToFerryTests(ITestOutputHelper output) : FerryClientScenarios(output)
{
    protected override string StoredName => FileName;

    [Fact]
    public Task Whole_OnePatch() => WholeAsync();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public Task Chunks_EachGoesOnWhereTheLastEnded(bool checksum) => ChunksAsync(checksum);

    [Fact]
    public Task Empty_DoneWithTheCreation() => EmptyAsync();

    [Fact]
    public Task CreationWithTheFirstChunk_GoesOnBehindIt() => CreationWithFirstChunkAsync();

    [Fact]
    public Task DeferredLength_ToldWithTheLastChunk() => DeferredLengthAsync();

    [Fact]
    public Task KilledThreeTimes_ResumesFromWhatWasAcknowledged_SendsNothingTwice() => KilledThreeTimesAsync();

    [Fact]
    public async Task KilledThreeTimes_ChunksWithChecksums_NoWholeChunkIsSentTwice()
    {
        var client = Client(Chunk, checksum: true);
        var points = Points();
        foreach (var point in points)
            await Server.ReleaseAsync(await KillAtAsync(client.Start, point));

        var last = await client.RunAsync();

        last.IsDone.Should().BeTrue($"{last}");
        Offsets().Should().OnlyContain(o => o % Chunk == 0);
        Server.BytesReceived.Should().BeInRange(Size, Size + (points.Length * Chunk));
        Server.Requests.Where(r => r.Method == "PATCH" && r.Status == 204).Select(r => r.Offset).Should().OnlyHaveUniqueItems();
        ShouldBeReceived(Size, StoredName);
    }

    [Fact]
    public Task KilledBeforeTheLastAnswer_TheNextRunSendsNothing() => KilledBeforeTheLastAnswerAsync();

    [Fact]
    public Task ServerKilled_GoesOnByItself() => ServerKilledAsync();

    [Fact]
    public Task BothKilled_TheNextRunResumes() => BothKilledAsync();

    [Fact]
    public Task Expired_StartsANewUpload() => ExpiredAsync();

    [Fact]
    public Task TooLarge_FailsBeforeAByteIsSent() => TooLargeAsync();

    [Fact]
    public Task Cancelled_IsTerminatedAtTheServer() => CancelledAsync();

    internal override Task<TusServer> StartServerAsync() => TusServer.FerryAsync(Received);

    protected override async Task ExpireAsync()
    {
        await Server.KillAsync();
        await Server.RestartAsync(new() { ClockAhead = TimeSpan.FromHours(25) });
    }
}
