using System.Globalization;
using System.Text;
using System.Text.Json;
using Ferry.Engine.Requests;

namespace Ferry.Engine.Http;

/// <summary>Makes the response of a request, as the source APIs have it, from what was received (spec/requests.md sections 1 and 2). Pure.</summary>
public static class ResponseReader
{
    /// <summary>The largest body that is read as an object, in bytes; a larger one comes as its content-type says.</summary>
    public const int LargestObject = 65_536;

    /// <summary>The response of a request whose body was held in memory.</summary>
    /// <param name="options">The request's options, the expected type among them.</param>
    /// <param name="head">Status and header.</param>
    /// <param name="body">The body, decoded.</param>
    /// <param name="timing">The phases.</param>
    /// <param name="fromCache">Whether the cache answered.</param>
    /// <param name="warnings">What did not take effect as asked; what is found here comes after it.</param>
    public static TransferResponse Read(
        RequestOptions options, AnswerHead head, ReadOnlyMemory<byte> body, PerformanceTiming timing, bool fromCache, IReadOnlyList<string> warnings)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(head);
        ArgumentNullException.ThrowIfNull(warnings);
        var found = new List<string>(warnings);
        var content = MediaType.Parse(head.Headers.FirstOrDefault(h => h.Name == "content-type")?.Value);
        var result = options.ExpectDataType switch
        {
            HttpDataType.String => Text(content, body, found),
            HttpDataType.ArrayBuffer => body.ToArray(),
            HttpDataType.Object => Object(content, body, found) ?? ByContentType(content, body, found),
            _ => ByContentType(content, body, found),
        };
        return Response(head, result, timing) with { FromCache = fromCache, Warnings = found };
    }

    /// <summary>The response of a request whose body went to subscribers: its result is no bytes.</summary>
    /// <param name="head">Status and header.</param>
    /// <param name="timing">The phases.</param>
    /// <param name="fromCache">Whether the cache answered.</param>
    /// <param name="warnings">What did not take effect as asked.</param>
    public static TransferResponse ReadStreamed(AnswerHead head, PerformanceTiming timing, bool fromCache, IReadOnlyList<string> warnings)
    {
        ArgumentNullException.ThrowIfNull(head);
        return Response(head, Array.Empty<byte>(), timing) with { FromCache = fromCache, Warnings = warnings };
    }

    /// <summary>The response of a download: its result is the file's path. The phases of the call are not known any more.</summary>
    /// <param name="head">Status (206 where a part was kept) and header of the last answer, or null where the transfer ended without one in this process.</param>
    /// <param name="path">The file.</param>
    /// <param name="url">The URL that was asked.</param>
    /// <returns>The response; without a head the code is 0 and the header empty, since nothing is known of an answer.</returns>
    public static TransferResponse ReadFile(AnswerHead? head, string path, Uri url)
    {
        ArgumentNullException.ThrowIfNull(path);
        return head is not null ? Response(head, path, PerformanceTiming.None) : new TransferResponse
        {
            ResponseCode = 0,
            ResultType = HttpDataType.String,
            Result = path,
            Header = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal),
            Cookies = [],
            HttpVersion = new Version(0, 0),
            FinalUrl = url,
        };
    }

    private static TransferResponse Response(AnswerHead head, object result, PerformanceTiming timing)
    {
        var header = Header(head);
        return new TransferResponse
        {
            ResponseCode = head.Status,
            ResultType = result switch { string => HttpDataType.String, JsonElement => HttpDataType.Object, _ => HttpDataType.ArrayBuffer },
            Result = result,
            Header = header,
            Cookies = header.GetValueOrDefault("set-cookie") ?? [],
            HttpVersion = head.HttpVersion,
            FinalUrl = head.FinalUrl,
            PerformanceTiming = timing,
        };
    }

    // A field of the server's own by the name of status-line does not pass for it.
    private static Dictionary<string, IReadOnlyList<string>> Header(AnswerHead head)
    {
        var header = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal) { ["status-line"] = [StatusLine(head)] };
        foreach (var field in head.Headers.GroupBy(h => h.Name.ToLowerInvariant(), StringComparer.Ordinal))
            header.TryAdd(field.Key, [.. field.Select(h => h.Value)]);
        return header;
    }

    // HTTP/2 and 3 have no reason phrase; the one the platform makes up is not the server's.
    private static string StatusLine(AnswerHead head)
    {
        var version = head.HttpVersion.Major == 1 ? head.HttpVersion.ToString(2) : head.HttpVersion.Major.ToString(CultureInfo.InvariantCulture);
        var reason = head.HttpVersion.Major == 1 ? $" {head.Reason}" : "";
        return string.Create(CultureInfo.InvariantCulture, $"HTTP/{version} {head.Status}{reason}");
    }

    private static object ByContentType(MediaType content, ReadOnlyMemory<byte> body, List<string> warnings) =>
        content.Name == "application/octet-stream" || content.Name.StartsWith("image/", StringComparison.Ordinal)
            ? body.ToArray()
            : Text(content, body, warnings);

    private static string Text(MediaType content, ReadOnlyMemory<byte> body, List<string> warnings) => BodyText.Decode(body.Span, content.Charset, warnings);

    private static object? Object(MediaType content, ReadOnlyMemory<byte> body, List<string> warnings)
    {
        if (body.Length > LargestObject)
        {
            warnings.Add($"expectDataType is Object, but the body is larger than {LargestObject} bytes: it comes as its content-type says.");
            return null;
        }
        try
        {
            using var document = JsonDocument.Parse(Text(content, body, []));
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            warnings.Add("expectDataType is Object, but the body is not JSON: it comes as its content-type says.");
            return null;
        }
    }
}
