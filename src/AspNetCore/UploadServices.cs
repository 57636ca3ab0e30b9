using Ferry.AspNetCore.Receiving;
using Ferry.AspNetCore.Storage;
using Ferry.Engine.Transfers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Ferry.AspNetCore;

/// <summary>Adds the upload receiver to a service.</summary>
public static class UploadServices
{
    /// <summary>
    /// Adds the store of uploads, and a hosted service that prepares its directory at the start and then expires what nobody goes on with.
    /// The clock is the <see cref="TimeProvider"/> of the services, where there is one.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="options">The options.</param>
    /// <returns>The same services.</returns>
    /// <exception cref="ArgumentException">The options cannot be used; the message names every problem.</exception>
    /// <exception cref="InvalidOperationException">A receiver was added already.</exception>
    public static IServiceCollection AddFerryUploads(this IServiceCollection services, UploadReceiverOptions options)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        if (services.Any(s => s.ServiceType == typeof(UploadStore)))
            throw new InvalidOperationException("AddFerryUploads was called before: a service has one upload receiver.");
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(p => new UploadStore(
            options, p.GetRequiredService<TimeProvider>(), KernelBoot.Id, p.GetRequiredService<ILogger<UploadStore>>()));
        services.AddSingleton<UploadHandler>();
        services.AddHostedService<UploadSweep>();
        return services;
    }
}
