using System.Text.RegularExpressions;

namespace Ferry.Host.Commands;

/// <summary>What the engine's sentences call an option (spec/requests.md), said as whoever types a command knows it.</summary>
internal static partial class FlagNames
{
    private static readonly Dictionary<string, string> Flags = new(StringComparer.Ordinal)
    {
        ["maxLimit"] = "--max-filesize",
        ["receive to a file or in chunks"] = "use --stream, or 'ferry get' for a file",
        ["maxRedirects"] = "--max-redirs",
        ["retry.maxRetries"] = "--retries",
        ["limitRate"] = "--limit-rate",
        ["connectTimeout"] = "--connect-timeout",
        ["readTimeout"] = "--read-timeout",
        ["totalTimeout"] = "--total-timeout",
        ["resumeFrom"] = "--resume-from",
        ["resumeTo"] = "--resume-to",
        ["expectDataType"] = "--expect",
        ["extraData"] = "--data",
        ["multiFormDataList"] = "--form",
        ["upload.chunkBytes"] = "--chunk-size",
        ["usingProtocol"] = "the HTTP version",
        ["usingProxy.host"] = "the host of --proxy",
        ["usingProxy.port"] = "the port of --proxy",
        ["usingProxy.userName"] = "the user of --proxy",
        ["usingProxy.password"] = "the password of --proxy",
        ["usingProxy.exclusionList"] = "--proxy-exclude",
        ["caPath"] = "--cacert",
        ["clientCert.certPath"] = "--cert",
        ["clientCert.keyPath"] = "--key",
        ["clientCert.certType"] = "--cert-type",
        ["certificatePinning"] = "--pinnedpubkey",
        ["dnsOverHttps"] = "--doh-url",
        ["dnsServers"] = "--dns-servers",
    };

    /// <summary>The sentence with flags in place of the options' names; what it quotes stays as it is.</summary>
    /// <param name="sentence">A sentence of the engine.</param>
    public static string In(string sentence) =>
        Names().Replace(sentence, match => Flags.GetValueOrDefault(match.Groups["name"].Value, match.Value));

    // What is quoted is matched first, and has no name. A pin has a place and members, which the flag has not.
    [GeneratedRegex(
        @"'[^']*'|(?<name>receive to a file or in chunks|\bcertificatePinning)(?:\[\d+\](?:\.\w+)?)?|\b(?<name>(?:retry|upload|usingProxy|clientCert)\.\w+|[a-z]+[A-Z]\w*)\b",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Names();
}
