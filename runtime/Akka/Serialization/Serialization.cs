using System.Collections.Concurrent;
using System.Runtime.Serialization;
using Akka.Actor;

namespace Akka.Serialization;

/// <summary>
/// Which serializer is used for which class: <c>akka.actor.serializers</c> names them,
/// <c>akka.actor.serialization-bindings</c> binds classes to the names; the most specific binding wins. There is no default
/// serializer: an unbound class is an error that says what to add.
/// </summary>
public class Serialization
{
    private const string Bindings = "akka.actor.serialization-bindings";

    private readonly Dictionary<int, Serializer> _byId = [];
    private readonly Dictionary<string, Serializer> _byName = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Type, Serializer> _bindings = new();
    private readonly ConcurrentDictionary<Type, Serializer> _byType = new();
    private readonly Serializer _null;

    public Serialization(ExtendedActorSystem system)
    {
        System = system;
        _null = new NullSerializer(system);
        _byId[_null.Identifier] = _null;
        var config = system.Settings.Config;
        foreach (var (name, typeName) in config.GetConfig("akka.actor.serializers")?.AsEnumerable() ?? [])
        {
            var type = TypeNames.Load(typeName.GetString()!, $"akka.actor.serializers.{name}");
            AddSerializer(name, (Serializer)TypeNames.Create(type, system));
        }

        foreach (var (typeName, name) in config.GetConfig(Bindings)?.AsEnumerable() ?? [])
        {
            var serializer = _byName.GetValueOrDefault(name.GetString()!)
                ?? throw new Configuration.ConfigurationException(
                    $"{Bindings}: [{typeName}] is bound to [{name}], which is not in akka.actor.serializers.");
            AddSerializationMap(TypeNames.Load(typeName, Bindings), serializer);
        }
    }

    public ActorSystem System { get; }

    public static string SerializedActorPath(IActorRef actorRef) => actorRef.IsNobody() ? "" : actorRef.Path.ToSerializationFormat();

    public Serializer AddSerializer(Serializer serializer)
    {
        lock (_byId)
            _byId[serializer.Identifier] = serializer;
        return serializer;
    }

    public Serializer AddSerializer(string name, Serializer serializer)
    {
        _byName[name] = serializer;
        return AddSerializer(serializer);
    }

    public void AddSerializationMap(Type type, Serializer serializer)
    {
        _bindings[type] = serializer;
        _byType.Clear();
    }

    public Serializer FindSerializerFor(object obj, string? defaultSerializerName = null) =>
        obj is null ? _null : FindSerializerForType(obj.GetType(), defaultSerializerName);

    public Serializer FindSerializerForType(Type objectType, string? defaultSerializerName = null)
    {
        if (_byType.TryGetValue(objectType, out var known))
            return known;
        var best = _bindings.Where(binding => binding.Key.IsAssignableFrom(objectType))
            .Aggregate(default(KeyValuePair<Type, Serializer>), static (found, next) =>
                found.Key is null || found.Key.IsAssignableFrom(next.Key) ? next : found);
        if (best.Value is not null)
            return _byType[objectType] = best.Value;
        if (defaultSerializerName is not null && _byName.TryGetValue(defaultSerializerName, out var named))
            return named;
        throw new SerializationException(
            $"No serializer for [{objectType}]. Bind it (or a base type or interface of it) under [{Bindings}] to one of akka.actor.serializers.");
    }

    public byte[] Serialize(object o) => FindSerializerFor(o).ToBinary(o);

    public object Deserialize(byte[] bytes, int serializerId, Type type) => ById(serializerId, type?.ToString()).FromBinary(bytes, type!);

    public object Deserialize(byte[] bytes, int serializerId, string manifest)
    {
        var serializer = ById(serializerId, manifest);
        if (serializer is SerializerWithStringManifest withManifest)
            return withManifest.FromBinary(bytes, manifest);
        if (string.IsNullOrEmpty(manifest))
            return serializer.FromBinary(bytes, null!);
        var type = TypeNames.TryLoad(manifest)
            ?? throw new SerializationException($"[{manifest}], written by serializer {serializerId}, is no type that can be loaded.");
        return serializer.FromBinary(bytes, type);
    }

    public IActorRef DeserializeActorRef(string path) => ((ExtendedActorSystem)System).Provider.ResolveActorRef(path);

    /// <summary>What has to be kept beside the bytes to read them again.</summary>
    internal static string ManifestFor(Serializer serializer, object message) => serializer switch
    {
        SerializerWithStringManifest withManifest => withManifest.Manifest(message),
        { IncludeManifest: true } when message is not null => TypeNames.Of(message.GetType()),
        _ => "",
    };

    private Serializer ById(int id, string? manifest)
    {
        lock (_byId)
        {
            return _byId.TryGetValue(id, out var serializer)
                ? serializer
                : throw new SerializationException(
                    $"No serializer has the number {id} (for [{manifest}]): see akka.actor.serializers and akka.actor.serialization-identifiers.");
        }
    }
}
