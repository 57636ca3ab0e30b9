using System.Net.Sockets;
using System.Security.Authentication;

namespace Ferry.Engine.Errors;

public static partial class ErrorClassifier
{
    /// <summary>What an exception means for a transfer. The innermost exception that says something decides.</summary>
    /// <param name="thrown">The exception.</param>
    /// <param name="stage">What was being done.</param>
    /// <param name="subject">The host or the path it was done with, for the message; without a query string.</param>
    /// <param name="proxy">Host and port of the proxy it was done through, or null.</param>
    public static TransferError Classify(Exception thrown, ErrorStage stage, string? subject = null, string? proxy = null)
    {
        ArgumentNullException.ThrowIfNull(thrown);
        if (proxy is not null && FromProxy(thrown, stage, subject ?? "the server", proxy) is { } failed)
            return failed;
        for (var e = thrown; e is not null; e = e.InnerException)
        {
            if (Known(e, stage, subject) is { } error)
                return Capital(error);
        }
        // Of a TLS connection that breaks after its handshake the platform tells nothing more.
        if (thrown is IOException || Has<IOException>(thrown))
            return Capital(Broken(stage, subject ?? "the server"));
        return new TransferError(ErrorCode.Unknown, stage, ErrorSide.Local, $"An unexpected error ended the transfer: {thrown.GetType().Name}: {thrown.Message}");
    }

    private static TransferError? Known(Exception thrown, ErrorStage stage, string? subject)
    {
        var host = subject ?? "the server";
        return thrown switch
        {
            TransferException transfer => transfer.Error,
            OperationCanceledException => new(ErrorCode.Cancelled, stage, ErrorSide.Caller, "The transfer was cancelled."),
            TimeoutException => Retry(ErrorCode.TimedOut, stage, $"{host} did not answer in time."),
            OutOfMemoryException => new(ErrorCode.OutOfMemory, stage, ErrorSide.Local, "There is not enough memory for the transfer."),
            AuthenticationException => FromTls(thrown, host),
            SocketException socket => FromSocket(socket, stage, host),
            HttpProtocolException protocol => FromProtocol(protocol.ErrorCode, stage, host),
            HttpRequestException http => FromHttp(http.HttpRequestError, http, stage, host),
            HttpIOException http => FromHttp(http.HttpRequestError, http, stage, host),
            InvalidDataException => new(ErrorCode.Encoding, stage, ErrorSide.Remote, $"The body from {host} cannot be decoded."),
            _ when IsLocal(stage) || thrown is UnauthorizedAccessException => FromFile(thrown, stage, subject),
            IOException when IsClientCertificateAlert(thrown) => ClientCertificateRefused(host),
            IOException { InnerException: null } => Broken(stage, host),
            _ => null,
        };
    }

    private static bool IsLocal(ErrorStage stage) =>
        stage is ErrorStage.Writing or ErrorStage.Verifying or ErrorStage.Publishing or ErrorStage.Journaling;

    private static TransferError? FromHttp(HttpRequestError error, Exception thrown, ErrorStage stage, string host) => error switch
    {
        // An inner exception knows more about these; without one, this is all there is to say.
        HttpRequestError.NameResolutionError when thrown.InnerException is null =>
            new(ErrorCode.HostNotResolved, ErrorStage.Resolving, ErrorSide.Network, $"The name of {host} could not be resolved."),
        HttpRequestError.ConnectionError when thrown.InnerException is null =>
            Retry(ErrorCode.CannotConnect, ErrorStage.Connecting, $"No connection to {host} could be made."),
        HttpRequestError.SecureConnectionError when !Has<AuthenticationException>(thrown) =>
            Retry(ErrorCode.CannotConnect, ErrorStage.Securing, $"{host} closed the connection while TLS was negotiated."),
        HttpRequestError.HttpProtocolError when !Has<HttpProtocolException>(thrown) =>
            Retry(ErrorCode.Http2Framing, stage, $"{host} broke the HTTP/2 or HTTP/3 framing."),
        // What broke the framing before the first request was on the connection is told by the message alone.
        HttpRequestError.Unknown when thrown.InnerException is null && thrown.Message.Contains("HTTP/2", StringComparison.Ordinal) =>
            Retry(ErrorCode.Http2Framing, stage, $"{host} did not complete the HTTP/2 handshake."),
        HttpRequestError.ResponseEnded when stage == ErrorStage.Receiving =>
            Retry(ErrorCode.PartialFile, stage, $"{host} closed the connection before the end of the body."),
        HttpRequestError.ResponseEnded =>
            Retry(ErrorCode.EmptyAnswer, stage, $"{host} closed the connection without a whole answer."),
        HttpRequestError.InvalidResponse =>
            new(ErrorCode.InvalidAnswer, stage, ErrorSide.Remote, $"The answer of {host} is not HTTP."),
        HttpRequestError.ConfigurationLimitExceeded =>
            new(ErrorCode.InvalidAnswer, stage, ErrorSide.Remote, $"The header of the answer of {host} is too long."),
        HttpRequestError.VersionNegotiationError =>
            new(ErrorCode.UnsupportedProtocol, ErrorStage.Securing, ErrorSide.Remote, $"{host} does not speak the asked version of HTTP."),
        HttpRequestError.UserAuthenticationError =>
            new(ErrorCode.Authentication, stage, ErrorSide.Caller, $"{host} does not accept the credentials."),
        _ => null,
    };

