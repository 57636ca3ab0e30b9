using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using Ferry.Engine.Downloads;
using Ferry.Engine.Errors;
using Ferry.Engine.Http;
using Ferry.Engine.Ranges;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;

namespace Ferry.Engine.Tests.Downloads;

/// <summary>maxLimit counts decoded bytes; what is streamed or goes to a file has no limit.</summary>
public sealed class DecodedLimitTests : IAsyncLifetime
{
    private const int Limit = 1024 * 1024;
    private const int Bomb = 64 * Limit;
    private readonly DownloadFixture _f = new();

    public static TheoryData<string> Codings { get; } = ["gzip", "deflate", "br"];

    public Task InitializeAsync() => _f.InitializeAsync();

    public Task DisposeAsync() => _f.DisposeAsync();

    [Theory]
    [MemberData(nameof(Codings))]
    public async Task Memory_Bomb_TooLarge_AndMemoryStaysWithinTheLimit(string coding)
    {
        using var server = Serving(coding, Bomb);
        using var transport = new HttpTransport(new TransportSettings(), _f.Time);
        var request = Request(server, new MemoryDestination());
        var tools = new TransferTools(transport, new TransferSettings(), _f.Time, OpenGate.Instance);
        await using var work = new MemoryWork(tools, request);
        var result = await work.AttemptAsync(new AttemptPlan(1, request, 0, null, Precondition.None), new Deaf(), CancellationToken.None);
        result.Should().BeOfType<AttemptBroke>().Which.Error.Code.Should().Be(ErrorCode.TooLarge);
        var held = await work.PublishAsync(new Verified(0, null, null));
        MemoryMarshal.TryGetArray(held.Body, out var array).Should().BeTrue();
        array.Array!.Length.Should().BeLessThanOrEqualTo(Limit);
    }

    [Theory]
    [MemberData(nameof(Codings))]
    public async Task Memory_Bomb_FailsTheTransfer(string coding)
    {
        using var server = Serving(coding, Bomb);
        var run = await _f.RunAsync(Request(server, new MemoryDestination()));
        run.State.Outcome.Should().BeOfType<FailedOutcome>().Which.Error.Code.Should().Be(ErrorCode.TooLarge);
        run.Body.Length.Should().Be(0);
    }

    [Theory]
    [MemberData(nameof(Codings))]
    public async Task Memory_DecodedAsLongAsTheLimit_IsTaken_OneByteMoreIsNot(string coding)
    {
        using var good = Serving(coding, Limit);
        (await _f.RunAsync(Request(good, new MemoryDestination()))).State.Outcome.Should().Be(new CompletedOutcome(Limit, null, null));
        using var more = Serving(coding, Limit + 1);
        (await _f.RunAsync(Request(more, new MemoryDestination()))).State.Outcome
            .Should().BeOfType<FailedOutcome>().Which.Error.Code.Should().Be(ErrorCode.TooLarge);
    }

    [Theory]
    [MemberData(nameof(Codings))]
    public async Task ChunksAndFiles_HaveNoLimit(string coding)
    {
        using var server = Serving(coding, Bomb);
        (await _f.RunAsync(Request(server, new FileDestination(_f.Target)))).State.Outcome.Should().Be(new CompletedOutcome(Bomb, null, _f.Target));
        var request = Request(server, new ChunkDestination());
        var chunks = new Deaf();
        using var transport = new HttpTransport(new TransportSettings(), _f.Time);
        await using var work = new ChunkWork(new TransferTools(transport, new TransferSettings(), _f.Time, OpenGate.Instance));
        var result = await work.AttemptAsync(new AttemptPlan(1, request, 0, null, Precondition.None), chunks, CancellationToken.None);
        result.Should().BeOfType<AttemptFinished>();
        chunks.Bytes.Should().Be(Bomb);
    }

    [Theory]
    [MemberData(nameof(Codings))]
    public async Task Coding_EndsEarly_EncodingErrorAndNoFile(string coding)
    {
        var coded = Coded(coding, Limit);
        using var server = Serving(coding, coded[..^3]);
        foreach (Destination destination in new Destination[] { new MemoryDestination(), new ChunkDestination(), new FileDestination(_f.Target) })
        {
            (await _f.RunAsync(Request(server, destination))).State.Outcome
                .Should().BeOfType<FailedOutcome>().Which.Error.Code.Should().Be(ErrorCode.Encoding);
        }
        Directory.GetFiles(_f.Directory).Should().BeEmpty();
    }

    private static ValidatedRequest Request(Http.ScriptedServer server, Destination destination) =>
        DownloadFixture.RequestTo(server.Url("/"), destination, new RequestOptions { MaxLimit = Limit, Retry = new RetryOptions { MaxRetries = 0 } });

    private static Http.ScriptedServer Serving(string coding, int length) => Serving(coding, Coded(coding, length));

    private static Http.ScriptedServer Serving(string coding, byte[] coded)
    {
        var text = Encoding.Latin1.GetString(coded);
        return new Http.ScriptedServer((_, _) => $"HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\nContent-Length: {coded.Length}\r\n\r\n{text}");
    }

    private static byte[] Coded(string coding, int length)
    {
        using var coded = new MemoryStream();
        using (Stream coder = coding switch
        {
            "gzip" => new GZipStream(coded, CompressionLevel.Fastest, leaveOpen: true),
            "deflate" => new ZLibStream(coded, CompressionLevel.Fastest, leaveOpen: true),
            _ => new BrotliStream(coded, CompressionLevel.Fastest, leaveOpen: true),
        })
        {
            var zeros = new byte[64 * 1024];
            for (var left = length; left > 0; left -= zeros.Length)
                coder.Write(zeros, 0, Math.Min(left, zeros.Length));
        }
        return coded.ToArray();
    }

    /// <summary>Counts chunks and keeps none.</summary>
    private sealed class Deaf : IAttemptListener
    {
        public long Bytes { get; private set; }

        public void OnRedirected(Redirect redirect)
        {
        }

        public void OnHeaders(AnswerHead head, ResourceIdentity identity)
        {
        }

        public void OnProgress(long written, long received)
        {
        }

        public void OnCheckpointDue(long written, long flushed)
        {
        }

        public ValueTask OnChunkAsync(ReadOnlyMemory<byte> data, long offset, CancellationToken cancellationToken)
        {
            Bytes += data.Length;
            return ValueTask.CompletedTask;
        }
    }
}
