using System.Net;
using System.Net.Sockets;
using Ferry.Engine.Errors;

namespace Ferry.Engine.Dns;

/// <summary>The system's resolver: its hosts file, its search domains, its DNS servers, its order (RFC 6724), its caching.</summary>
public sealed class SystemResolver : INameResolver
{
    private readonly Func<string, CancellationToken, Task<IPAddress[]>> _lookUp;

    internal SystemResolver(Func<string, CancellationToken, Task<IPAddress[]>> lookUp) => _lookUp = lookUp;

    /// <summary>The one there is.</summary>
    public static SystemResolver Instance { get; } = new(System.Net.Dns.GetHostAddressesAsync);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(host);
        if (HostName.Literal(host) is { } literal)
            return [literal];
        var name = HostName.ToAscii(host);
        try
        {
            // A lookup that has begun cannot be stopped: it is left alone, and what it finds is of no use.
            var lookup = _lookUp(name, cancellationToken);
            _ = lookup.ContinueWith(
                static t => t.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously | TaskContinuationOptions.OnlyOnFaulted,
                TaskScheduler.Default);
            var addresses = await lookup.WaitAsync(cancellationToken);
            return addresses.Length > 0 ? addresses : throw new SocketException((int)SocketError.NoData);
        }
        catch (SocketException thrown)
        {
            throw new TransferException(ErrorClassifier.Classify(thrown, ErrorStage.Resolving, host), thrown);
        }
    }
}