    // The error codes of HTTP/2 (RFC 9113 section 7) and HTTP/3 (RFC 9114 section 8.1): some say that the framing was wrong, the others end one
    // request.
    private static TransferError FromProtocol(long code, ErrorStage stage, string host)
    {
        const long inadequateSecurity = 12;
        if (code == inadequateSecurity)
            return new(ErrorCode.Cipher, ErrorStage.Securing, ErrorSide.Remote, $"{host} does not accept the cipher that was negotiated for HTTP/2.");
        var isReset = code is 0 or 2 or 7 or 8 or 10 or 11 or 13 or 0x100 or 0x102 or 0x107 or 0x10b or 0x10c or 0x10d;
        return isReset
            ? Broken(stage, host) with { Message = $"{host} reset the request with the HTTP/2 or HTTP/3 error {code}." }
            : Retry(ErrorCode.Http2Framing, stage, $"The HTTP/2 or HTTP/3 framing with {host} broke: error {code}.");
    }

    // The platform tells these apart by its message and by whether the other side's alert is the inner exception.
    private static TransferError FromTls(Exception thrown, string host)
    {
        if (IsClientCertificateAlert(thrown))
            return ClientCertificateRefused(host);
        if (thrown.InnerException is not null)
            return new(ErrorCode.Cipher, ErrorStage.Securing, ErrorSide.Remote, $"TLS could not be negotiated with {host}: no common version or cipher.");
        return thrown.Message.Contains("certificate", StringComparison.OrdinalIgnoreCase)
            ? new(ErrorCode.PeerCertificate, ErrorStage.Securing, ErrorSide.Remote, $"The certificate of {host} is not trusted: {FirstSentence(thrown.Message)}")
            : new(ErrorCode.CannotConnect, ErrorStage.Securing, ErrorSide.Remote, $"{host} does not answer in TLS: is it an http server?");
    }

    private static TransferError ClientCertificateRefused(string host) =>
        new(ErrorCode.LocalCertificate, ErrorStage.Securing, ErrorSide.Caller, $"{host} does not accept the client certificate, or asks for one.");

    // The names that OpenSSL gives the alerts of RFC 8446 section 6.2 that speak of our certificate.
    private static bool IsClientCertificateAlert(Exception thrown)
    {
        for (var e = thrown.InnerException; e is not null; e = e.InnerException)
        {
            if (e.Message.Contains("alert", StringComparison.Ordinal)
                && (e.Message.Contains("certificate", StringComparison.Ordinal) || e.Message.Contains("unknown ca", StringComparison.Ordinal)))
                return true;
        }
        return false;
    }

    private static TransferError FromSocket(SocketException thrown, ErrorStage stage, string host) => thrown.SocketErrorCode switch
    {
        SocketError.HostNotFound or SocketError.NoData or SocketError.NoRecovery =>
            new(ErrorCode.HostNotResolved, ErrorStage.Resolving, ErrorSide.Network, $"The name of {host} could not be resolved: check the spelling."),
        SocketError.TryAgain =>
            Retry(ErrorCode.HostNotResolved, ErrorStage.Resolving, $"The name of {host} could not be resolved now."),
        SocketError.ConnectionRefused =>
            Retry(ErrorCode.CannotConnect, ErrorStage.Connecting, $"{host} refused the connection."),
        SocketError.TimedOut =>
            Retry(ErrorCode.TimedOut, stage, $"{host} did not answer in time."),
        SocketError.NetworkUnreachable or SocketError.HostUnreachable or SocketError.NetworkDown or SocketError.HostDown
            or SocketError.AddressNotAvailable =>
            Retry(ErrorCode.CannotConnect, ErrorStage.Connecting, $"{host} cannot be reached from here."),
        SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable =>
            new(ErrorCode.CannotConnect, stage, ErrorSide.Local, "This process has too many open files: raise the limit or run fewer transfers at once.")
            {
                RetryCanHelp = true,
            },
        _ => Broken(stage, host),
    };

    private static TransferError Broken(ErrorStage stage, string host) => stage switch
    {
        ErrorStage.Resolving or ErrorStage.Connecting or ErrorStage.Securing =>
            Retry(ErrorCode.CannotConnect, stage, $"The connection to {host} broke while it was made."),
        ErrorStage.Sending => Retry(ErrorCode.SendFailed, stage, $"The connection to {host} broke while the request was sent."),
        _ => Retry(ErrorCode.ReceiveFailed, stage, $"The connection to {host} broke."),
    };

    private static bool Has<T>(Exception thrown)
        where T : Exception
    {
        for (var e = thrown.InnerException; e is not null; e = e.InnerException)
        {
            if (e is T or TransferException)
                return true;
        }
        return false;
    }

    private static string FirstSentence(string text)
    {
        var end = text.IndexOf('\n', StringComparison.Ordinal);
        return (end < 0 ? text : text[..end]).Trim();
    }

    private static TransferError Retry(ErrorCode code, ErrorStage stage, string message) =>
        new(code, stage, ErrorSide.Network, message) { RetryCanHelp = true };

    private static TransferError Capital(TransferError error) =>
        error.Message.StartsWith("the ", StringComparison.Ordinal) ? error with { Message = "The " + error.Message[4..] } : error;
}
