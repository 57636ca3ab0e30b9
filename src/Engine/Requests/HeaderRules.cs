using System.Buffers;
using Ferry.Engine.Errors;

namespace Ferry.Engine.Requests;

/// <summary>What may stand in a header field the caller gives (RFC 9110 section 5): checked before anything reaches the wire.</summary>
internal static class HeaderRules
{
    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    // What frames the message or belongs to the connection, and what the engine decides about ranges.
    private static readonly HashSet<string> Owned = new(StringComparer.OrdinalIgnoreCase)
    {
        "Range", "If-Range", "Content-Length", "Transfer-Encoding", "Connection", "Host", "Keep-Alive", "Proxy-Connection", "TE", "Trailer",
        "Upgrade",
    };

    private static readonly HashSet<string> OwnedByFiles = new(StringComparer.OrdinalIgnoreCase)
    {
        "If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since", "Accept-Encoding",
    };

    /// <summary>Adds a problem for each field that may not be sent.</summary>
    public static void Check(TransferRequest request, List<TransferError> problems)
    {
        foreach (var field in request.Options.Headers)
        {
            if (string.IsNullOrEmpty(field.Name) || field.Name.AsSpan().ContainsAnyExcept(TokenCharacters))
                problems.Add(RequestValidation.Problem($"'{Shown(field.Name)}' is not a header name: use letters, digits and hyphens."));
            else if (field.Value is null || field.Value.AsSpan().IndexOfAny('\r', '\n', '\0') >= 0)
                problems.Add(RequestValidation.Problem($"The value of the header '{field.Name}' is missing or holds a line break or NUL."));
            else if (Owned.Contains(field.Name))
                problems.Add(RequestValidation.Problem($"The header '{field.Name}' is set by the engine; remove it."));
            else if (request.Destination is FileDestination && OwnedByFiles.Contains(field.Name))
                problems.Add(RequestValidation.Problem($"The header '{field.Name}' is set by the engine in a download to a file; remove it."));
        }
        foreach (var name in request.Options.SecretHeaders.Where(n => n.Length == 0 || n.AsSpan().ContainsAnyExcept(TokenCharacters)))
            problems.Add(RequestValidation.Problem($"'{Shown(name)}' is not the name of a secret header: use letters, digits and hyphens."));
    }

    private static string Shown(string? name) => string.Concat((name ?? "").Select(c => char.IsControl(c) ? '?' : c));
}
