using System.Text;

namespace Akka.Configuration.Hocon;

/// <summary>Keys with values. Not changed after it was resolved.</summary>
public sealed class HoconObject
{
    public Dictionary<string, HoconValue> Items { get; } = new(StringComparer.Ordinal);

    public IDictionary<string, object?> Unwrapped => Items.ToDictionary(item => item.Key, item => item.Value.Unwrapped, StringComparer.Ordinal);

    public HoconValue? GetKey(string key) => Items.GetValueOrDefault(key);

    public override string ToString() => ToString(0);

    public string ToString(int indent)
    {
        var text = new StringBuilder();
        foreach (var (key, value) in Items)
        {
            text.Append(' ', indent * 2).Append(HoconPath.QuoteIfNeeded(key));
            if (value.HoldsObject)
                text.Append(" {\n").Append(value.GetObject().ToString(indent + 1)).Append(' ', indent * 2).Append("}\n");
            else
                text.Append(" : ").Append(value.ToString(indent)).Append('\n');
        }
        return text.ToString();
    }

    internal static HoconObject Merge(HoconObject later, HoconObject earlier)
    {
        var merged = new HoconObject();
        foreach (var (key, value) in earlier.Items)
            merged.Items[key] = value;
        foreach (var (key, value) in later.Items)
            merged.Items[key] = HoconValue.Merge(value, merged.GetKey(key))!;
        return merged;
    }
}
