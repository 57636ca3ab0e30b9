namespace Ferry.Engine.Cache;

/// <summary>Settings of a <see cref="ResponseCache"/>.</summary>
public sealed record CacheSettings
{
    /// <summary>The size in bytes (cacheSize): 10 MiB by default and at most; more is clamped.</summary>
    public long Size { get; init; } = ResponseCache.MaxSize;

    /// <summary>The directory of the cache's file, made when the cache is first flushed; empty keeps the cache in memory alone.</summary>
    public string Directory { get; init; } = "";
}
