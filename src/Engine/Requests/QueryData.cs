using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Ferry.Engine.Requests;

/// <summary>Data of a request as a part of its URL (extraData with a method that has no body). Pure.</summary>
internal static class QueryData
{
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// The data as a query: a text as it is, for it is encoded already; of an object its members, percent-encoded. Empty where there is nothing to
    /// append: bytes never are part of a query.
    /// </summary>
    /// <param name="data">The data, or null.</param>
    /// <exception cref="FormatException">The JSON text is no object, or holds text that is none.</exception>
    public static string Of(RequestData? data) => data switch
    {
        // A '#' would begin the fragment, and all after it would never be sent.
        TextData text => text.Text.Replace("#", "%23", StringComparison.Ordinal),
        JsonData json => Members(json.Json),
        _ => "",
    };

    /// <summary>Appends a query to a URL, before its fragment.</summary>
    /// <param name="url">The URL as written.</param>
    /// <param name="query">The query, without a question mark; empty changes nothing.</param>
    public static string Append(string url, string query)
    {
        if (query.Length == 0)
            return url;
        var hash = url.IndexOf('#', StringComparison.Ordinal);
        var (head, fragment) = hash < 0 ? (url, "") : (url[..hash], url[hash..]);
        var joint = !head.Contains('?', StringComparison.Ordinal) ? "?" : head[^1] is '?' or '&' ? "" : "&";
        return head + joint + query + fragment;
    }

    private static string Members(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind is not JsonValueKind.Object)
                throw new FormatException($"a JSON {document.RootElement.ValueKind.ToString().ToLowerInvariant()} is no object");
            return string.Join('&', document.RootElement.EnumerateObject().Select(m => $"{Uri.EscapeDataString(m.Name)}={Uri.EscapeDataString(Text(m.Value))}"));
        }
        catch (JsonException e)
        {
            throw new FormatException("the text is not JSON", e);
        }
        catch (InvalidOperationException e)
        {
            // An escaped half of a surrogate pair.
            throw new FormatException("a string in it is not Unicode text", e);
        }
    }

    private static string Text(JsonElement value)
    {
        if (value.ValueKind is JsonValueKind.String)
            return value.GetString()!;
        if (value.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array))
            return value.GetRawText();
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Compact))
            value.WriteTo(writer);
        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }
}
