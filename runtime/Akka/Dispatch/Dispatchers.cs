using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;

namespace Akka.Dispatch;

/// <summary>The dispatchers of a system by their path in the configuration.</summary>
internal sealed class Dispatchers
{
    internal const string DefaultDispatcherId = "akka.actor.default-dispatcher";

    private readonly Settings _settings;
    private readonly ConcurrentDictionary<string, MessageDispatcher> _byId = new(StringComparer.Ordinal);

    internal Dispatchers(Settings settings)
    {
        _settings = settings;
        Default = Lookup(DefaultDispatcherId);
    }

    internal MessageDispatcher Default { get; }

    internal void Register(MessageDispatcher dispatcher) => _byId[dispatcher.Id] = dispatcher;

    internal MessageDispatcher Lookup(string? id) => string.IsNullOrEmpty(id) ? Default : _byId.GetOrAdd(id, Create);

    private MessageDispatcher Create(string id)
    {
        var config = _settings.Config;
        if (!config.HasPath(id))
            throw new ConfigurationException($"There is no dispatcher [{id}] in the configuration.");
        var fallback = config.GetInt(DefaultDispatcherId + ".throughput", 30);
        return new MessageDispatcher(id, config.GetInt(id + ".throughput", fallback));
    }
}
