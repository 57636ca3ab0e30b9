using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace Ferry.Testing.Server;

/// <summary>A request as it came in, whichever way it came.</summary>
/// <param name="Method">The method.</param>
/// <param name="Target">Path and query as they stood in the request line.</param>
/// <param name="Fields">The header fields; names in any case.</param>
public sealed record Arrival(string Method, string Target, IReadOnlyDictionary<string, string> Fields)
{
    /// <summary>The path.</summary>
    public string Path => Target.Split('?')[0];

    /// <summary>The first segment of the path, which names the route.</summary>
    public string Route => "/" + Path.Split('/', 3)[1];

    private Dictionary<string, StringValues> Query { get; } = QueryHelpers.ParseQuery(Target.Contains('?') ? Target[Target.IndexOf('?')..] : "");

    /// <summary>A field's value, or null.</summary>
    /// <param name="name">The field's name.</param>
    public string? Field(string name) => Fields.GetValueOrDefault(name);

    /// <summary>A number in the query.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="otherwise">The number where it is absent.</param>
    public long Number(string name, long otherwise) =>
        Query.TryGetValue(name, out var value) ? long.Parse(value.ToString(), CultureInfo.InvariantCulture) : otherwise;

    /// <summary>A text in the query.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="otherwise">The text where it is absent.</param>
    public string Text(string name, string otherwise) => Query.TryGetValue(name, out var value) ? value.ToString() : otherwise;
}
