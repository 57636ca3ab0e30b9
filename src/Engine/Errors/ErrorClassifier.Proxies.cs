using System.Net;

namespace Ferry.Engine.Errors;

public static partial class ErrorClassifier
{
    /// <summary>What an exception means that ended a connection to a proxy.</summary>
    /// <param name="thrown">The exception.</param>
    /// <param name="stage">What was being done.</param>
    /// <param name="proxy">The proxy's host and port, for the message.</param>
    internal static TransferError OfProxy(Exception thrown, ErrorStage stage, string proxy)
    {
        var error = Classify(thrown, stage, $"the proxy {proxy}");
        return error.Code == ErrorCode.HostNotResolved
            ? error with { Code = ErrorCode.ProxyNotResolved, Message = $"The name of the proxy {proxy} could not be resolved: check the spelling." }
            : error;
    }

    /// <summary>The error of a proxy that does not accept our credentials, or wants some.</summary>
    /// <param name="proxy">The proxy's host and port.</param>
    internal static TransferError ProxyAuthentication(string proxy) =>
        new(
            ErrorCode.Authentication, ErrorStage.Connecting, ErrorSide.Caller,
            $"The proxy {proxy} asks for a user name and password, or does not accept those given.")
        {
            HttpStatus = (int)HttpStatusCode.ProxyAuthenticationRequired,
        };

    /// <summary>The error of a proxy that closes connections instead of answering.</summary>
    /// <param name="proxy">The proxy's host and port.</param>
    internal static TransferError ProxyClosed(string proxy) =>
        Retry(ErrorCode.CannotConnect, ErrorStage.Connecting, $"The proxy {proxy} closed the connection without an answer.");

    // Null where it has nothing to do with the proxy.
    private static TransferError? FromProxy(Exception thrown, ErrorStage stage, string host, string proxy)
    {
        if (thrown is HttpRequestException { HttpRequestError: HttpRequestError.ProxyTunnelError } tunnel)
            return FromTunnel(tunnel, host, proxy);
        // Once TLS began, the tunnel was there.
        var isTls = thrown is HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError };
        if (stage != ErrorStage.Connecting || isTls || Has<TransferException>(thrown))
            return null;
        return IsEnd(thrown) ? ProxyClosed(proxy) : OfProxy(thrown, stage, proxy);
    }

    private static TransferError FromTunnel(HttpRequestException thrown, string host, string proxy)
    {
        // Some proxies answer credentials they do not accept with 401; before a tunnel it can be nobody else's.
        if (thrown.StatusCode is HttpStatusCode.ProxyAuthenticationRequired or HttpStatusCode.Unauthorized)
            return ProxyAuthentication(proxy) with { HttpStatus = (int)thrown.StatusCode };
        if (thrown.StatusCode is { } status)
        {
            return new(
                ErrorCode.CannotConnect, ErrorStage.Connecting, ErrorSide.Remote,
                $"The proxy {proxy} made no connection to {host}: it answered {(int)status}.")
            {
                RetryCanHelp = (int)status >= 500,
                HttpStatus = (int)status,
            };
        }
        // SOCKS: the platform tells what went wrong by the message alone.
        if (thrown.InnerException is { } inner && !IsEnd(inner) && inner.Message.Contains("auth", StringComparison.OrdinalIgnoreCase))
            return ProxyAuthentication(proxy) with { HttpStatus = null };
        return IsEnd(thrown)
            ? ProxyClosed(proxy)
            : Retry(ErrorCode.CannotConnect, ErrorStage.Connecting, $"The proxy {proxy} made no connection to {host}.");
    }

    private static bool IsEnd(Exception thrown)
    {
        for (var e = thrown; e is not null; e = e.InnerException)
        {
            if (e is EndOfStreamException or HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded }
                or HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded }
                || (e.GetType() == typeof(IOException) && e.InnerException is null))
                return true;
        }
        return false;
    }
}
