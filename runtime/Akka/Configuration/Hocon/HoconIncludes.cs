using System.Globalization;

namespace Akka.Configuration.Hocon;

/// <summary>An <c>include "name"</c>, <c>include file("name")</c> or <c>include required(...)</c> statement.</summary>
internal sealed record HoconInclude(string Name, bool IsRequired)
{
    /// <summary>Reads the statement, or nothing at all where "include" is an ordinary key.</summary>
    public static HoconInclude? TryRead(HoconReader reader)
    {
        var ahead = reader.Copy();
        ahead.TryTake("include");
        if (ahead.TakeBlanks().Length == 0)
            return null;
        var required = ahead.TryTake("required(");
        ahead.TakeBlanks();
        var file = ahead.TryTake("file(");
        ahead.TakeBlanks();
        if (ahead.Current != '"')
        {
            if (ahead.At("url(") || ahead.At("classpath("))
                throw ahead.Here.Error("Only files can be included");
            return null;
        }
        var name = ahead.ReadQuoted();
        for (var open = (required ? 1 : 0) + (file ? 1 : 0); open > 0; open--)
        {
            ahead.TakeBlanks();
            if (!ahead.TryTake(")"))
                throw ahead.Unexpected("a closing parenthesis of the include statement");
        }
        reader.MoveTo(ahead);
        return new HoconInclude(name, required);
    }
}

/// <summary>Finds what an include statement names: by the caller's function, or beside the including file.</summary>
internal sealed class HoconIncludes(string folder, Func<string, HoconRoot>? callback, int depth = 0)
{
    // A file that includes itself would never end.
    private const int MaximumDepth = 32;

    public ObjectSyntax Load(HoconInclude include, Origin at)
    {
        if (depth >= MaximumDepth)
            throw at.Error(string.Create(CultureInfo.InvariantCulture, $"Includes are nested more than {MaximumDepth} deep: '{include.Name}'"));
        if (callback is not null)
            return LoadByCallback(include, at);
        var named = Path.GetFullPath(include.Name, folder);
        // A name without an extension may leave it out.
        var path = File.Exists(named) || Path.HasExtension(named) ? named : named + ".conf";
        if (!File.Exists(path))
            return include.IsRequired ? throw at.Error($"The included file '{path}' does not exist") : new ObjectSyntax(at);
        var text = ReadFile(path, at);
        return Parser.ParseSyntax(text, path, new HoconIncludes(Path.GetDirectoryName(path)!, callback: null, depth + 1));
    }

    private static string ReadFile(string path, Origin at)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw at.Error($"The included file '{path}' cannot be read: {e.Message}");
        }
    }

    private ObjectSyntax LoadByCallback(HoconInclude include, Origin at)
    {
        var root = callback!(include.Name);
        if (root is null)
            return include.IsRequired ? throw at.Error($"'{include.Name}' must be included, but there is none") : new ObjectSyntax(at);
        // A parsed text is resolved with the text that includes it, not on its own.
        return root.Syntax ?? AsSyntax(root.Value.GetObject(), at);
    }

    private static ObjectSyntax AsSyntax(HoconObject known, Origin at)
    {
        var syntax = new ObjectSyntax(at);
        foreach (var (key, value) in known.Items)
            syntax.Assign([key], value.HoldsObject ? AsSyntax(value.GetObject(), at) : new KnownSyntax(value, value.Origin));
        return syntax;
    }
}
