namespace Akka.Configuration.Hocon;

/// <summary>Reads HOCON text, after the public specification of the format.</summary>
public sealed class Parser
{
    private readonly HoconReader _reader;
    private readonly HoconIncludes _includes;

    private Parser(HoconReader reader, HoconIncludes includes) => (_reader, _includes) = (reader, includes);

    public static HoconRoot Parse(string text, Func<string, HoconRoot>? includeCallback) =>
        new(ParseSyntax(text, file: null, new HoconIncludes(Directory.GetCurrentDirectory(), includeCallback)));

    internal static ObjectSyntax ParseSyntax(string text, string? file, HoconIncludes includes)
    {
        var parser = new Parser(new HoconReader(text, file), includes);
        return parser.ReadRoot();
    }

    private ObjectSyntax ReadRoot()
    {
        var reader = _reader;
        reader.SkipSpace();
        if (reader.Current == '[')
            throw reader.Here.Error("The top level must be an object of settings, not an array");
        ObjectSyntax root;
        if (reader.Current == '{')
        {
            root = ReadObject([]);
            reader.SkipSpace();
        }
        else
        {
            root = new ObjectSyntax(reader.Here);
            ReadFields(root, []);
        }
        return reader.AtEnd ? root : throw reader.Unexpected("the end of the text");
    }

    private ObjectSyntax ReadObject(IReadOnlyList<string> path)
    {
        var start = _reader.Here;
        var read = new ObjectSyntax(start);
        _reader.Take();
        ReadFields(read, path);
        if (_reader.AtEnd)
            throw start.Error("The brace that opens here is not closed");
        _reader.Take();
        return read;
    }

    /// <summary>Reads settings up to a closing brace or the end.</summary>
    private void ReadFields(ObjectSyntax into, IReadOnlyList<string> path)
    {
        _reader.SkipSpace();
        while (!_reader.AtEnd && _reader.Current != '}')
        {
            if (TryReadInclude() is { } included)
                into.Absorb((ObjectSyntax)(path.Count == 0 ? included : included.Rebase(path)));
            else
                ReadField(into, path);
            if (!SkipSeparator() && !_reader.AtEnd && _reader.Current != '}')
                throw _reader.Unexpected("a comma, a new line or a closing brace");
        }
    }

    private void ReadField(ObjectSyntax into, IReadOnlyList<string> path)
    {
        var start = _reader.Here;
        var key = _reader.ReadPath(static c => c is '=' or ':' or '{' or '}' or ',');
        IReadOnlyList<string> full = [.. path, .. key];
        _reader.SkipSpace();
        if (_reader.TryTake("+="))
        {
            _reader.SkipSpace();
            into.Assign(key, new AppendSyntax(ReadValue(full), start));
        }
        else if (_reader.Current == '{')
        {
            into.Assign(key, ReadValue(full));
        }
        else if (_reader.TryTake("=") || _reader.TryTake(":"))
        {
            _reader.SkipSpace();
            into.Assign(key, ReadValue(full));
        }
        else
        {
            throw _reader.Unexpected($"'=', ':' or '{{' after the key {HoconPath.Join(key)}");
        }
    }

    /// <summary>Skips new lines and at most one comma; true if there was any.</summary>
    private bool SkipSeparator()
    {
        var separated = _reader.SkipSpace();
        if (!_reader.TryTake(","))
            return separated;
        _reader.SkipSpace();
        return _reader.Current == ',' ? throw _reader.Unexpected("a value or setting") : true;
    }

    /// <summary>Reads one value: the parts written side by side on a line.</summary>
    private Syntax ReadValue(IReadOnlyList<string> path)
    {
        var start = _reader.Here;
        var parts = new List<Syntax>();
        while (true)
        {
            var here = _reader.Here;
            var blanks = _reader.TakeBlanks();
            if (_reader.AtEnd || _reader.AtComment || _reader.Current is '\n' or ',' or '}' or ']')
                break;
            if (blanks.Length > 0 && parts.Count > 0)
                parts.Add(new LiteralSyntax(blanks, IsBlank: true, here));
            parts.Add(ReadPart(path));
        }
        return parts.Count switch
        {
            0 => throw _reader.Unexpected(path.Count == 0 ? "a value" : $"a value for {HoconPath.Join(path)}"),
            1 => parts[0],
            _ => new ConcatSyntax(parts, start),
        };
    }

    private Syntax ReadPart(IReadOnlyList<string> path)
    {
        var here = _reader.Here;
        switch (_reader.Current)
        {
            case '{':
                return ReadObject(path);
            case '[':
                return ReadArray(path);
            case '"':
                return new LiteralSyntax(_reader.ReadQuoted(), IsBlank: false, here);
            case '$' when _reader.At("${"):
                return ReadSubstitution();
            default:
                var text = _reader.ReadUnquoted();
                if (text.Length == 0)
                    throw here.Error($"'{_reader.Current}' in a value must be written in quotes");
                return new LiteralSyntax(text == "null" ? null : text, IsBlank: false, here);
        }
    }

    private ArraySyntax ReadArray(IReadOnlyList<string> path)
    {
        var start = _reader.Here;
        var items = new List<Syntax>();
        _reader.Take();
        _reader.SkipSpace();
        while (!_reader.AtEnd && _reader.Current != ']')
        {
            items.Add(ReadValue(path));
            if (!SkipSeparator() && !_reader.AtEnd && _reader.Current != ']')
                throw _reader.Unexpected("a comma, a new line or a closing bracket");
        }
        if (_reader.AtEnd)
            throw start.Error("The bracket that opens here is not closed");
        _reader.Take();
        return new ArraySyntax(items, start);
    }

    private SubstitutionSyntax ReadSubstitution()
    {
        var start = _reader.Here;
        _reader.TryTake("${");
        var optional = _reader.TryTake("?");
        var path = _reader.ReadPath(static c => c == '}');
        return _reader.TryTake("}")
            ? new SubstitutionSyntax(path, optional, start)
            : throw start.Error("The substitution that begins here has no closing brace");
    }

    private ObjectSyntax? TryReadInclude()
    {
        if (!_reader.At("include"))
            return null;
        var start = _reader.Here;
        return HoconInclude.TryRead(_reader) is { } include ? _includes.Load(include, start) : null;
    }
}
