using System.Net;
using System.Net.Sockets;
using System.Text;
using Ferry.Engine.Bodies;
using Ferry.Engine.Errors;
using Ferry.Engine.Http;
using Ferry.Engine.Requests;
using Ferry.Engine.Tests.Bodies;
using Ferry.Testing.Server;
using Ferry.Testing.Time;

namespace Ferry.Engine.Tests.Http;

/// <summary>Bodies on their way to a server.</summary>
public sealed class SentBodyTests : IAsyncLifetime
{
    private const long SparseSize = 256L * 1024 * 1024;
    private const int Large = 3 * 1024 * 1024 + 17;
    private readonly ManualTimeProvider _time = new(new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero));
    private readonly string _directory = Directory.CreateTempSubdirectory("ferry-").FullName;
    private HttpTransport _transport = null!;
    private MisbehavingServer _server = null!;

    public async Task InitializeAsync()
    {
        _transport = new HttpTransport(new TransportSettings(), _time);
        _server = await MisbehavingServer.StartAsync();
    }

    public async Task DisposeAsync()
    {
        _transport.Dispose();
        await _server.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task FileOrStream_ArrivesWhole_AndEachPieceIsTold(bool file)
    {
        RequestData data = file ? new FileData(File(Large)) : new StreamData(new MemoryStream(Content.Bytes(6, Large)));
        var told = new List<(long Sent, long? Total)>();
        await using var answer = await SendAsync("/sink", data, (sent, total) => told.Add((sent, total)));
        Encoding.ASCII.GetString(await Calls.ReadAllAsync(answer)).Should().Be($"{Large} {Content.Sha256(6, Large)}");
        var request = _server.Requests.Last;
        request.Field("content-length").Should().Be(file ? $"{Large}" : null);
        request.Field("transfer-encoding").Should().Be(file ? null : "chunked");
        told.Select(t => t.Sent).Should().BeInAscendingOrder();
        told.Should().HaveCountGreaterThan(Large / RequestBody.BufferBytes);
        told[^1].Should().Be((Large, (long?)Large));
        told[0].Total.Should().Be(file ? Large : null);
    }

    [Fact]
    public async Task FileThatCannotBeRead_LocalReadFailed_AndNothingIsSent()
    {
        var thrown = await Assert.ThrowsAsync<TransferException>(() => SendAsync("/sink", new FileData(Path.Combine(_directory, "none"))));
        thrown.Error.Code.Should().Be(ErrorCode.LocalReadFailed);
        _server.Requests.Count.Should().Be(0);
    }

    [Fact]
    public async Task StreamEndsBeforeItsLength_LocalReadFailed()
    {
        var thrown = await Assert.ThrowsAsync<TransferException>(() => SendAsync("/sink", new StreamData(new MemoryStream(new byte[10]), 20)));
        thrown.Error.Code.Should().Be(ErrorCode.LocalReadFailed);
    }

    [Fact]
    public async Task Cancel_WhileTheStreamGivesNothing_EndsAtOnce_AndTheServerSeesItsConnectionClosed()
    {
        using var cancel = new CancellationTokenSource();
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var never = new TaskCompletionSource<int>();
        var first = true;
        var source = new AskedStream(_ =>
        {
            if (first)
            {
                first = false;
                return ValueTask.FromResult(100);
            }
            asked.TrySetResult();
            return new ValueTask<int>(never.Task);
        });
        var sending = SendAsync("/reads-nothing", new StreamData(source), cancellationToken: cancel.Token);
        await asked.Task.WaitAsync(Calls.Soon);
        var request = await _server.Requests.ArrivalOf(1);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending.WaitAsync(Calls.Soon));
        await request.ClosedByClient.WaitAsync(Calls.Soon);
    }

    [Fact]
    public async Task Cancel_WhileTheServerTakesNothing_EndsAtOnce_AndTheConnectionIsClosed()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var cancel = new CancellationTokenSource();
        var call = Calls.Get($"http://{listener.LocalEndpoint}/", o => o with { Method = "PUT", ExtraData = new FileData(Sparse()) });
        var sending = _transport.SendAsync(call, null, cancel.Token);
        using var socket = await listener.AcceptSocketAsync().WaitAsync(Calls.Soon);
        var buffer = new byte[64 * 1024];
        (await socket.ReceiveAsync(buffer).WaitAsync(Calls.Soon)).Should().BePositive();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending.WaitAsync(Calls.Soon));
        (await DrainAsync(socket, buffer).WaitAsync(Calls.Soon)).Should().BeLessThan(SparseSize / 2);
    }

    [Fact]
    public async Task ConnectionBreaksWhileSending_SendFailed()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var call = Calls.Get($"http://{listener.LocalEndpoint}/", o => o with { Method = "PUT", ExtraData = new FileData(Sparse()) });
        var sending = _transport.SendAsync(call, null, CancellationToken.None);
        using (var socket = await listener.AcceptSocketAsync().WaitAsync(Calls.Soon))
        {
            (await socket.ReceiveAsync(new byte[1024]).WaitAsync(Calls.Soon)).Should().BePositive();
            socket.LingerState = new LingerOption(true, 0);
        }
        var error = (await Assert.ThrowsAsync<TransferException>(() => sending.WaitAsync(Calls.Soon))).Error;
        error.Should().BeEquivalentTo(new { Code = ErrorCode.SendFailed, Stage = ErrorStage.Sending, RetryCanHelp = true });
    }

    // What lies in the buffers between, until the connection ends.
    private static async Task<long> DrainAsync(Socket socket, byte[] buffer)
    {
        long drained = 0;
        try
        {
            int count;
            while ((count = await socket.ReceiveAsync(buffer)) > 0)
                drained += count;
        }
        catch (SocketException)
        {
            // Reset: as closed as can be.
        }
        return drained;
    }

    [Fact]
    public async Task ServerTakesNothing_IsSilence()
    {
        var sending = SendAsync("/reads-nothing", new FileData(Sparse()));
        await _server.Requests.ArrivalOf(1);
        await AdvanceUntilAsync(sending);
        var thrown = await Assert.ThrowsAsync<TransferException>(() => sending.WaitAsync(Calls.Soon));
        thrown.Error.Code.Should().Be(ErrorCode.TimedOut);
    }

    [Fact]
    public async Task CallersStreamIsSlow_IsNotTheServersSilence()
    {
        var reads = 0;
        var source = new AskedStream(_ =>
        {
            // Each of these pauses would be too long a silence.
            _time.Advance(TimeSpan.FromSeconds(61));
            return ValueTask.FromResult(++reads <= 5 ? 10 : 0);
        });
        await using var answer = await SendAsync("/sink", new StreamData(source)).WaitAsync(Calls.Soon);
        Encoding.ASCII.GetString(await Calls.ReadAllAsync(answer)).Should().StartWith("50 ");
    }

    [Fact]
    public async Task ServerSilentAfterTheLastByte_TimesOut()
    {
        _server.Gate.HoldAnswers();
        var sending = SendAsync("/echo", new BytesData(new byte[10]));
        await _server.Requests.ArrivalOf(1);
        await AdvanceUntilAsync(sending);
        (await Assert.ThrowsAsync<TransferException>(() => sending.WaitAsync(Calls.Soon))).Error.Code.Should().Be(ErrorCode.TimedOut);
    }

    // How far the body got into the socket's buffers is not seen from here: time goes on until the silence was long enough.
    private async Task AdvanceUntilAsync(Task sending)
    {
        while (!sending.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(30));
            await Task.Yield();
        }
    }

    private Task<HttpAnswer> SendAsync(
        string route, RequestData data, Action<long, long?>? onSent = null, CancellationToken cancellationToken = default)
    {
        var call = Calls.Get(_server.Url(route), o => o with { Method = "PUT", ExtraData = data, ConnectTimeout = TimeSpan.Zero });
        return _transport.SendAsync(call with { OnSent = onSent }, null, cancellationToken);
    }

    private string File(int length)
    {
        var path = Path.Combine(_directory, "body.bin");
        System.IO.File.WriteAllBytes(path, Content.Bytes(6, length));
        return path;
    }

    // More than any buffer on the way takes.
    private string Sparse()
    {
        var path = Path.Combine(_directory, "sparse.bin");
        using var file = System.IO.File.Create(path);
        file.SetLength(SparseSize);
        return path;
    }
}
