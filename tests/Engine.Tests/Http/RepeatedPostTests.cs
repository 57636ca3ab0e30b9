using Ferry.Engine.Errors;
using Ferry.Engine.Http;
using Ferry.Engine.Requests;

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
}
