using System.Net;
using System.Net.Sockets;

namespace Ferry.Testing.Dns;

/// <summary>The names a test server knows.</summary>
public sealed class DnsZone
{
    private readonly Lock _lock = new();
    private readonly List<(string Name, IPAddress Address, uint Ttl)> _addresses = [];
    private readonly List<(string Name, string Target, uint Ttl)> _aliases = [];

    /// <summary>TTL and minimum of the SOA record in negative answers, or null for none.</summary>
    public (uint Ttl, uint Minimum)? Authority { get; set; }

    /// <summary>Adds an address.</summary>
    public DnsZone Add(string name, string address, uint ttl = 300)
    {
        lock (_lock)
            _addresses.Add((name, IPAddress.Parse(address), ttl));
        return this;
    }

    /// <summary>Adds an alias.</summary>
    public DnsZone AddAlias(string name, string target, uint ttl = 300)
    {
        lock (_lock)
            _aliases.Add((name, target, ttl));
        return this;
    }

    /// <summary>Forgets every name.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _addresses.Clear();
            _aliases.Clear();
        }
    }

    internal IReadOnlyList<(IPAddress Address, uint Ttl)> Addresses(string name, int type)
    {
        var family = type == DnsAnswers.Aaaa ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork;
        lock (_lock)
            return [.. _addresses.Where(a => a.Name == name && a.Address.AddressFamily == family).Select(a => (a.Address, a.Ttl))];
    }

    internal (string Target, uint Ttl)? Alias(string name)
    {
        lock (_lock)
            return _aliases.Where(a => a.Name == name).Select(a => ((string, uint)?)(a.Target, a.Ttl)).FirstOrDefault();
    }

    internal bool Knows(string name)
    {
        lock (_lock)
            return _addresses.Exists(a => a.Name == name) || _aliases.Exists(a => a.Name == name);
    }
}
