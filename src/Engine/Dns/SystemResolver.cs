using System.Net;
using Ferry.Engine.Errors;

namespace Ferry.Engine.Dns;

/// <summary>Asks the operating system.</summary>
public sealed class SystemResolver : INameResolver
{
    private SystemResolver()
    {
    }

    /// <summary>The one there is.</summary>
    public static SystemResolver Instance { get; } = new();

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        try
        {
            return await System.Net.Dns.GetHostAddressesAsync(host, cancellationToken);
        }
        catch (System.Net.Sockets.SocketException thrown)
        {
            throw new TransferException(ErrorClassifier.Classify(thrown, ErrorStage.Resolving, host), thrown);
        }
    }
}
