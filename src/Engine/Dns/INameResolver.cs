using System.Net;

namespace Ferry.Engine.Dns;

/// <summary>Finds the addresses of hosts.</summary>
public interface INameResolver
{
    /// <summary>
    /// The addresses of a host, never none; IPv6 before IPv4 where DNS servers of the caller's choice were asked, otherwise in the system's order.
    /// </summary>
    /// <param name="host">A name, also with characters beyond ASCII, or a literal address, which is returned as it is.</param>
    /// <param name="cancellationToken">Gives up; sockets are closed.</param>
    /// <exception cref="Errors.TransferException">
    /// With <see cref="Errors.ErrorCode.HostNotResolved"/>: the host has no address, or nobody could say.
    /// </exception>
    ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken);
}
