using System.Net;
using Ferry.Engine.Errors;

namespace Ferry.Engine.Dns;

/// <summary>Finds the addresses of a host.</summary>
public interface INameResolver
{
    /// <summary>The addresses of a host, in the order they are best tried; not empty.</summary>
    /// <param name="host">The name, without a port.</param>
    /// <param name="cancellationToken">Gives the question up.</param>
    /// <exception cref="TransferException">The name has no address, or nobody who knows could be asked: <see cref="ErrorCode.HostNotResolved"/>.</exception>
    ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken);
}
