using System.Net;
using Ferry.AspNetCore.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ferry.AspNetCore.Tests.Kit;

/// <summary>An upload receiver on loopback: real Kestrel, over a directory that outlives it.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    public const string Pattern = "/files";
    private readonly WebApplication _app;

    private Receiver(WebApplication app, int port)
    {
        _app = app;
        Port = port;
        Client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
    }

    public int Port { get; }

    public HttpClient Client { get; }

    public IReadOnlyList<Endpoint> Endpoints => _app.Services.GetRequiredService<EndpointDataSource>().Endpoints;

    public UploadStore Store => _app.Services.GetRequiredService<UploadStore>();

    public static async Task<Receiver> StartAsync(UploadReceiverOptions options, ReceiverSetup? setup = null)
    {
        setup ??= new ReceiverSetup();
        ListenOptions? listen = null;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        if (setup.Log is { } log)
            builder.Logging.AddProvider(log).SetMinimumLevel(LogLevel.Debug);
        if (setup.Time is { } time)
            builder.Services.AddSingleton(time);
        builder.Services.AddFerryUploads(options);
        setup.Services?.Invoke(builder.Services);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            // A test that waits for a gate may take its time.
            kestrel.Limits.MinRequestBodyDataRate = setup.MinRequestBodyDataRate;
            kestrel.Limits.MaxRequestBodySize = setup.MaxRequestBodySize;
            kestrel.Listen(IPAddress.Loopback, 0, l => (listen = l).Protocols = setup.Protocols);
        });
        var app = builder.Build();
        setup.Application?.Invoke(app);
        var endpoints = app.MapFerryUploads(setup.Pattern);
        setup.Endpoints?.Invoke(endpoints);
        await app.StartAsync();
        return new Receiver(app, listen!.IPEndPoint!.Port);
    }

    /// <summary>Looks through the directory now, beside what the host does by itself, and tells the service what it does not know.</summary>
    public async Task SweepAsync()
    {
        if (new UploadSweep(Store).Sweep(default))
            await new UploadDelivery(Store).RunAsync(default);
    }

    /// <summary>Stops it as a host stops: requests under way are told.</summary>
    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        using var atOnce = new CancellationTokenSource();
        await atOnce.CancelAsync();
        await _app.StopAsync(atOnce.Token);
        await _app.DisposeAsync();
    }
}

/// <summary>What is unlike the usual about a receiver.</summary>
internal sealed record ReceiverSetup
{
    public string Pattern { get; init; } = Receiver.Pattern;

    public TimeProvider? Time { get; init; }

    public ILoggerProvider? Log { get; init; }

    public long? MaxRequestBodySize { get; init; } = 30_000_000;

    public MinDataRate? MinRequestBodyDataRate { get; init; }

    public HttpProtocols Protocols { get; init; } = HttpProtocols.Http1;

    public Action<IServiceCollection>? Services { get; init; }

    public Action<WebApplication>? Application { get; init; }

    public Action<IEndpointConventionBuilder>? Endpoints { get; init; }
}
