using System.Collections.Concurrent;

namespace Akka.Actor;

/// <summary>Something there is one of in a system.</summary>
public interface IExtension;

public interface IExtensionId
{
    Type ExtensionType { get; }

    object Apply(ActorSystem system);

    object Get(ActorSystem system);

    object CreateExtension(ExtendedActorSystem system);
}

public interface IExtensionId<out T> : IExtensionId
    where T : IExtension
{
    new T Apply(ActorSystem system);

    new T Get(ActorSystem system);

    new T CreateExtension(ExtendedActorSystem system);
}

public abstract class ExtensionIdProvider<T> : IExtensionId<T>
    where T : IExtension
{
    public Type ExtensionType => typeof(T);

    public T Apply(ActorSystem system) => (T)system.RegisterExtension(this);

    public T Get(ActorSystem system) => (T)system.GetExtension(this);

    public abstract T CreateExtension(ExtendedActorSystem system);

    object IExtensionId.Apply(ActorSystem system) => Apply(system);

    object IExtensionId.Get(ActorSystem system) => Get(system);

    object IExtensionId.CreateExtension(ExtendedActorSystem system) => CreateExtension(system);

    public override bool Equals(object? obj) => obj is ExtensionIdProvider<T>;

    public override int GetHashCode() => typeof(T).GetHashCode();
}

public static class ActorSystemWithExtensions
{
    /// <summary>The extension of this class, made at the first call by its id.</summary>
    public static T WithExtension<T, TI>(this ActorSystem system)
        where T : class, IExtension
        where TI : IExtensionId => (T)system.RegisterExtension((IExtensionId)TypeNames.Create(typeof(TI)));
}

/// <summary>Makes each extension at its first use, once, whoever asks first.</summary>
internal sealed class ExtensionRegistry(ExtendedActorSystem system)
{
    private readonly ConcurrentDictionary<Type, Lazy<object>> _byType = new();

    internal object Register(IExtensionId id)
    {
        var entry = _byType.GetOrAdd(id.ExtensionType, _ => new Lazy<object>(() => id.CreateExtension(system)));
        try
        {
            return entry.Value;
        }
        catch
        {
            // The next one who asks may have more luck (a data directory that is there again, for example).
            _byType.TryRemove(new(id.ExtensionType, entry));
            throw;
        }
    }

    internal bool TryGet(Type type, out object extension)
    {
        var found = _byType.TryGetValue(type, out var entry);
        extension = found ? entry!.Value : null!;
        return found;
    }
}
