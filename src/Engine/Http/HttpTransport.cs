using Ferry.Engine.Dns;
using Ferry.Engine.Errors;

namespace Ferry.Engine.Http;

/// <summary>Sends requests and follows redirects. One for a whole engine: it pools connections. Safe for use from several threads.</summary>
public sealed class HttpTransport : IDisposable
{
    private readonly ProfilePool<ProfileKey, ProfileHandler> _handlers;
    private readonly PolicyGuard _policy;
    private readonly TimeProvider _time;
    private readonly TransportSettings _settings;

    /// <summary>Makes a transport. Opens nothing yet.</summary>
    /// <param name="settings">Pool and connection settings.</param>
    /// <param name="time">The clock of every time limit.</param>
    /// <exception cref="FormatException">A denied network of the policy is none.</exception>
    public HttpTransport(TransportSettings settings, TimeProvider time)
        : this(settings, time, resolverOf: null)
    {
    }

    /// <summary>Makes a transport with other name resolution.</summary>
    /// <param name="settings">Pool and connection settings.</param>
    /// <param name="time">The clock of every time limit.</param>
    /// <param name="resolverOf">Gives what resolves the names of a profile's connections; null for what the profile says.</param>
    internal HttpTransport(TransportSettings settings, TimeProvider time, Func<ConnectionProfile, INameResolver>? resolverOf)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(time);
        _settings = settings;
        _time = time;
        _policy = new PolicyGuard(settings.Policy);
        var factory = new HandlerFactory(settings, time, _policy, ProxyEnvironment.Read(settings.ReadEnvironment), resolverOf ?? new ProfileResolvers(_policy, time).Of);
        _handlers = new ProfilePool<ProfileKey, ProfileHandler>(Math.Max(1, settings.MaxConnectionProfiles), key => factory.Create(key.Profile));
    }

    /// <summary>Sends a request, follows its redirects, and answers once the final header was received and passed the checks of rule 27.</summary>
    /// <param name="call">What to send.</param>
    /// <param name="onRedirect">Told each redirect before it is followed.</param>
    /// <param name="cancellationToken">Ends the call and the answer's body at once, in every state: it closes the socket.</param>
    /// <exception cref="TransferException">The network, the server or a time limit ended the call.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> fired.</exception>
    public async Task<HttpAnswer> SendAsync(HttpCall call, Action<Redirect>? onRedirect, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(call);
        cancellationToken.ThrowIfCancellationRequested();
        var watch = new CallWatch(_time, call.Request.Options, cancellationToken, call.Began);
        try
        {
            var handler = Rent(call, watch);
            return await new HttpExchange(handler, _policy, _settings, _time, call, watch).RunAsync(onRedirect);
        }
        catch
        {
            watch.Dispose();
            throw;
        }
    }

    /// <summary>Closes every connection.</summary>
    public void Dispose() => _handlers.Dispose();

    private ProfileHandler Rent(HttpCall call, CallWatch watch)
    {
        try
        {
            var lease = _handlers.Rent(ProfileKey.Of(ConnectionProfile.Of(call.Request.Options)));
            watch.Holds = lease;
            return lease.Value;
        }
        catch (Exception thrown) when (thrown is not TransferException)
        {
            throw watch.Translate(thrown, ErrorStage.Connecting, call.Target.Authority);
        }
    }
}
