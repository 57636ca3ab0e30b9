namespace Ferry.Engine.Http;

/// <summary>The platform's handler of one profile, with its pool of connections.</summary>
/// <param name="handler">The handler.</param>
/// <param name="route">Its proxies, or null.</param>
/// <param name="owned">What goes with it, or null.</param>
internal sealed class ProfileHandler(SocketsHttpHandler handler, ProxyRoute? route, IDisposable? owned) : IDisposable
{
    /// <summary>The handler.</summary>
    public SocketsHttpHandler Handler => handler;

    /// <summary>Sends requests.</summary>
    public HttpMessageInvoker Invoker { get; } = new(handler);

    /// <summary>The proxy of a URL; null where it is asked directly.</summary>
    public ProxyAddress? ProxyOf(Uri url) => route?.ProxyOf(url);

    /// <summary>Closes every connection.</summary>
    public void Dispose()
    {
        Invoker.Dispose();
        owned?.Dispose();
    }
}

/// <summary>A profile, and the files it names as they stood: a renewed certificate makes new connections.</summary>
internal sealed record ProfileKey(ConnectionProfile Profile, FileStamp Anchors, FileStamp Certificate, FileStamp Key)
{
    /// <summary>The key of a profile now.</summary>
    public static ProfileKey Of(ConnectionProfile profile) => new(
        profile, FileStamp.Of(profile.CaPath), FileStamp.Of(profile.ClientCert?.CertPath), FileStamp.Of(profile.ClientCert?.KeyPath));
}
