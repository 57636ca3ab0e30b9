using System.Net;
using System.Net.Sockets;
using System.Text;
using Ferry.Engine.Errors;

namespace Ferry.Engine.Http;

/// <summary>Makes the platform's handler with everything off that a transfer must decide itself.</summary>
internal sealed class HandlerFactory(TransportSettings settings, TimeProvider time)
{
    public SocketsHttpHandler Create() => new()
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        UseCookies = false,
        UseProxy = false,
        ActivityHeadersPropagator = null,
        EnableMultipleHttp2Connections = true,
        MaxConnectionsPerServer = settings.MaxConnectionsPerServer,
        PooledConnectionIdleTimeout = settings.PooledConnectionIdleTimeout,
        PooledConnectionLifetime = settings.PooledConnectionLifetime,
        ConnectTimeout = Timeout.InfiniteTimeSpan,
        // The rest of a body nobody wants is not read: the connection is closed instead.
        MaxResponseDrainSize = 0,
        RequestHeaderEncodingSelector = (_, _) => Encoding.Latin1,
        ResponseHeaderEncodingSelector = (_, _) => Encoding.Latin1,
        ConnectCallback = ConnectAsync,
        PlaintextStreamFilter = (context, _) =>
        {
            var scope = ScopeOf(context.InitialRequestMessage);
            scope?.End();
            return ValueTask.FromResult(TimedStream.Around(context.PlaintextStream, context.NegotiatedHttpVersion, scope?.Timing));
        },
    };

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var scope = ScopeOf(context.InitialRequestMessage);
        scope?.Begin();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, scope?.Token ?? default);
        try
        {
            var host = context.DnsEndPoint;
            var addresses = IPAddress.TryParse(host.Host, out var literal) ? [literal] : await System.Net.Dns.GetHostAddressesAsync(host.Host, either.Token);
            scope?.Reach(ErrorStage.Connecting);
            var socket = await HappyEyeballs.RaceAsync(
                HappyEyeballs.Order(addresses),
                (address, token) => HappyEyeballs.ConnectAsync(new IPEndPoint(address, host.Port), token),
                settings.ConnectionAttemptDelay, time, either.Token);
            scope?.Attach(socket);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (Exception thrown)
        {
            var stage = scope?.Stage ?? ErrorStage.Connecting;
            var expired = scope?.Expired;
            scope?.End();
            if (expired is not null)
                throw new TransferException(expired, thrown);
            if (thrown is OperationCanceledException)
                throw;
            throw new TransferException(ErrorClassifier.Classify(thrown, stage, context.DnsEndPoint.Host), thrown);
        }
    }

    private static ConnectScope? ScopeOf(HttpRequestMessage message) => message.Options.TryGetValue(ConnectScope.Key, out var scope) ? scope : null;
}
