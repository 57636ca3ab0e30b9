namespace Akka.Configuration.Hocon;

/// <summary>A value as written, before substitutions are resolved.</summary>
internal abstract record Syntax(Origin Origin)
{
    /// <summary>The same value as it stands in a file included at <paramref name="prefix"/>.</summary>
    public virtual Syntax Rebase(IReadOnlyList<string> prefix) => this;
}

/// <summary>Text; null is the value <c>null</c>. Blanks between two values count only between strings.</summary>
internal sealed record LiteralSyntax(string? Text, bool IsBlank, Origin Origin) : Syntax(Origin);

internal sealed record SubstitutionSyntax(IReadOnlyList<string> Path, bool IsOptional, Origin Origin) : Syntax(Origin)
{
    /// <summary>Where the file was included: a path is looked up there first, then from the root.</summary>
    public IReadOnlyList<string> Prefix { get; init; } = [];

    public override Syntax Rebase(IReadOnlyList<string> prefix) => this with { Prefix = [.. prefix, .. Prefix] };

    public override string ToString() => $"${{{(IsOptional ? "?" : "")}{HoconPath.Join(Path)}}}";
}

internal sealed record ConcatSyntax(IReadOnlyList<Syntax> Parts, Origin Origin) : Syntax(Origin)
{
    public override Syntax Rebase(IReadOnlyList<string> prefix) => this with { Parts = [.. Parts.Select(p => p.Rebase(prefix))] };
}

internal sealed record ArraySyntax(IReadOnlyList<Syntax> Items, Origin Origin) : Syntax(Origin)
{
    public override Syntax Rebase(IReadOnlyList<string> prefix) => this with { Items = [.. Items.Select(p => p.Rebase(prefix))] };
}

/// <summary><c>key += item</c>: what the key held before, and the item.</summary>
internal sealed record AppendSyntax(Syntax Item, Origin Origin) : Syntax(Origin)
{
    public override Syntax Rebase(IReadOnlyList<string> prefix) => this with { Item = Item.Rebase(prefix) };
}

/// <summary>A value that is known already, as an include callback gives it.</summary>
internal sealed record KnownSyntax(HoconValue Value, Origin Origin) : Syntax(Origin);

internal sealed record ObjectSyntax(Origin Origin) : Syntax(Origin)
{
    public Dictionary<string, FieldSyntax> Fields { get; } = new(StringComparer.Ordinal);

    public void Assign(IReadOnlyList<string> path, Syntax value)
    {
        for (var i = path.Count - 1; i > 0; i--)
        {
            var parent = new ObjectSyntax(value.Origin);
            parent.Field(path[i]).Add(value);
            value = parent;
        }
        Field(path[0]).Add(value);
    }

    public void Absorb(ObjectSyntax later)
    {
        foreach (var (key, field) in later.Fields)
        {
            foreach (var layer in field.Layers)
                Field(key).Add(layer);
        }
    }

    public override Syntax Rebase(IReadOnlyList<string> prefix)
    {
        var rebased = new ObjectSyntax(Origin);
        foreach (var (key, field) in Fields)
        {
            foreach (var layer in field.Layers)
                rebased.Field(key).Add(layer.Rebase(prefix));
        }
        return rebased;
    }

    private FieldSyntax Field(string key)
    {
        if (!Fields.TryGetValue(key, out var field))
            Fields[key] = field = new FieldSyntax(key);
        return field;
    }
}

/// <summary>A key and all values it was given, in order: a later one replaces or extends an earlier one.</summary>
internal sealed class FieldSyntax(string key)
{
    public string Key { get; } = key;

    public List<Syntax> Layers { get; } = [];

    public void Add(Syntax value)
    {
        if (value is ObjectSyntax later && Layers is [.., ObjectSyntax earlier])
            earlier.Absorb(later);
        else
            Layers.Add(value);
    }
}
