using System.Diagnostics.CodeAnalysis;
using Ferry.AspNetCore.Receiving;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Ferry.AspNetCore;

/// <summary>Maps the endpoints of the upload receiver.</summary>
public static class UploadEndpoints
{
    /// <summary>
    /// Maps a tus 1.0.0 server: POST to the pattern makes an upload, and HEAD, PATCH and DELETE below it belong to one. Extensions: creation,
    /// creation-with-upload, creation-defer-length, checksum, checksum-trailer, termination, expiration.
    /// </summary>
    /// <remarks>
    /// Who knows an upload's URL may write to it. The receiver logs none; request logs and traces of the server and of proxies do, so leave
    /// paths below the pattern out of them, or keep them as secrets.
    /// </remarks>
    /// <param name="endpoints">The application.</param>
    /// <param name="pattern">The route, such as <c>/files</c>.</param>
    /// <returns>The endpoints, for conventions such as RequireAuthorization.</returns>
    /// <exception cref="InvalidOperationException"><see cref="UploadServices.AddFerryUploads"/> was not called.</exception>
    public static IEndpointConventionBuilder MapFerryUploads(this IEndpointRouteBuilder endpoints, [StringSyntax("Route")] string pattern)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentException.ThrowIfNullOrEmpty(pattern);
        var handler = endpoints.ServiceProvider.GetService<UploadHandler>()
            ?? throw new InvalidOperationException("The upload receiver is not there: call services.AddFerryUploads(options) before the application is built.");
        var group = endpoints.MapGroup(pattern);
        group.Map("", handler.CollectionAsync).WithDisplayName("Ferry uploads: new");
        group.Map($"/{{{UploadHandler.IdName}}}", handler.UploadAsync).WithDisplayName("Ferry uploads: one");
        return group;
    }
}
