using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Akka.Actor;

/// <summary>The place of an actor in the tree. Equality ignores the uid, which tells incarnations of one path apart.</summary>
public abstract class ActorPath : IEquatable<ActorPath>, IComparable<ActorPath>
{
    internal const long UndefinedUid = 0;

    private static readonly SearchValues<char> Valid =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.*$+:@&=,!~';()%");

    private string? _text;

    private protected ActorPath(string name, long uid) => (Name, Uid) = (name, uid);

    public string Name { get; }

    public long Uid { get; }

    public abstract Address Address { get; }

    public abstract ActorPath Parent { get; }

    public abstract ActorPath Root { get; }

    public abstract int Depth { get; }

    public IReadOnlyList<string> Elements
    {
        get
        {
            var elements = new string[Depth];
            var path = this;
            for (var i = elements.Length - 1; i >= 0; i--, path = path.Parent)
                elements[i] = path.Name;
            return elements;
        }
    }

    public static ActorPath operator /(ActorPath path, string name) => new ChildActorPath(path, name, UndefinedUid);

    public static ActorPath operator /(ActorPath path, IEnumerable<string> name) =>
        name.Where(n => n.Length > 0).Aggregate(path, (parent, element) => parent / element);

    public static bool operator ==(ActorPath? left, ActorPath? right) => Equals(left, right);

    public static bool operator !=(ActorPath? left, ActorPath? right) => !Equals(left, right);

    /// <summary>Whether a name may be given to an actor: not empty, no leading '$', only characters of a URI segment.</summary>
    public static bool IsValidPathElement(string s) => s.Length > 0 && s[0] != '$' && !s.AsSpan().ContainsAnyExcept(Valid);

    public static ActorPath Parse(string path) =>
        TryParse(path, out var parsed) ? parsed : throw new UriFormatException($"Can not parse an ActorPath: {path}");

    public static bool TryParse(string path, [NotNullWhen(true)] out ActorPath? actorPath)
    {
        actorPath = null;
        var scheme = path.IndexOf("://", StringComparison.Ordinal);
        var slash = scheme < 0 ? -1 : path.IndexOf('/', scheme + 3);
        if (!Address.TryParse(slash < 0 ? path : path.AsSpan(0, slash), out var address))
            return false;
        actorPath = new RootActorPath(address!);
        if (slash < 0)
            return true;
        var rest = path.AsSpan(slash + 1);
        var uid = UndefinedUid;
        var hash = rest.LastIndexOf('#');
        if (hash >= 0 && !long.TryParse(rest[(hash + 1)..], out uid))
            return false;
        actorPath = (actorPath / (hash < 0 ? rest : rest[..hash]).ToString().Split('/')).WithUid(uid);
        return true;
    }

    public ActorPath Child(string childName) => this / childName;

    public abstract ActorPath WithUid(long uid);

    public bool Equals(ActorPath? other)
    {
        if (ReferenceEquals(this, other))
            return true;
        if (other is null || Depth != other.Depth)
            return false;
        ActorPath left = this, right = other;
        for (; left.Depth > 0; left = left.Parent, right = right.Parent)
        {
            if (ReferenceEquals(left, right))
                return true;
            if (!string.Equals(left.Name, right.Name, StringComparison.Ordinal))
                return false;
        }

        return left.Address.Equals(right.Address) && string.Equals(left.Name, right.Name, StringComparison.Ordinal);
    }

    public override bool Equals(object? obj) => Equals(obj as ActorPath);

    public override int GetHashCode() => HashCode.Combine(Name, Depth);

    public int CompareTo(ActorPath? other) => string.CompareOrdinal(ToString(), other?.ToString());

    public override string ToString() => _text ??= Address + ToStringWithoutAddress();

    public string ToStringWithoutAddress() => "/" + string.Join('/', Elements);

    public string ToStringWithUid() => Uid == UndefinedUid ? ToString() : $"{this}#{Uid}";

    public string ToSerializationFormat() => ToStringWithUid();
}

public sealed class RootActorPath : ActorPath
{
    public RootActorPath(Address address, string name = "")
        : base(name, UndefinedUid) => Address = address;

    public override Address Address { get; }

    public override ActorPath Parent => this;

    public override ActorPath Root => this;

    public override int Depth => 0;

    public override ActorPath WithUid(long uid) => this;
}

public sealed class ChildActorPath : ActorPath
{
    public ChildActorPath(ActorPath parentPath, string name, long uid)
        : base(name, uid) => (Parent, Depth) = (parentPath, parentPath.Depth + 1);

    public override Address Address => Root.Address;

    public override ActorPath Parent { get; }

    public override ActorPath Root
    {
        get
        {
            var path = Parent;
            while (path.Depth > 0)
                path = path.Parent;
            return path;
        }
    }

    public override int Depth { get; }

    public override ActorPath WithUid(long uid) => uid == Uid ? this : new ChildActorPath(Parent, Name, uid);
}
