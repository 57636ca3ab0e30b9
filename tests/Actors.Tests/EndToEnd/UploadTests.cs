using Akka.Actor;
using Ferry.Actors.Hosting;
using Ferry.Actors.Protocol;
using Ferry.Actors.Tests.Kit;
using Ferry.Engine.Errors;
using Ferry.Engine.Ranges;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;
using Ferry.Testing.Server;
using Ferry.Testing.Uploads;

namespace Ferry.Actors.Tests.EndToEnd;

/// <summary>Uploads through a whole engine, over its restarts, to a real server.</summary>
public sealed class UploadTests : IAsyncLifetime
{
    private const int Chunk = 256 * 1024;
    private const int Size = (8 * Chunk) + 77;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly TemporaryDirectory _home = new();
    private UploadServer _server = null!;

    private byte[] Bytes { get; } = Content.Bytes(4, Size);

    private string Source => _home.File("source.bin");

    public async Task InitializeAsync()
    {
        _server = await UploadServer.StartAsync();
        await File.WriteAllBytesAsync(Source, Bytes);
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _home.Dispose();
    }

    [Fact]
    public async Task Tus_ByAMessageOrByTheClient_EventsInOrderAndOneEnd()
    {
        await using var engine = await FerryEngine.StartAsync(Options());
        var events = new List<TransferEvent>();

        var end = await engine.RunAsync(Tus(), events.Add).WaitAsync(Patience);

        var completed = end.Should().BeOfType<TransferCompleted>().Subject;
        (completed.Outcome.Length, completed.Sent, completed.ResumedFrom).Should().Be((Size, Size, 0));
        completed.Head!.Status.Should().Be(204);
        completed.Response!.ResponseCode.Should().Be(204);
        _server.Only.Should().Equal(Bytes);
        events.OfType<TransferStateChanged>().Select(e => e.Phase).Should().ContainInOrder(TransferPhase.Probing, TransferPhase.Transferring, TransferPhase.Verifying);
        var progress = events.OfType<DataSendProgress>().ToArray();
        progress[^1].Sent.Should().Be(Size);
        progress.Sum(p => p.SendSize).Should().Be(Size);
        events.Should().NotContain(e => e is DataReceiveProgress);
        events.OfType<HeadersReceived>().Should().ContainSingle();
        events[^1].Should().BeSameAs(end);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Restart_InTheMiddle_GoesOnWithOneHead(bool gracefully)
    {
        var held = _server.HoldFrom(4 * Chunk);
        var first = await FerryEngine.StartAsync(Options());
        var run = first.RunAsync(Tus());
        var gone = await held.WaitAsync(Patience);
        if (gracefully)
            await first.StopAsync();
        else
            await RestartingTest.CrashAsync(first);
        await gone.WaitAsync(Patience);
        await Assert.ThrowsAnyAsync<TransferException>(() => run);
        _server.Requests.Clear();

        await using var second = await FerryEngine.StartAsync(Options());
        var end = await second.RunAsync(Tus()).WaitAsync(Patience);

        var completed = end.Should().BeOfType<TransferCompleted>().Subject;
        _server.Only.Should().Equal(Bytes);
        (completed.ResumedFrom, completed.Sent).Should().Be((4 * Chunk, Size - (4 * Chunk)));
        _server.Methods.Should().Equal(["HEAD", .. Enumerable.Repeat("PATCH", 5)]);
    }

    [Fact]
    public async Task Pause_OfAPlainUpload_SaysThatItStartsOver_AndItDoes()
    {
        // Small enough for a server that does not read it to notice that its sender is gone.
        var small = Bytes[..Chunk];
        await File.WriteAllBytesAsync(Source, small);
        var held = _server.HoldFrom(0);
        await using var engine = await FerryEngine.StartAsync(Options());
        var restarted = new TaskCompletionSource<RestartReason>();
        var run = engine.RunAsync(Plain(), e =>
        {
            if (e is TransferRestarted r)
                restarted.TrySetResult(r.Reason);
        });
        var gone = await held.WaitAsync(Patience);

        var paused = await engine.AskAsync<CommandDone>(new PauseTransfer(Id));
        await gone.WaitAsync(Patience);
        await engine.AskAsync<CommandDone>(new ResumeTransfer(Id));

        paused.Note.Should().Contain("plain PUT").And.Contain("from the start");
        (await run.WaitAsync(Patience)).Should().BeOfType<TransferCompleted>().Which.Body.ToArray().Should().Equal("stored"u8.ToArray());
        (await restarted.Task.WaitAsync(Patience)).Should().Be(RestartReason.SentFromStart);
        _server.Only.Should().Equal(small);
    }

    [Fact]
    public async Task Pause_OfATusUpload_GoesOnWhereItWas()
    {
        var held = _server.HoldFrom(2 * Chunk);
        await using var engine = await FerryEngine.StartAsync(Options());
        var run = engine.RunAsync(Tus());
        var gone = await held.WaitAsync(Patience);

        (await engine.AskAsync<CommandDone>(new PauseTransfer(Id))).Note.Should().BeNull();
        await gone.WaitAsync(Patience);
        var status = await engine.AskAsync<TransferStatus>(new GetTransfer(Id));
        (status.Phase, status.Received, status.Total).Should().Be((TransferPhase.Paused, 2 * Chunk, Size));
        _server.Requests.Clear();
        await engine.AskAsync<CommandDone>(new ResumeTransfer(Id));

        (await run.WaitAsync(Patience)).Should().BeOfType<TransferCompleted>();
        _server.Methods.First().Should().Be("HEAD");
        _server.Only.Should().Equal(Bytes);
    }

    [Fact]
    public async Task Cancel_OfAPausedOneAfterARestart_RemovesItAtTheServer()
    {
        var held = _server.HoldFrom(2 * Chunk);
        var first = await FerryEngine.StartAsync(Options());
        _ = first.RunAsync(Tus());
        await held.WaitAsync(Patience);
        await first.AskAsync<CommandDone>(new PauseTransfer(Id));
        await first.StopAsync();

        await using var second = await FerryEngine.StartAsync(Options());
        await second.AskAsync<CommandDone>(new CancelTransfer(Id));

        _server.Methods.Should().EndWith("DELETE");
        _server.Count.Should().Be(0);
    }

    [Fact]
    public async Task SourceChangedBetweenRuns_FailsClearly_ThenGoesAnew()
    {
        var held = _server.HoldFrom(2 * Chunk);
        var first = await FerryEngine.StartAsync(Options());
        _ = first.RunAsync(Tus());
        var gone = await held.WaitAsync(Patience);
        await RestartingTest.CrashAsync(first);
        await gone.WaitAsync(Patience);
        var changed = Bytes.ToArray();
        changed[^1] ^= 1;
        await File.WriteAllBytesAsync(Source, changed);

        await using var second = await FerryEngine.StartAsync(Options());
        var end = await second.RunAsync(Tus()).WaitAsync(Patience);

        var error = end.Should().BeOfType<TransferFailed>().Subject.Error;
        (error.Code, error.BytesKept).Should().Be((ErrorCode.LocalReadFailed, 0));
        _server.Count.Should().Be(0, "what was sent of the old version is of no use");

        await second.AskAsync<CommandDone>(new ResumeTransfer(Id));
        (await second.RunAsync(Tus()).WaitAsync(Patience)).Should().BeOfType<TransferCompleted>();
        _server.Only.Should().Equal(changed);
    }

    [Fact]
    public async Task Statistics_CountWhatWasSent()
    {
        await using var engine = await FerryEngine.StartAsync(Options());
        await engine.RunAsync(Plain()).WaitAsync(Patience);

        var statistics = await engine.AskAsync<TransferStatistics>(new GetStatistics());

        (statistics.BytesSent, statistics.Completed).Should().Be((Size, 1L));
    }

    [Fact]
    public async Task Stream_IsUploadedAndNotJournaled()
    {
        await using var engine = await FerryEngine.StartAsync(Options());
        var request = Tus() with { Options = new RequestOptions { ExtraData = new StreamData(new MemoryStream(Bytes)) } };

        (await engine.RunAsync(request).WaitAsync(Patience)).Should().BeOfType<TransferCompleted>();

        _server.Only.Should().Equal(Bytes);
    }

    private static TransferId Id { get; } = TransferId.Parse("u");

    private TransferRequest Tus() => new()
    {
        Id = "u",
        Url = _server.Url + "/files",
        Upload = new UploadOptions { Protocol = UploadProtocol.Tus, ChunkBytes = Chunk },
        Options = new RequestOptions { ExtraData = new FileData(Source) },
        Destination = new MemoryDestination(),
    };

    private TransferRequest Plain() => Tus() with
    {
        Url = _server.Url + "/target",
        Upload = new UploadOptions(),
        Options = new RequestOptions { ExtraData = new FileData(Source), ExpectContinue = false },
    };

    private FerryOptions Options() => new() { DataDirectory = _home.File("data"), Durability = Durability.Process };

    // As a kill would: nothing rests, nothing is said.
}
