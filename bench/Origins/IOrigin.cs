namespace Ferry.Bench.Origins;

/// <summary>A server on loopback that serves a directory, in a process of its own.</summary>
internal interface IOrigin : IAsyncDisposable
{
    /// <summary>What serves, with its version.</summary>
    string Description { get; }

    /// <summary>The URL of the directory, with a slash at the end.</summary>
    string Url { get; }
}

/// <summary>Picks the origin.</summary>
internal static class Origin
{
    /// <summary>nginx where it is installed, else Kestrel.</summary>
    /// <param name="directory">What to serve.</param>
    /// <param name="place">Where the server may keep what it needs.</param>
    public static async Task<IOrigin> StartAsync(string directory, string place) => Contenders.Peers.Find("nginx") is { } nginx
        ? await NginxOrigin.StartAsync(nginx, directory, place)
        : await KestrelOrigin.StartAsync(directory);
}
