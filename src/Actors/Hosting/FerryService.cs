using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ferry.Actors.Hosting;

/// <summary>Ferry in a generic host.</summary>
public static class FerryServiceCollectionExtensions
{
    /// <summary>
    /// Adds an engine that starts and stops with the host. Its <see cref="FerryEngine"/> can be asked for from the services; it can be used
    /// once the host has started.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Changes the options; gets the built-in ones.</param>
    public static IServiceCollection AddFerry(this IServiceCollection services, Func<FerryOptions, FerryOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddSingleton(provider =>
        {
            var options = new FerryOptions
            {
                Logging = provider.GetService<ILoggerFactory>(),
                Time = provider.GetService<TimeProvider>() ?? TimeProvider.System,
            };
            return new FerryEngine(configure?.Invoke(options) ?? options);
        });
        services.AddSingleton<IHostedService, FerryService>();
        return services;
    }

    private sealed class FerryService(FerryEngine engine) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => engine.BeginAsync(cancellationToken);

        public Task StopAsync(CancellationToken cancellationToken) => engine.StopAsync();
    }
}
