using Ferry.Engine.Errors;

namespace Ferry.Engine.Http;

/// <summary>Sends requests and follows redirects. One for a whole engine: it pools connections. Safe for use from several threads.</summary>
public sealed class HttpTransport : IDisposable
{
    private readonly HttpMessageInvoker _invoker;
    private readonly TimeProvider _time;
    private readonly TransportSettings _settings;

    /// <summary>Makes a transport. Opens nothing yet.</summary>
    /// <param name="settings">Pool and connection settings.</param>
    /// <param name="time">The clock of every time limit.</param>
    public HttpTransport(TransportSettings settings, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(time);
        _settings = settings;
        _time = time;
        _invoker = new HttpMessageInvoker(new HandlerFactory(settings, time).Create());
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
            return await new HttpExchange(_invoker, _settings, _time, call, watch).RunAsync(onRedirect);
        }
        catch
        {
            watch.Dispose();
            throw;
        }
    }

    /// <summary>Closes every connection.</summary>
    public void Dispose() => _invoker.Dispose();
}
