using System.Net;
using System.Net.Sockets;
using Ferry.Engine.Dns;

namespace Ferry.Engine.Tests.Http.Profiles;

/// <summary>Resolves names as a test says: every name is this machine unless it was given others; an empty list is a name nobody knows.</summary>
internal sealed class FixedNames : INameResolver
{
    private readonly Dictionary<string, IPAddress[]> _names = [];
    private readonly List<string> _asked = [];

    /// <summary>The names that were asked.</summary>
    public IReadOnlyList<string> Asked
    {
        get
        {
            lock (_asked)
                return [.. _asked];
        }
    }

    public void Set(string host, params string[] addresses) => _names[host] = [.. addresses.Select(IPAddress.Parse)];

    public ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        lock (_asked)
            _asked.Add(host);
        var found = _names.GetValueOrDefault(host) ?? [IPAddress.Loopback];
        return found.Length > 0 ? new(found) : throw new SocketException((int)SocketError.HostNotFound);
    }
}
