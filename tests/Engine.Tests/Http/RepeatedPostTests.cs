using System.Net;
using System.Text;
using Ferry.Engine.Dns;
using Ferry.Engine.Errors;
using Ferry.Engine.Http;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;
using Ferry.Testing.Server;
using Ferry.Testing.Time;

namespace Ferry.Engine.Tests.Http;

/// <summary>The platform sends a request again where a pooled connection is closed without an answer: not one that must not be repeated.</summary>
public sealed class RepeatedPostTests : IDisposable
{
    private const string Good = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    private readonly HttpTransport _transport = new(new TransportSettings(), TimeProvider.System);

    public void Dispose() => _transport.Dispose();

    [Theory]
    [InlineData("POST", null, false, 2)]
    [InlineData("PATCH", null, false, 2)]
    [InlineData("POST", "{}", false, 2)]
    [InlineData("POST", null, true, 3)]
    [InlineData("GET", null, false, 3)]
    public async Task PooledConnectionClosedWithoutAnAnswer_OnlyWhatMayBeRepeatedIs(string method, string? body, bool idempotent, int requests)
    {
        using var server = new ScriptedServer((n, _) => n == 2 ? null : Good);
        await using (var first = await _transport.SendAsync(Calls.Get(server.Url("/a")), null, CancellationToken.None))
            await Calls.ReadAllAsync(first);

        var call = Calls.Get(server.Url("/b"), o => o with
        {
            Method = method,
            ExtraData = body is null ? null : new TextData(body),
            Idempotent = idempotent,
        });
        try
        {
            await using var second = await _transport.SendAsync(call, null, CancellationToken.None).WaitAsync(Calls.Soon);
        }
        catch (TransferException e)
        {
            e.Error.Code.Should().Be(ErrorCode.EmptyAnswer);
        }
        server.Requests.Should().HaveCount(requests);
    }

    [Theory]
    [InlineData("{}", false)]
    [InlineData("{}", true)]
    [InlineData(null, false)]
    public async Task SentOverAnotherConnectionThanTheOneBeingMade_WasSent(string? body, bool connectingTimesOut)
    {
        var time = new ManualTimeProvider();
        var names = new SecondNameIsHeld();
        using var transport = new HttpTransport(new TransportSettings(), time, _ => names);
        using var server = new SilentListener();
        var url = $"http://host.test:{server.Port}/";
        var first = transport.SendAsync(Calls.Get(url), null, CancellationToken.None);
        var (socket, _) = await server.AcceptAsync();
        using var connection = socket;
        var call = Calls.Get(url, o => o with { Method = "POST", ExtraData = body is null ? null : new TextData(body), Retry = new RetryOptions() });
        var post = transport.SendAsync(call, null, CancellationToken.None);
        await names.SecondAsked.WaitAsync(Calls.Soon);

        await connection.SendAsync(Encoding.Latin1.GetBytes(Good));
        await (await first).DisposeAsync();
        (await connection.ReceiveAsync(new byte[4096]).WaitAsync(Calls.Soon)).Should().BePositive("the first connection is free, and the request goes over it");
        if (connectingTimesOut)
            time.Advance(call.Request.Options.ConnectTimeout);
        connection.Dispose();

        var error = (await post.WaitAsync(Calls.Soon).Invoking(p => p).Should().ThrowAsync<TransferException>()).Which.Error;
        error.Stage.Should().BeOneOf(ErrorStage.Sending, ErrorStage.Answering);
        RetryDelays.IsUnsent(error).Should().BeFalse();
    }

    [Theory]
    [InlineData(303, false)]
    [InlineData(307, true)]
    public async Task RedirectedToWhereNobodyListens_OnlyWhatWasNotTakenCountsAsUnsent(int status, bool unsent)
    {
        using var silent = new SilentListener();
        var nobody = silent.Url();
        silent.Dispose();
        using var server = new ScriptedServer((_, _) => $"HTTP/1.1 {status} Elsewhere\r\nLocation: {nobody}\r\nContent-Length: 0\r\n\r\n");
        var call = Calls.Get(server.Url("/"), o => o with { Method = "POST", ExtraData = new TextData("{}"), Retry = new RetryOptions() });

        var error = (await _transport.SendAsync(call, null, CancellationToken.None).WaitAsync(Calls.Soon)
            .Invoking(p => p).Should().ThrowAsync<TransferException>()).Which.Error;

        error.Code.Should().Be(ErrorCode.CannotConnect);
        RetryDelays.IsUnsent(error).Should().Be(unsent);
    }

    private sealed class SecondNameIsHeld : INameResolver
    {
        private readonly TaskCompletionSource _second = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _asked;

        public Task SecondAsked => _second.Task;

        public async ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken)
        {
            if (Interlocked.Increment(ref _asked) > 1)
            {
                _second.TrySetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            }
            return [IPAddress.Loopback];
        }
    }
}
