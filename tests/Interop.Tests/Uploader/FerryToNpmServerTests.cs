using System.Text.Json;
using System.Text.Json.Nodes;
using Ferry.Interop.Tests.Tus;
using Ferry.Testing.Peers;
using Xunit.Abstractions;

namespace Ferry.Interop.Tests.Uploader;

/// <summary>Our client and the server of @tus/server, which has no checksums and keeps each byte that came.</summary>
public sealed class FerryToNpmServerTests(ITestOutputHelper output) : FerryClientScenarios(output)
{
    private const string ServerPackage = "@tus/server";
    private const string StorePackage = "@tus/file-store";

    protected override string StoredName => Path.GetFileName(
        Directory.EnumerateFiles(Received).Where(f => Path.GetExtension(f) != ".json").MaxBy(File.GetLastWriteTimeUtc)!);

    [NpmFact(ServerPackage, StorePackage)]
    public Task Whole_OnePatch() => WholeAsync();

    [NpmFact(ServerPackage, StorePackage)]
    public Task Chunks_ChecksumAskedForAndNotThere_EachGoesOnWhereTheLastEnded() => ChunksAsync(checksum: true);

    [NpmFact(ServerPackage, StorePackage)]
    public Task Empty_DoneWithTheCreation() => EmptyAsync();

    [NpmFact(ServerPackage, StorePackage)]
    public Task CreationWithTheFirstChunk_GoesOnBehindIt() => CreationWithFirstChunkAsync();

    [NpmFact(ServerPackage, StorePackage)]
    public Task DeferredLength_ToldWithTheLastChunk() => DeferredLengthAsync();

    [NpmFact(ServerPackage, StorePackage)]
    public Task KilledThreeTimes_ResumesFromWhatWasAcknowledged_SendsNothingTwice() => KilledThreeTimesAsync();

    [NpmFact(ServerPackage, StorePackage)]
    public Task KilledBeforeTheLastAnswer_TheNextRunSendsNothing() => KilledBeforeTheLastAnswerAsync();

    [NpmFact(ServerPackage, StorePackage)]
    public Task ServerKilled_GoesOnByItself() => ServerKilledAsync();

    [NpmFact(ServerPackage, StorePackage)]
    public Task BothKilled_TheNextRunResumes() => BothKilledAsync();

    [NpmFact(ServerPackage, StorePackage)]
    public Task Expired_StartsANewUpload() => ExpiredAsync();

    [NpmFact(ServerPackage, StorePackage)]
    public Task TooLarge_FailsBeforeAByteIsSent() => TooLargeAsync();

    [NpmFact(ServerPackage, StorePackage)]
    public Task Cancelled_IsTerminatedAtTheServer() => CancelledAsync();

    internal override Task<TusServer> StartServerAsync() => TusServer.NpmAsync(Received, Expiring);

    protected override async Task ExpireAsync()
    {
        var record = Directory.EnumerateFiles(Received, "*.json").Single();
        var json = JsonNode.Parse(await File.ReadAllTextAsync(record))!;
        json["creation_date"] = JsonSerializer.SerializeToNode(DateTimeOffset.UnixEpoch);
        await File.WriteAllTextAsync(record, json.ToJsonString());
    }

    private static TusServerOptions Expiring { get; } = new() { Expiration = TimeSpan.FromHours(1) };
}
