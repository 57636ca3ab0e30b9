using Ferry.Engine.Errors;

namespace Ferry.Engine.Dns;

/// <summary>Makes resolvers from the options dnsServers and dnsOverHttps (spec/requests.md section 1).</summary>
public static class NameResolvers
{
    /// <summary>A resolver with everything by default, see the other overload.</summary>
    /// <param name="dnsServers">The option dnsServers.</param>
    /// <param name="dnsOverHttps">The option dnsOverHttps.</param>
    /// <param name="time">The clock of TTLs and time limits.</param>
    /// <exception cref="TransferException">As the other overload.</exception>
    public static INameResolver For(IReadOnlyList<string> dnsServers, string? dnsOverHttps, TimeProvider time) =>
        For(dnsServers, dnsOverHttps, time, new NameResolverTools());

    /// <summary>
    /// A resolver that asks the DNS servers, then the DNS over HTTPS server, then the system; the next only where the one before was of no use.
    /// With neither option it is the system's. Where it is <see cref="IDisposable"/>, disposing it closes its idle connections.
    /// </summary>
    /// <param name="dnsServers">IPv4 or IPv6 addresses, perhaps with a port; invalid ones are skipped, the first three valid ones used.</param>
    /// <param name="dnsOverHttps">An https URL, or null or empty for none.</param>
    /// <param name="time">The clock of TTLs and time limits.</param>
    /// <param name="tools">What it works with.</param>
    /// <exception cref="TransferException">With <see cref="ErrorCode.ParameterError"/>: dnsOverHttps is no https URL.</exception>
    public static INameResolver For(IReadOnlyList<string> dnsServers, string? dnsOverHttps, TimeProvider time, NameResolverTools tools)
    {
        ArgumentNullException.ThrowIfNull(dnsServers);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentNullException.ThrowIfNull(tools);
        var addresses = DnsServerAddress.Choose(dnsServers);
        var servers = new List<IDnsServer>(addresses.Select(a => new DnsServer(a, tools, time)));
        HttpMessageInvoker? owned = null;
        if (!string.IsNullOrEmpty(dnsOverHttps))
        {
            var url = DohServer.ParseUrl(dnsOverHttps) ?? throw NotAUrl(dnsOverHttps);
            if (tools.DohInvoker is null)
                owned = new HttpMessageInvoker(DohConnecting.Handler(tools.System, tools.DohTimeout, tools.DohTrust));
            servers.Add(new DohServer(url, tools.DohInvoker ?? (() => owned!), tools.DohTimeout));
        }
        if (servers.Count == 0)
            return tools.System;
        var key = string.Join(' ', [.. addresses.Select(a => a.ToString()), dnsOverHttps]);
        return new CustomResolver(servers, key, tools, tools.Cache ?? new NameCache(time), time, owned);
    }

    private static TransferException NotAUrl(string written) => new(new TransferError(
        ErrorCode.ParameterError, ErrorStage.Validating, ErrorSide.Caller,
        $"The option dnsOverHttps is '{ErrorClassifier.Shown(Requests.UrlText.WithoutQuery(written))}': use an https URL, as in https://host:port/path."));
}
