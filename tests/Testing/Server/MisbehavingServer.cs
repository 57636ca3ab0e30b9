using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ferry.Testing.Server;

/// <summary>
/// An origin on loopback that does wrong what origins do wrong: real Kestrel on ephemeral ports. See <see cref="Routes"/> for what it can do,
/// <see cref="Content"/> for what it serves: version n of a file is the content of seed n.
/// </summary>
public sealed class MisbehavingServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ServerState _state;
    private readonly int _httpPort;
    private readonly int _rawPort;

    private MisbehavingServer(WebApplication app, ServerState state, int httpPort, int rawPort)
    {
        _app = app;
        _state = state;
        _httpPort = httpPort;
        _rawPort = rawPort;
    }

    /// <summary>Every request received.</summary>
    public RequestLog Requests => _state.Log;

    /// <summary>Holds answers back.</summary>
    public Gate Gate => _state.Gate;

    /// <summary>Starts a server.</summary>
    public static async Task<MisbehavingServer> StartAsync()
    {
        var state = new ServerState();
        ListenOptions? http = null;
        ListenOptions? raw = null;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(state);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(IPAddress.Loopback, 0, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                http = listen;
            });
            kestrel.Listen(IPAddress.Loopback, 0, listen =>
            {
                raw = listen;
                listen.UseConnectionHandler<RawListener>();
            });
        });
        var app = builder.Build();
        app.Run(new HttpListenerRoutes(state).AnswerAsync);
        await app.StartAsync();
        return new MisbehavingServer(app, state, http!.IPEndPoint!.Port, raw!.IPEndPoint!.Port);
    }

    /// <summary>The URL of a route, with the listener that serves it.</summary>
    /// <param name="route">A route, perhaps with more path and a query, such as <c>/good/file.bin?size=100</c>.</param>
    public string Url(string route)
    {
        var name = "/" + route.Split('/', 3)[1].Split('?')[0];
        return $"http://127.0.0.1:{(Routes.Raw.Contains(name) ? _rawPort : _httpPort)}{route}";
    }

    /// <summary>Puts another version of a file in place, from the next request on.</summary>
    /// <param name="path">The path, without the query.</param>
    /// <param name="version">The version, from 1.</param>
    public void Publish(string path, int version) => _state.Publish(path, version);

    /// <summary>Fixes the Date of every answer from now on.</summary>
    /// <param name="now">The date.</param>
    public void SetDate(DateTimeOffset now) => _state.Now = () => now;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Gate.Release();
        using var atOnce = new CancellationTokenSource();
        await atOnce.CancelAsync();
        await _app.StopAsync(atOnce.Token);
        await _app.DisposeAsync();
    }
}
