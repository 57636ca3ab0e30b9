using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Ferry.Engine.Requests;

namespace Ferry.Host.Commands;

/// <summary>Readers of option values whose complaints name the option, the value and what is allowed.</summary>
internal static class OptionParsers
{
    /// <summary>A whole number; its bounds are the engine's to check.</summary>
    public static Option<int?> Number(string name, string[] aliases, string description, string allowed) => new(name, aliases)
    {
        Description = description,
        HelpName = "N",
        CustomParser = result => ReadNumber(name, result.Tokens[^1].Value, allowed, result),
    };

    /// <summary>Whole numbers, the option given once for each.</summary>
    public static Option<int[]?> Numbers(string name, string[] aliases, string description, string allowed) => new(name, aliases)
    {
        Description = description,
        HelpName = "N",
        Arity = ArgumentArity.OneOrMore,
        CustomParser = result => [.. result.Tokens.Select(token => ReadNumber(name, token.Value, allowed, result)).OfType<int>()],
    };

    /// <summary>A byte count such as 512K.</summary>
    public static Option<long?> Bytes(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "BYTES",
        CustomParser = result =>
        {
            var text = result.Tokens[^1].Value;
            if (ByteSize.TryParse(text, out var bytes))
                return bytes;
            result.AddError($"{name} is '{text}'; it must be a number of bytes, such as 500000, 512K or 2M.");
            return null;
        },
    };

    /// <summary>Header fields written <c>Name: value</c>, any number of them.</summary>
    public static Option<HeaderField[]?> Headers(string name, string alias, string description) => new(name, alias)
    {
        Description = description,
        HelpName = "NAME: VALUE",
        Arity = ArgumentArity.OneOrMore,
        CustomParser = result => result.Tokens.Select(token => ReadHeader(token.Value, result)).OfType<HeaderField>().ToArray(),
    };

    /// <summary>What a tus server is told of an upload, written <c>KEY=VALUE</c>, any number of them.</summary>
    public static Option<UploadMetadata[]?> Metadata(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "KEY=VALUE",
        Arity = ArgumentArity.OneOrMore,
        CustomParser = result => result.Tokens.Select(token => ReadMetadata(name, token.Value, result)).OfType<UploadMetadata>().ToArray(),
    };

    /// <summary>A choice of words.</summary>
    public static Option<T?> Choice<T>(string name, string description, params (string Word, T Value)[] choices)
        where T : struct => new(name)
        {
            Description = description,
            HelpName = string.Join('|', choices.Select(c => c.Word)),
            CustomParser = result =>
            {
                var text = result.Tokens[^1].Value;
                foreach (var (word, value) in choices)
                {
                    if (text == word)
                        return value;
                }
                result.AddError($"{name} is '{text}'; it must be {string.Join(" or ", choices.Select(c => c.Word))}.");
                return null;
            },
        };

    private static int? ReadNumber(string name, string text, string allowed, ArgumentResult result)
    {
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            return number;
        result.AddError($"{name} is '{text}'; it must be {allowed}.");
        return null;
    }

    private static UploadMetadata? ReadMetadata(string name, string text, ArgumentResult result)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals > 0)
            return new UploadMetadata(text[..equals], text[(equals + 1)..]);
        result.AddError($"{name} is '{text}'; it must be KEY=VALUE, such as filetype=video/mp4.");
        return null;
    }

    private static HeaderField? ReadHeader(string text, ArgumentResult result)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon > 0)
            return new HeaderField(text[..colon].Trim(), text[(colon + 1)..].Trim(' ', '\t'));
        // The value is not repeated: it may be a secret that merely lacks its name.
        result.AddError("A header is written 'Name: value'; one of those given has no name and colon.");
        return null;
    }
}
