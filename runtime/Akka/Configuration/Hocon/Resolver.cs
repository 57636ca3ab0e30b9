namespace Akka.Configuration.Hocon;

/// <summary>
/// Turns syntax into values: merges the layers of each field and looks substitutions up. A substitution that refers to
/// the field it stands in sees what the field held before (the specification's self-referential fields).
/// </summary>
internal sealed class Resolver
{
    private readonly ObjectSyntax _root;
    private readonly Func<string, string?> _environment;

    // Fields whose value is being worked out, with the layer it is at and how deep in objects that is.
    private readonly Dictionary<FieldSyntax, (int Layer, int Depth)> _open = new(ReferenceEqualityComparer.Instance);
    private int _depth;

    private Resolver(ObjectSyntax root, Func<string, string?> environment) => (_root, _environment) = (root, environment);

    public static HoconObject Resolve(ObjectSyntax root, Func<string, string?> environment) =>
        new Resolver(root, environment).EvaluateObject(root);

    private HoconObject EvaluateObject(ObjectSyntax syntax)
    {
        var evaluated = new HoconObject();
        _depth++;
        foreach (var (key, field) in syntax.Fields)
        {
            if (_open.ContainsKey(field))
                throw field.Layers[^1].Origin.Error($"The value of '{HoconPath.QuoteIfNeeded(key)}' refers to itself");
            if (ValueOf(field, field.Layers.Count - 1) is { } value)
                evaluated.Items[key] = value;
        }
        _depth--;
        return evaluated;
    }

    /// <summary>The value a field has from its layers up to and including <paramref name="layer"/>.</summary>
    private HoconValue? ValueOf(FieldSyntax field, int layer)
    {
        if (layer < 0)
            return null;
        if (field.Layers[layer] is AppendSyntax append)
            return Append(ValueOf(field, layer - 1), EvaluateLayer(field, layer, append.Item), append);
        var value = EvaluateLayer(field, layer, field.Layers[layer]);
        if (value is { HoldsObject: false })
            return value;
        return HoconValue.Merge(value, ValueOf(field, layer - 1));
    }

    private HoconValue? EvaluateLayer(FieldSyntax field, int layer, Syntax syntax)
    {
        var wasOpen = _open.TryGetValue(field, out var before);
        _open[field] = (layer, _depth);
        try
        {
            return Evaluate(syntax);
        }
        finally
        {
            if (wasOpen)
                _open[field] = before;
            else
                _open.Remove(field);
        }
    }

    private static HoconValue Append(HoconValue? before, HoconValue? item, AppendSyntax append)
    {
        if (before is { HoldsList: false })
            throw append.Origin.Error("'+=' adds to a list, but the setting is not a list");
        List<HoconValue> items = [.. before?.GetArray() ?? []];
        if (item is not null)
            items.Add(item);
        return new HoconValue(items, append.Origin);
    }

    private HoconValue? Evaluate(Syntax syntax) => syntax switch
    {
        LiteralSyntax literal => new HoconValue(literal.Text, literal.Origin),
        ObjectSyntax known => new HoconValue(EvaluateObject(known), known.Origin),
        ArraySyntax array => new HoconValue([.. array.Items.Select(Evaluate).OfType<HoconValue>()], array.Origin),
        SubstitutionSyntax substitution => Substitute(substitution),
        ConcatSyntax concat => Concatenate(concat),
        KnownSyntax known => known.Value,
        _ => throw new InvalidOperationException($"{syntax.GetType().Name} is not a value."),
    };

    private HoconValue? Substitute(SubstitutionSyntax substitution)
    {
        var found = substitution.Prefix.Count > 0 ? Find(_root, [.. substitution.Prefix, .. substitution.Path], 0) : null;
        found ??= Find(_root, substitution.Path, 0);
        if (found is not null)
            return found;
        if (_environment(string.Join('.', substitution.Path)) is { } text)
            return new HoconValue(text, substitution.Origin);
        return substitution.IsOptional
            ? null
            : throw substitution.Origin.Error($"{substitution} has no value: neither a setting nor an environment variable has this name");
    }

    private HoconValue? Find(ObjectSyntax within, IReadOnlyList<string> path, int at)
    {
        if (!within.Fields.TryGetValue(path[at], out var field))
            return null;
        var last = at == path.Count - 1;
        if (!_open.TryGetValue(field, out var open))
            return last ? ValueOf(field, field.Layers.Count - 1) : FindBelow(field, field.Layers.Count - 1, int.MaxValue, path, at + 1);
        if (last)
            return ValueOf(field, open.Layer - 1);
        // From inside an object of the field all of its parts are seen, from its own level only what it held before.
        var from = open.Depth < _depth ? field.Layers.Count - 1 : open.Layer - 1;
        return FindBelow(field, from, open.Layer, path, at + 1);
    }

    private HoconValue? FindBelow(FieldSyntax field, int layer, int openLayer, IReadOnlyList<string> path, int at)
    {
        if (layer < 0)
            return null;
        var found = layer < openLayer && field.Layers[layer] is not (ObjectSyntax or KnownSyntax)
            ? FindIn(EvaluateLayer(field, layer, field.Layers[layer]), path, at, out var hides)
            : FindWritten(field.Layers[layer], path, at, out hides);
        if (hides || found is { HoldsObject: false })
            return found;
        return HoconValue.Merge(found, FindBelow(field, layer - 1, openLayer, path, at));
    }

    private static HoconValue? FindIn(HoconValue? value, IReadOnlyList<string> path, int at, out bool hides)
    {
        hides = value is { HoldsObject: false };
        return value is { HoldsObject: true } ? value.Find(path.Skip(at)) : null;
    }

    /// <summary>Looks into the parts of a value without working the whole out.</summary>
    private HoconValue? FindWritten(Syntax syntax, IReadOnlyList<string> path, int at, out bool hides)
    {
        hides = syntax is LiteralSyntax or ArraySyntax or AppendSyntax;
        return syntax switch
        {
            ObjectSyntax written => Find(written, path, at),
            KnownSyntax known => FindIn(known.Value, path, at, out hides),
            ConcatSyntax concat => concat.Parts.Reverse()
                .Aggregate((HoconValue?)null, (later, part) => HoconValue.Merge(later, FindInPart(part, path, at))),
            _ => null,
        };
    }

    private HoconValue? FindInPart(Syntax part, IReadOnlyList<string> path, int at) => part switch
    {
        ObjectSyntax written => Find(written, path, at),
        SubstitutionSyntax => FindIn(Evaluate(part), path, at, out _),
        _ => null,
    };

    private HoconValue? Concatenate(ConcatSyntax concat)
    {
        var parts = concat.Parts.Select(part => (Value: Evaluate(part), IsBlank: part is LiteralSyntax { IsBlank: true })).ToList();
        var values = parts.Where(p => !p.IsBlank && p.Value is not null).Select(p => p.Value!).ToList();
        if (values.Count == 0)
            return null;
        if (values.TrueForAll(v => v.HoldsObject))
            return values.Aggregate((earlier, later) => HoconValue.Merge(later, earlier)!);
        if (values.TrueForAll(v => v.HoldsList))
            return new HoconValue([.. values.SelectMany(v => v.GetArray())], concat.Origin);
        if (values.Exists(v => v.HoldsObject || v.HoldsList))
            throw concat.Origin.Error("Text, lists and objects cannot be joined to one value");
        return new HoconValue(string.Concat(parts.Where(p => p.Value is not null).Select(p => p.Value!.Text ?? "null")), concat.Origin);
    }
}
