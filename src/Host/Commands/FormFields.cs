using Ferry.Engine.Requests;

namespace Ferry.Host.Commands;

/// <summary>Form fields as curl's <c>-F</c> has them: <c>name=text</c>, <c>name=@file</c>, <c>name=&lt;file</c>, each with <c>;type=</c> and <c>;filename=</c>.</summary>
internal static class FormFields
{
    private const string TextType = "text/plain";
    private const string BytesType = "application/octet-stream";

    /// <summary>Reads one field.</summary>
    /// <param name="text">The field as written.</param>
    /// <exception cref="FormatException">It has no name and equals sign; the message does not repeat it, for it may be a secret.</exception>
    public static FormPart Parse(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0)
            throw new FormatException("A form field is written name=text or name=@file; one of those given has no name and equals sign.");
        var (name, value) = (text[..equals], text[(equals + 1)..]);
        var (content, type, fileName) = Suffixes(value);
        return content switch
        {
            ['@', .. var path] => new FormPart(name, type ?? BytesType) { FilePath = path, RemoteFileName = fileName },
            ['<', .. var path] => new FormPart(name, type ?? TextType) { Data = new FileData(path), RemoteFileName = fileName },
            _ => new FormPart(name, type ?? TextType) { Data = new TextData(content), RemoteFileName = fileName },
        };
    }

    private static (string Content, string? Type, string? FileName) Suffixes(string value)
    {
        string? type = null;
        string? fileName = null;
        while (value.LastIndexOf(';') is >= 0 and var semicolon)
        {
            var suffix = value[(semicolon + 1)..].Trim();
            if (suffix.StartsWith("type=", StringComparison.Ordinal))
                type = suffix["type=".Length..];
            else if (suffix.StartsWith("filename=", StringComparison.Ordinal))
                fileName = suffix["filename=".Length..].Trim('"');
            else
                break; // a semicolon of the text itself
            value = value[..semicolon];
        }
        return (value, type, fileName);
    }
}
