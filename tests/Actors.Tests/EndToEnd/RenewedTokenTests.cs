using Ferry.Actors.Hosting;
using Ferry.Actors.Protocol;
using Ferry.Actors.Tests.Kit;
using Ferry.Engine.Errors;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;
using Ferry.Testing.Server;
using Ferry.Testing.Uploads;

namespace Ferry.Actors.Tests.EndToEnd;

/// <summary>A token that expires in the middle is renewed, and what was kept is kept; with real servers, over restarts.</summary>
public sealed class RenewedTokenTests : RestartingTest
{
    private const int Chunk = 1024 * 1024;
    private static readonly TransferId F = TransferId.Parse("f");

    [Theory]
    [InlineData(Interruption.None)]
    [InlineData(Interruption.Stop)]
    [InlineData(Interruption.Crash)]
    public async Task Download_TokenExpired_IsRenewed_AndGoesOnByARange(Interruption interruption)
    {
        // 1. Half of it came, and then the token expired.
        var engine = await FerryEngine.StartAsync(Options());
        await PauseInTheMiddleAsync(engine);
        await engine.AskAsync<CommandDone>(new ResumeTransfer(F));
        var refused = (await engine.RunAsync(Download("old")).WaitAsync(Patience)).Should().BeOfType<TransferFailed>().Subject;
        (refused.Error.Code, refused.Error.BytesKept).Should().Be((ErrorCode.Authentication, Size / 2));

        // 2. With a new one it goes on, also where the process ends once that is answered.
        Server.Gate.HoldAnswers();
        await engine.AskAsync<CommandDone>(new ResumeTransfer(F, Download("new")));
        engine = await InterruptAsync(engine, interruption);
        await using var last = engine;
        Server.Gate.Release();
        var end = await engine.RunAsync(Download("new")).WaitAsync(Patience);

        end.Should().BeOfType<TransferCompleted>().Which.ResumedFrom.Should().Be(Size / 2);
        (await File.ReadAllBytesAsync(Home.File("f"))).Should().Equal(Content.Bytes(1, Size));
        var asked = Server.Requests.Last.Arrival;
        (asked.Field("Authorization"), asked.Field("Range")).Should().Be(("Bearer new", $"bytes={Size / 2}-"));
    }

    [Fact]
    public async Task Download_OtherUrl_IsRejected_AndTheServerIsNotAsked()
    {
        await using var engine = await FerryEngine.StartAsync(Options());
        await PauseInTheMiddleAsync(engine);
        var before = Server.Requests.Count;

        var rejected = await engine.AskAsync<CommandRejected>(new ResumeTransfer(F, Download("new") with { Url = Server.Url("/good/other") }));

        rejected.Error.Message.Should().Contain("the URL");
        (await engine.AskAsync<TransferStatus>(new GetTransfer(F))).Phase.Should().Be(TransferPhase.Paused);
        Server.Requests.Count.Should().Be(before);
    }

    [Fact]
    public async Task TusUpload_TokenExpired_IsRenewed_AndGoesOnAtTheServersOffset()
    {
        await File.WriteAllBytesAsync(Home.File("source"), Content.Bytes(2, Size));
        await using var uploads = await UploadServer.StartAsync();
        uploads.Otherwise = (seen, context) =>
        {
            var isRefused = seen.Field("authorization") == "Bearer old" && seen.Field("upload-offset") == $"{2 * Chunk}";
            if (isRefused)
                context.Response.StatusCode = 401;
            return Task.FromResult(isRefused);
        };
        var options = Options();
        await using (var first = await FerryEngine.StartAsync(options))
        {
            var refused = (await first.RunAsync(Upload(uploads, "old")).WaitAsync(Patience)).Should().BeOfType<TransferFailed>().Subject;
            refused.Error.BytesKept.Should().Be(2 * Chunk);
        }
        uploads.Requests.Clear();

        await using var second = await FerryEngine.StartAsync(options);
        await second.AskAsync<CommandDone>(new ResumeTransfer(F, Upload(uploads, "new")));
        var end = await second.RunAsync(Upload(uploads, "new")).WaitAsync(Patience);

        end.Should().BeOfType<TransferCompleted>().Which.ResumedFrom.Should().Be(2 * Chunk);
        uploads.Only.Should().Equal(Content.Bytes(2, Size));
        uploads.Methods.Should().Equal("HEAD", "PATCH", "PATCH");
        uploads.Requests.Should().OnlyContain(r => r.Field("authorization") == "Bearer new");
    }

    /// <summary>What happens to the engine once the renewal was answered.</summary>
    public enum Interruption
    {
        /// <summary>Nothing.</summary>
        None,

        /// <summary>It stops and starts again.</summary>
        Stop,

        /// <summary>It ends without a word to the journal.</summary>
        Crash,
    }

    private async Task PauseInTheMiddleAsync(FerryEngine engine)
    {
        Server.Gate.HoldBodiesAfter(Size / 2);
        var half = new TaskCompletionSource();
        _ = engine.RunAsync(Download("old"), e =>
        {
            if (e is DataReceiveProgress { ReceiveSize: Size / 2 })
                half.TrySetResult();
        });
        await half.Task.WaitAsync(Patience);
        await engine.AskAsync<CommandDone>(new PauseTransfer(F));
        Server.Gate.Release();
    }

    private async Task<FerryEngine> InterruptAsync(FerryEngine engine, Interruption interruption)
    {
        if (interruption is Interruption.None)
            return engine;
        await (interruption is Interruption.Crash ? CrashAsync(engine) : engine.StopAsync());
        return await FerryEngine.StartAsync(Options());
    }

    private TransferRequest Download(string token) => new()
    {
        Id = "f",
        Url = Server.Url($"/token-expires/f?size={Size}"),
        Options = With(token),
        Destination = new FileDestination(Home.File("f")),
    };

    private TransferRequest Upload(UploadServer server, string token) => new()
    {
        Id = "f",
        Url = server.Url + "/files",
        Upload = new UploadOptions { Protocol = UploadProtocol.Tus, ChunkBytes = Chunk },
        Options = With(token) with { ExtraData = new FileData(Home.File("source")) },
        Destination = new MemoryDestination(),
    };

    private static RequestOptions With(string token) => new() { Headers = [new HeaderField("Authorization", $"Bearer {token}")] };
}
