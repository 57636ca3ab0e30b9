using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Ferry.Engine.Requests;

namespace Ferry.Engine.Bodies;

/// <summary>
/// A multipart/form-data body (RFC 7578), part for part as curl -F writes it. Names go out as UTF-8, and of them quotes and line breaks
/// percent-encoded, as browsers do (HTML, "multipart form data").
/// </summary>
internal sealed class MultipartBody : RequestBody
{
    private const string FormData = "multipart/form-data";
    private readonly List<RequestBody> _pieces = [];

    /// <summary>Makes the body.</summary>
    /// <param name="parts">The parts, in order; checked.</param>
    /// <param name="boundary">What stands between them, in none of them.</param>
    /// <param name="contentType">The content-type, with that boundary.</param>
    /// <exception cref="Errors.TransferException">A file cannot be read.</exception>
    public MultipartBody(IReadOnlyList<FormPart> parts, string boundary, string contentType)
    {
        ContentType = contentType;
        var before = "--" + boundary;
        foreach (var part in parts)
        {
            _pieces.Add(Text($"{before}\r\n{Head(part)}\r\n"));
            _pieces.Add(part.Data is { } data ? Of(data) : new FileBody(part.FilePath!));
            before = "\r\n--" + boundary;
        }
        _pieces.Add(Text($"{before}--\r\n"));
        Length = _pieces.Sum(p => p.Length);
    }

    public override long? Length { get; }

    public override string ContentType { get; }

    public override bool CanBeSentAgain => _pieces.TrueForAll(p => p.CanBeSentAgain);

    /// <summary>The form of a request: with the boundary of the caller's content-type, or a new one, drawn so that no data can foresee it.</summary>
    public static new MultipartBody Of(RequestOptions options)
    {
        var written = BodyRules.ContentType(options) ?? FormData;
        if (MediaTypeHeaderValue.TryParse(written, out var type)
            && type.Parameters.FirstOrDefault(p => p.Name.Equals("boundary", StringComparison.OrdinalIgnoreCase))?.Value is { Length: > 0 } given)
        {
            return new MultipartBody(options.MultiFormData, given.Trim('"'), written);
        }
        var boundary = "------------------------" + RandomNumberGenerator.GetHexString(32, lowercase: true);
        return new MultipartBody(options.MultiFormData, boundary, $"{written.TrimEnd(' ', ';')}; boundary={boundary}");
    }

    public override async ValueTask WriteToAsync(Stream target, CancellationToken cancellationToken)
    {
        foreach (var piece in _pieces)
            await piece.WriteToAsync(target, cancellationToken);
    }

    private static string Head(FormPart part)
    {
        var head = new StringBuilder("Content-Disposition: form-data; name=\"").Append(Quoted(part.Name)).Append('"');
        if (FileName(part) is { Length: > 0 } name)
            head.Append("; filename=\"").Append(Quoted(name)).Append('"');
        return head.Append("\r\nContent-Type: ").Append(part.ContentType).Append("\r\n").ToString();
    }

    private static string? FileName(FormPart part) =>
        part.RemoteFileName is { Length: > 0 } told ? told : part.Data is null ? Path.GetFileName(part.FilePath) : null;

    private static string Quoted(string name) => name
        .Replace("\"", "%22", StringComparison.Ordinal)
        .Replace("\r", "%0D", StringComparison.Ordinal)
        .Replace("\n", "%0A", StringComparison.Ordinal);

    private static MemoryBody Text(string text) => new(Encoding.UTF8.GetBytes(text));
}
