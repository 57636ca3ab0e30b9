using System.Text.Json;

namespace Ferry.Interop.Tests.Tus;

/// <summary>A request as a server saw it.</summary>
/// <param name="Method">The method.</param>
/// <param name="Path">The path.</param>
/// <param name="Offset">Its Upload-Offset, or null.</param>
/// <param name="Length">Its Content-Length, or null.</param>
/// <param name="Status">The answer's status; null where it got none (yet).</param>
/// <param name="Bytes">How much of its body the server read; null where it was killed before it could tell.</param>
internal sealed record TusRequest(string Method, string Path, long? Offset, long? Length, int? Status, long? Bytes)
{
    /// <summary>The requests that a server's lines tell of, in the order they came.</summary>
    /// <param name="lines">What it told.</param>
    public static IEnumerable<TusRequest> Of(IReadOnlyList<JsonElement> lines)
    {
        var ends = lines.Where(l => l.GetProperty("event").ValueEquals("ended")).ToDictionary(l => l.GetProperty("number").GetInt32());
        foreach (var line in lines.Where(l => l.GetProperty("event").ValueEquals("request")))
        {
            JsonElement? end = ends.TryGetValue(line.GetProperty("number").GetInt32(), out var found) ? found : null;
            yield return new TusRequest(
                line.GetProperty("method").GetString()!,
                line.GetProperty("path").GetString()!,
                line.Number("offset"),
                line.Number("length"),
                (int?)end?.Number("status"),
                end?.Number("bytes"));
        }
    }
}

/// <summary>Reads lines.</summary>
internal static class JsonNumbers
{
    /// <summary>A number, or null where the line says null.</summary>
    /// <param name="line">The line.</param>
    /// <param name="name">Its name.</param>
    public static long? Number(this JsonElement line, string name) =>
        line.GetProperty(name) is { ValueKind: JsonValueKind.Number } value ? value.GetInt64() : null;
}
