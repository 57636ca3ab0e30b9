using System.Net.Sockets;
using System.Security.Authentication;
using Ferry.Engine.Errors;

namespace Ferry.Engine.Dns;

/// <summary>Asks one server for both kinds of addresses of a name, together.</summary>
internal static class PairLookup
{
    /// <summary>
    /// What the server says; it is over when this returns, with every socket closed. Where one question was answered with addresses, the other is
    /// waited for only a little longer (RFC 8305 section 3): some servers never answer the question for IPv6.
    /// </summary>
    /// <param name="server">The server.</param>
    /// <param name="name">In ASCII, without a dot at its end.</param>
    /// <param name="otherFamilyDelay">How much longer.</param>
    /// <param name="time">The clock of the waits.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<DnsReply> AskAsync(
        IDnsServer server, string name, TimeSpan otherFamilyDelay, TimeProvider time, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(server.Patience, time);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        var six = AskAsync(server, new DnsQuestion(name, DnsType.Aaaa), over.Token);
        var four = AskAsync(server, new DnsQuestion(name, DnsType.A), over.Token);
        if (await await Task.WhenAny(six, four) is AddressesFound)
            deadline.CancelAfter(otherFamilyDelay);
        var together = DnsReply.Together(await six, await four);
        cancellationToken.ThrowIfCancellationRequested();
        return together;
    }

    private static async Task<DnsReply> AskAsync(IDnsServer server, DnsQuestion question, CancellationToken cancellationToken)
    {
        try
        {
            return DnsReply.Of(await server.AskAsync(question, cancellationToken), question);
        }
        catch (Exception thrown) when (Reason(thrown) is { } reason)
        {
            return new NotAnswered(reason);
        }
    }

    // What became of the question, to follow the server's name in a sentence; null for what is no failure of a server.
    private static string? Reason(Exception thrown) => thrown switch
    {
        InvalidDataException => thrown.Message,
        OperationCanceledException => "did not answer in time",
        SocketException { SocketErrorCode: SocketError.ConnectionRefused } => "is not there",
        SocketException socket => $"cannot be reached ({socket.SocketErrorCode})",
        HttpRequestException { InnerException: AuthenticationException } => "cannot be trusted: its certificate or its TLS is not accepted",
        HttpRequestException { InnerException: { } inner } when Reason(inner) is { } reason => reason,
        HttpRequestException => "does not answer in HTTP",
        TransferException transfer => $"cannot be asked ({transfer.Error.Message.TrimEnd('.')})",
        ObjectDisposedException => "is not asked any more",
        IOException => "broke the connection off",
        _ => null,
    };
}
