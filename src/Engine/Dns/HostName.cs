using System.Globalization;
using System.Net;
using Ferry.Engine.Errors;

namespace Ferry.Engine.Dns;

/// <summary>Host names as they are written and as they are asked.</summary>
internal static class HostName
{
    /// <summary>The longest name, without the dot at its end (RFC 1035 section 2.3.4: 255 bytes with length bytes and root).</summary>
    public const int MaxLength = 253;

    // RFC 6761 section 6.3: whoever asks a DNS server for these lets it say where this machine is.
    private static readonly IPAddress[] ThisMachine = [IPAddress.IPv6Loopback, IPAddress.Loopback];
    private static readonly IdnMapping Idn = new();

    /// <summary>The address that a literal is, or null where the host is a name. IPv6 may stand in brackets.</summary>
    public static IPAddress? Literal(string host) => IPAddress.TryParse(host, out var address) ? address : null;

    /// <summary>The loopback addresses for <c>localhost</c> and what lies under it, otherwise null.</summary>
    /// <param name="name">As <see cref="ToAscii"/> gives it.</param>
    public static IReadOnlyList<IPAddress>? Loopback(string name)
    {
        var end = name.TrimEnd('.');
        return end == "localhost" || end.EndsWith(".localhost", StringComparison.Ordinal) ? ThisMachine : null;
    }

    /// <summary>
    /// The name in lower case and ASCII (punycode, RFC 3492), with the dot at its end where it has one. Characters are not composed: the platform
    /// does not normalize text here, so a name written with combining marks is another name.
    /// </summary>
    /// <exception cref="TransferException">It is no name: a label is empty or longer than 63, or it holds what names do not hold.</exception>
    public static string ToAscii(string host)
    {
        try
        {
            var name = Idn.GetAscii(host.ToLowerInvariant());
            var relative = name.EndsWith('.') ? name[..^1] : name;
            if (relative.Length <= MaxLength && relative.Split('.').All(IsLabel))
                return name;
        }
        catch (ArgumentException)
        {
            // The platform's word for a label that is no label: said below.
        }
        throw new TransferException(new TransferError(
            ErrorCode.HostNotResolved, ErrorStage.Resolving, ErrorSide.Caller, $"'{ErrorClassifier.Shown(host)}' is not a host name: check the spelling."));
    }

    private static bool IsLabel(string label) =>
        label.Length is > 0 and < 64 && label.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
}
