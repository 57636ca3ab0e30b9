using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Ferry.Engine.Dns;
using Ferry.Engine.Errors;

namespace Ferry.Engine.Http;

/// <summary>Makes the platform's handler of a profile, with everything off that a transfer must decide itself.</summary>
internal sealed class HandlerFactory(
    TransportSettings settings, TimeProvider time, PolicyGuard policy, ProxyEnvironment environment, Func<ConnectionProfile, INameResolver> resolverOf)
{
    /// <summary>A hop whose proxy closes every connection without an answer is given up after so many; the platform would go on much longer.</summary>
    private const int MaxConnects = 4;

    /// <summary>Makes the handler of a profile.</summary>
    /// <param name="profile">How to connect.</param>
    /// <exception cref="TransferException">A file or the proxy that the profile names cannot be used.</exception>
    public ProfileHandler Create(ConnectionProfile profile)
    {
        var route = ProxyRoute.For(profile.Proxy, environment);
        var tls = Tls(profile);
        var resolver = resolverOf(profile);
        return new ProfileHandler(
            new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                AutomaticDecompression = DecompressionMethods.None,
                UseCookies = false,
                UseProxy = route is not null,
                Proxy = route,
                SslOptions = tls,
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
                ConnectCallback = (context, cancellationToken) => ConnectAsync(route, resolver, context, cancellationToken),
                PlaintextStreamFilter = (context, _) =>
                {
                    // A tunnel through a proxy comes by here as well, before TLS: its message carries no scope.
                    var scope = OwnScope(context.InitialRequestMessage);
                    scope?.End();
                    return ValueTask.FromResult(TimedStream.Around(context.PlaintextStream, context.NegotiatedHttpVersion, scope?.Timing));
                },
            },
            route,
            resolver as IDisposable);
    }

    private SslClientAuthenticationOptions Tls(ConnectionProfile profile) => new()
    {
        CertificateChainPolicy = TrustAnchors.Policy(profile.CaPath),
        RemoteCertificateValidationCallback = new PeerCheck(profile.Pins, time).Accept,
        ClientCertificateContext = profile.ClientCert is { } certificate ? ClientCertificates.Load(certificate) : null,
    };

    private async ValueTask<Stream> ConnectAsync(
        ProxyRoute? route, INameResolver resolver, SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var own = OwnScope(context.InitialRequestMessage);
        var scope = own ?? ConnectScope.Current.Value;
        scope?.Begin();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, scope?.Token ?? default);
        var host = context.DnsEndPoint;
        var isProxy = route is not null && (own is null || !route.IsBypassed(context.InitialRequestMessage.RequestUri!));
        try
        {
            if (isProxy && scope?.CountConnect() > MaxConnects)
                throw new TransferException(ErrorClassifier.ProxyClosed($"{host.Host}:{host.Port}"));
            IReadOnlyList<IPAddress> addresses =
                IPAddress.TryParse(host.Host, out var literal) ? [literal] : await resolver.ResolveAsync(host.Host, either.Token);
            // The system's proxy was chosen by whoever runs this process, as the policy was: it may stand in a network that requests must not reach.
            if (!isProxy || route!.IsCallers)
                addresses = policy.Permitted(host.Host, addresses);
            scope?.Reach(ErrorStage.Connecting);
            var socket = await HappyEyeballs.RaceAsync(
                HappyEyeballs.Order(addresses),
                (address, token) => HappyEyeballs.ConnectAsync(new IPEndPoint(address, host.Port), token),
                settings.ConnectionAttemptDelay, time, either.Token);
            scope?.Attach(socket, isProxy ? ErrorStage.Connecting : ErrorStage.Securing);
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
            throw new TransferException(
                isProxy ? ErrorClassifier.OfProxy(thrown, stage, $"{host.Host}:{host.Port}") : ErrorClassifier.Classify(thrown, stage, host.Host), thrown);
        }
    }

    private static ConnectScope? OwnScope(HttpRequestMessage message) => message.Options.TryGetValue(ConnectScope.Key, out var scope) ? scope : null;
}
