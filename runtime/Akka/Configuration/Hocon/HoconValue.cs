namespace Akka.Configuration.Hocon;

/// <summary>A resolved value: text, a list, an object, or null.</summary>
public sealed class HoconValue
{
    private readonly object? _content;

    internal HoconValue(string? text, Origin origin) => (_content, Origin) = (text, origin);

    internal HoconValue(HoconObject content, Origin origin) => (_content, Origin) = (content, origin);

    internal HoconValue(IReadOnlyList<HoconValue> items, Origin origin) => (_content, Origin) = (items, origin);

    /// <summary>True for the value null, which hides a fallback and is itself nothing.</summary>
    public bool IsEmpty => _content is null;

    internal Origin Origin { get; }

    internal string? Text => _content as string;

    internal bool HoldsObject => _content is HoconObject;

    internal bool HoldsList => _content is IReadOnlyList<HoconValue>;

    internal object? Unwrapped => _content switch
    {
        HoconObject known => known.Unwrapped,
        IReadOnlyList<HoconValue> items => items.Select(i => i.Unwrapped).ToList(),
        _ => _content,
    };

    public bool IsString() => _content is string;

    public bool IsArray() => HoldsList;

    public bool IsObject() => HoldsObject;

    public string? GetString() => _content is null ? null : Scalar("text");

    public bool GetBoolean() => HoconScalars.Boolean(Scalar("yes or no")) ?? throw Not("on, off, yes, no, true or false");

    public int GetInt() => HoconScalars.Int(Scalar("a number")) ?? throw Not("a whole number of 32 bits");

    public long GetLong() => HoconScalars.Long(Scalar("a number")) ?? throw Not("a whole number of 64 bits");

    public double GetDouble() => HoconScalars.Double(Scalar("a number")) ?? throw Not("a number");

    public float GetFloat() => (float)GetDouble();

    public decimal GetDecimal() => HoconScalars.Decimal(Scalar("a number")) ?? throw Not("a decimal number");

    public long? GetByteSize() => HoconScalars.ByteSize(Scalar("a size")) ?? throw Not("a size such as 512, 64 KiB or 10 MB");

    public TimeSpan GetTimeSpan(bool allowInfinite = true) =>
        HoconScalars.Duration(Scalar("a duration"), allowInfinite) ?? throw Not("a duration such as 200 ms, 30s or 1.5 hours");

    public IList<string> GetStringList() => [.. GetArray().Select(item => item.GetString() ?? "")];

    public IList<int> GetIntList() => [.. GetArray().Select(item => item.GetInt())];

    public IList<long> GetLongList() => [.. GetArray().Select(item => item.GetLong())];

    public IList<double> GetDoubleList() => [.. GetArray().Select(item => item.GetDouble())];

    public IList<bool> GetBooleanList() => [.. GetArray().Select(item => item.GetBoolean())];

    /// <summary>The items of a list; also of an object whose keys are numbers, in their order.</summary>
    public IList<HoconValue> GetArray() => _content switch
    {
        IReadOnlyList<HoconValue> items => [.. items],
        HoconObject known when known.Items.Keys.All(key => HoconScalars.Int(key) is >= 0) =>
            [.. known.Items.OrderBy(item => HoconScalars.Int(item.Key)).Select(item => item.Value)],
        _ => throw Not("a list"),
    };

    public HoconObject GetObject() => _content as HoconObject ?? throw Not("an object of settings");

    public Config ToConfig() => new(new HoconRoot(this));

    /// <summary>A configuration with this value under <paramref name="key"/>.</summary>
    public Config AtKey(string key)
    {
        var parent = new HoconObject();
        parent.Items[key] = this;
        return new Config(parent);
    }

    public override string ToString() => ToString(0);

    public string ToString(int indent) => _content switch
    {
        null => "null",
        string text => HoconScalars.IsPlain(text) ? text : HoconPath.Quote(text),
        HoconObject known => $"{{\n{known.ToString(indent + 1)}{new string(' ', indent * 2)}}}",
        _ => $"[{string.Join(", ", GetArray().Select(item => item.ToString(indent)))}]",
    };

    internal HoconValue? Find(IEnumerable<string> path)
    {
        var found = this;
        foreach (var part in path)
        {
            found = (found._content as HoconObject)?.GetKey(part);
            if (found is null)
                return null;
        }
        return found;
    }

    /// <summary>The later value, extended by the earlier one where both are objects.</summary>
    internal static HoconValue? Merge(HoconValue? later, HoconValue? earlier) =>
        (later?._content, earlier?._content) switch
        {
            (HoconObject over, HoconObject under) => new HoconValue(HoconObject.Merge(over, under), later!.Origin),
            _ => later ?? earlier,
        };

    private string Scalar(string wanted) => Text ?? throw Not(wanted);

    private ConfigurationException Not(string wanted) =>
        Origin.Error($"{(_content is string text ? $"'{text}'" : HoldsList ? "A list" : HoldsObject ? "An object" : "null")} is not {wanted}");
}
