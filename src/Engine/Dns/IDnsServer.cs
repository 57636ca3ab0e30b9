namespace Ferry.Engine.Dns;

/// <summary>Somebody who can be asked DNS questions.</summary>
internal interface IDnsServer
{
    /// <summary>As a sentence names it, such as <c>the DNS server 192.0.2.1</c>.</summary>
    string Name { get; }

    /// <summary>How long it is given for a name.</summary>
    TimeSpan Patience { get; }

    /// <summary>Asks one question. The answer is one to this question.</summary>
    /// <exception cref="InvalidDataException">What came is no answer to it; the message follows the server's name in a sentence.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">It cannot be reached.</exception>
    /// <exception cref="HttpRequestException">The same, over HTTP.</exception>
    Task<DnsMessage> AskAsync(DnsQuestion question, CancellationToken cancellationToken);
}
