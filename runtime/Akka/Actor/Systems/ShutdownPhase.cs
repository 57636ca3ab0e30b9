using Akka.Configuration;

namespace Akka.Actor;

/// <summary>A phase of the coordinated shutdown, as <c>akka.coordinated-shutdown.phases</c> has it.</summary>
internal sealed record ShutdownPhase(string Name, IReadOnlyList<string> DependsOn, TimeSpan Timeout, bool Recovers, bool IsEnabled)
{
    /// <summary>The phases of the configuration: each after those it depends on, otherwise as they are written.</summary>
    internal static IReadOnlyList<ShutdownPhase> InOrder(Config shutdown)
    {
        var limit = shutdown.GetTimeSpan("default-phase-timeout", TimeSpan.FromSeconds(5), allowInfinite: false);
        var byName = shutdown.GetConfig("phases")!.AsEnumerable()
            .ToDictionary(static p => p.Key, p => Read(p.Key, new Config(p.Value.GetObject()), limit), StringComparer.Ordinal);
        var order = new List<ShutdownPhase>();
        var open = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in byName.Keys)
            Visit(name);
        return order;

        void Visit(string name)
        {
            if (order.Exists(p => string.Equals(p.Name, name, StringComparison.Ordinal)))
                return;
            if (!open.Add(name))
                throw new ConfigurationException($"The phases of akka.coordinated-shutdown depend on each other in a circle: {string.Join(", ", open)}");
            var phase = byName.GetValueOrDefault(name) ?? Read(name, Config.Empty, limit);
            foreach (var before in phase.DependsOn)
                Visit(before);
            open.Remove(name);
            order.Add(phase);
        }
    }

    private static ShutdownPhase Read(string name, Config phase, TimeSpan limit) => new(
        name,
        [.. phase.GetStringList("depends-on")],
        phase.GetTimeSpan("timeout", limit, allowInfinite: false),
        phase.GetBoolean("recover", true),
        phase.GetBoolean("enabled", true));
}
