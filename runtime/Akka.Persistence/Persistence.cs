using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;

namespace Akka.Persistence;

/// <summary>The extension's key: <c>Persistence.Instance.Apply(system)</c>.</summary>
public class Persistence : ExtensionIdProvider<PersistenceExtension>
{
    public static Persistence Instance { get; } = new();

    public static Config DefaultConfig() => ConfigurationFactory.FromResource<Persistence>("Akka.Persistence.persistence.conf");

    public override PersistenceExtension CreateExtension(ExtendedActorSystem system) => new(system);
}

/// <summary>Starts journals and snapshot stores when they are first asked for.</summary>
public class PersistenceExtension : IExtension
{
    private const string NoSnapshotStore = "akka.persistence.no-snapshot-store";

    private readonly ExtendedActorSystem _system;
    private readonly Config _config;
    private readonly ConcurrentDictionary<string, Lazy<IActorRef>> _plugins = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, TimeSpan> _recoveryTimeouts = new(StringComparer.Ordinal);
    private readonly Lazy<IActorRef> _permitter;

    public PersistenceExtension(ExtendedActorSystem system)
    {
        _system = system;
        system.Settings.InjectTopLevelFallback(Persistence.DefaultConfig());
        _config = system.Settings.Config.WithFallback(Persistence.DefaultConfig()).GetConfig("akka.persistence")!;
        var maximum = _config.GetInt("max-concurrent-recoveries");
        if (maximum < 1)
            throw new ConfigurationException($"akka.persistence.max-concurrent-recoveries is {maximum}; it must be at least 1.");
        _permitter = new Lazy<IActorRef>(() => system.SystemActorOf(Props.Create<RecoveryPermitter>(maximum), "recoveryPermitter"));
        foreach (var id in _config.GetStringList("journal.auto-start-journals"))
            JournalFor(id);
        foreach (var id in _config.GetStringList("snapshot-store.auto-start-snapshot-stores"))
            SnapshotStoreFor(id);
    }

    internal IActorRef RecoveryPermitter => _permitter.Value;

    public string PersistenceId(IActorRef actor) => actor.Path.ToStringWithoutAddress();

    public IActorRef JournalFor(string? journalPluginId) => PluginFor(JournalId(journalPluginId), "journal-plugin-fallback");

    public IActorRef SnapshotStoreFor(string? snapshotPluginId)
    {
        var id = string.IsNullOrEmpty(snapshotPluginId) ? _config.GetString("snapshot-store.plugin") : snapshotPluginId;
        return PluginFor(string.IsNullOrEmpty(id) ? NoSnapshotStore : id, "snapshot-store-plugin-fallback");
    }

    internal TimeSpan RecoveryTimeout(string? journalPluginId) => _recoveryTimeouts.GetOrAdd(
        JournalId(journalPluginId),
        id => PluginConfig(id, "journal-plugin-fallback").GetTimeSpan("recovery-event-timeout", TimeSpan.FromSeconds(30)));

    private string JournalId(string? id)
    {
        var chosen = string.IsNullOrEmpty(id) ? _config.GetString("journal.plugin") : id;
        return string.IsNullOrEmpty(chosen)
            ? throw new ConfigurationException("No journal is chosen: set akka.persistence.journal.plugin.")
            : chosen;
    }

    private IActorRef PluginFor(string id, string fallback) =>
        _plugins.GetOrAdd(id, key => new Lazy<IActorRef>(() => StartPlugin(key, fallback))).Value;

    private IActorRef StartPlugin(string id, string fallback)
    {
        var config = PluginConfig(id, fallback);
        var className = config.GetString("class");
        if (string.IsNullOrEmpty(className))
            throw new ConfigurationException($"The persistence plugin '{id}' names no class.");
        var type = Type.GetType(className) ?? throw new ConfigurationException($"The class '{className}' of the persistence plugin '{id}' was not found.");
        var props = type.GetConstructor([typeof(Config)]) is null ? Props.Create(type) : Props.Create(type, config);
        return _system.SystemActorOf(props.WithDispatcher(config.GetString("plugin-dispatcher", "akka.actor.default-dispatcher")), id);
    }

    private Config PluginConfig(string id, string fallback)
    {
        // A plugin's own extension may have added its defaults since this one was made.
        var plugin = _system.Settings.Config.GetConfig(id)
            ?? throw new ConfigurationException($"There are no settings for the persistence plugin '{id}'.");
        return plugin.WithFallback(_config.GetConfig(fallback));
    }
}
