using System.Collections.Concurrent;

namespace Ferry.Testing.Server;

/// <summary>What both listeners of the server share.</summary>
internal sealed class ServerState
{
    private readonly ConcurrentDictionary<string, int> _versions = new();
    private readonly ConcurrentDictionary<string, int> _counts = new();

    public RequestLog Log { get; } = new();

    public Gate Gate { get; } = new();

    /// <summary>The Date of every answer; fixed where a test fixed it.</summary>
    public Func<DateTimeOffset> Now { get; set; } = () => TimeProvider.System.GetUtcNow();

    public void Publish(string path, int version) => _versions[path] = version;

    /// <summary>Counts a request for a path; answers how many there were, this one included.</summary>
    public int Count(Arrival arrival) => _counts.AddOrUpdate(arrival.Path, 1, (_, n) => n + 1);

    public FileState FileOf(Arrival arrival, int count)
    {
        var size = arrival.Route == Routes.Empty ? 0 : arrival.Number("size", 1024 * 1024);
        var version = _versions.TryGetValue(arrival.Path, out var published) ? published : (int)arrival.Number("version", 1);
        if (arrival.Route == Routes.ChangesAfter && count > arrival.Number("requests", 1))
            version++;
        return new FileState(version, size);
    }

    public static long RateOf(Arrival arrival) => arrival.Number("rate", arrival.Route == Routes.Slow ? 1024 * 1024 : 0);
}
