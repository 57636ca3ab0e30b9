using System.Net;
using Ferry.Interop.Tests.Tus;
using Ferry.Testing.Peers;

namespace Ferry.Interop.Tests.Receiver;

/// <summary>tus-js-client, undisturbed, with each way it knows to send a file.</summary>
public sealed class TusJsUploadTests : ReceiverTest
{
    private const int Size = 10 * MiB + 77;
    private const int Chunk = 4 * MiB;

    [NpmFact(Client)]
    public async Task OneRequest_FileIsThereUnderItsName()
    {
        var run = await new TusJsClient(NewFile(Size, "Größe ☃.bin"), Server.Url).RunAsync();

        run.IsDone.Should().BeTrue($"{run}");
        run.Answers.Should().Equal("POST 201", "PATCH 204");
        ShouldBeReceived(Size, "Größe ☃.bin");
    }

    [NpmFact(Client)]
    public async Task Chunks_EachGoesOnWhereTheLastEnded()
    {
        var run = await new TusJsClient(NewFile(Size), Server.Url) { ChunkSize = Chunk }.RunAsync();

        run.IsDone.Should().BeTrue($"{run}");
        run.Offsets.Should().Equal(0, Chunk, 2 * Chunk);
        ShouldBeReceived(Size);
    }

    [NpmFact(Client)]
    public async Task EmptyFile_IsDoneWithTheCreation()
    {
        var run = await new TusJsClient(NewFile(0), Server.Url).RunAsync();

        run.IsDone.Should().BeTrue($"{run}");
        run.Answers.Should().Equal("POST 201");
        ShouldBeReceived(0);
    }

    [NpmFact(Client)]
    public async Task CreationWithTheWholeFile_OneRequestIsAll()
    {
        var run = await new TusJsClient(NewFile(Size), Server.Url) { WithCreation = true }.RunAsync();

        run.IsDone.Should().BeTrue($"{run}");
        run.Answers.Should().Equal("POST 201");
        ShouldBeReceived(Size);
    }

    [NpmFact(Client)]
    public async Task CreationWithTheFirstBytes_GoesOnBehindThem()
    {
        var run = await new TusJsClient(NewFile(Size), Server.Url) { WithCreation = true, ChunkSize = Chunk }.RunAsync();

        run.IsDone.Should().BeTrue($"{run}");
        run.Offsets.Should().Equal(Chunk, 2 * Chunk);
        ShouldBeReceived(Size);
    }

    [NpmFact(Client)]
    public async Task DeferredLength_ToldWithTheOnlyPatch()
    {
        var run = await new TusJsClient(NewFile(Size), Server.Url) { Deferred = true }.RunAsync();

        run.IsDone.Should().BeTrue($"{run}");
        run.Offsets.Should().Equal(0);
        ShouldBeReceived(Size);
    }

    [NpmFact(Client)]
    public async Task DeferredLength_ToldWithTheLastChunk()
    {
        var run = await new TusJsClient(NewFile(Size), Server.Url) { Deferred = true, ChunkSize = Chunk }.RunAsync();

        run.IsDone.Should().BeTrue($"{run}");
        run.Offsets.Should().Equal(0, Chunk, 2 * Chunk);
        ShouldBeReceived(Size);
    }

    [NpmFact(Client)]
    public async Task MethodOverride_PostIsTakenAsPatch()
    {
        var run = await new TusJsClient(NewFile(Size), Server.Url) { OverrideMethod = true, ChunkSize = Chunk }.RunAsync();

        run.IsDone.Should().BeTrue($"{run}");
        run.Answers.Should().Equal("POST 201", "POST 204", "POST 204", "POST 204");
        ShouldBeReceived(Size);
    }

    [NpmFact(Client)]
    public async Task FourClientsAtOnce_EachFileIsWhole()
    {
        string[] names = ["a.bin", "b.bin", "c.bin", "d.bin"];
        var clients = names.Select(name => new TusJsClient(NewFile(Size, name), Server.Url) { ChunkSize = Chunk }).ToArray();

        var runs = await Task.WhenAll(clients.Select(c => c.RunAsync()));

        runs.Should().OnlyContain(r => r.IsDone);
        foreach (var name in names)
            ShouldBeReceived(Size, name);
    }

    [NpmFact(Client)]
    public async Task Terminated_NothingIsLeft()
    {
        var run = await new TusJsClient(NewFile(Size), Server.Url) { ChunkSize = Chunk, TerminateAt = Chunk }.RunAsync();

        run.Of("terminated").Should().ContainSingle($"{run}");
        run.Answers.Should().Equal("POST 201", "PATCH 204", "DELETE 204");
        (await HeadAsync(run.Url)).Status.Should().BeOneOf(HttpStatusCode.NotFound, HttpStatusCode.Gone);
        (await TusJsClient.TerminateAsync(run.Url)).Answers.Should().BeSubsetOf(["DELETE 404", "DELETE 410"]);
        BytesOnDisk().Should().BeLessThan(Chunk);
    }

    [NpmFact(Client)]
    public async Task TooLarge_RefusedAtTheCreation()
    {
        await Server.KillAsync();
        await Server.RestartAsync(new() { MaxSize = Size - 1 });

        var run = await new TusJsClient(NewFile(Size), Server.Url).RunAsync();

        run.End.ExitCode.Should().Be(1);
        run.Answers.Should().Equal("POST 413");
    }

    [NpmFact(Client)]
    public async Task TooLarge_DeferredLength_RefusedAtTheChunkThatGoesBeyond()
    {
        await Server.KillAsync();
        await Server.RestartAsync(new() { MaxSize = Size - 1 });

        var run = await new TusJsClient(NewFile(Size), Server.Url) { Deferred = true, ChunkSize = Chunk }.RunAsync();

        run.End.ExitCode.Should().Be(1);
        run.Answers.Should().Equal("POST 201", "PATCH 204", "PATCH 204", "PATCH 413");
    }

    private long BytesOnDisk() => new DirectoryInfo(Received).EnumerateFiles("*", SearchOption.AllDirectories).Sum(f => f.Length);
}
