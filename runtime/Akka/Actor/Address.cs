namespace Akka.Actor;

/// <summary>Where an actor system is reached: only local ones exist here, but paths are written in full.</summary>
public sealed class Address : IEquatable<Address>, IComparable<Address>, IComparable
{
    public static readonly Address AllSystems = new("akka", "all-systems");

    public Address(string protocol, string system, string? host = null, int? port = null) =>
        (Protocol, System, Host, Port) = (protocol, system, host, port);

    public string Protocol { get; }

    public string System { get; }

    public string? Host { get; }

    public int? Port { get; }

    public bool HasLocalScope => string.IsNullOrEmpty(Host);

    public static bool operator ==(Address? left, Address? right) => Equals(left, right);

    public static bool operator !=(Address? left, Address? right) => !Equals(left, right);

    public bool Equals(Address? other) =>
        other is not null && Port == other.Port && string.Equals(Host, other.Host, StringComparison.Ordinal)
        && string.Equals(System, other.System, StringComparison.Ordinal) && string.Equals(Protocol, other.Protocol, StringComparison.Ordinal);

    public override bool Equals(object? obj) => Equals(obj as Address);

    public override int GetHashCode() => HashCode.Combine(Protocol, System, Host, Port);

    public int CompareTo(Address? other) => string.CompareOrdinal(ToString(), other?.ToString());

    int IComparable.CompareTo(object? obj) => CompareTo(obj as Address);

    public override string ToString() => HasLocalScope ? $"{Protocol}://{System}" : $"{Protocol}://{System}@{Host}:{Port}";

    internal static bool TryParse(ReadOnlySpan<char> text, out Address? address)
    {
        address = null;
        var scheme = text.IndexOf("://", StringComparison.Ordinal);
        if (scheme <= 0 || scheme + 3 == text.Length)
            return false;
        var protocol = text[..scheme].ToString();
        var rest = text[(scheme + 3)..];
        var at = rest.IndexOf('@');
        if (at < 0)
        {
            address = new Address(protocol, rest.ToString());
            return true;
        }

        var colon = rest.LastIndexOf(':');
        if (colon < at || !int.TryParse(rest[(colon + 1)..], out var port))
            return false;
        address = new Address(protocol, rest[..at].ToString(), rest[(at + 1)..colon].ToString(), port);
        return true;
    }
}
