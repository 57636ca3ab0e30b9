using System.Net.Http.Headers;
using System.Text.Json;
using Ferry.Engine.Errors;

namespace Ferry.Engine.Requests;

/// <summary>Which data can be sent, and with which method and content-type (extraData, multiFormDataList).</summary>
internal static class BodyRules
{
    private const int LongestBoundary = 70;

    /// <summary>Adds a problem for whatever cannot be sent, and a warning for what is not.</summary>
    public static void Check(RequestOptions options, List<TransferError> problems, List<string> warnings)
    {
        var method = options.Method.ToUpperInvariant();
        if (options.ExtraData is { } data)
        {
            CheckData("extraData", data, problems);
            if (!MethodRules.SendsBody(method))
                CheckQueryData(method, data, problems, warnings);
        }
        var written = options.Headers.Where(h => IsContentType(h)).Select(h => h.Value).ToArray();
        if (written.Length > 1)
            problems.Add(RequestValidation.Problem($"The header content-type is given {written.Length} times: give it once."));
        else if (written is [{ } one] && BoundaryProblem(one) is { } problem)
            problems.Add(RequestValidation.Problem(problem));
        if (options.MultiFormData.Count == 0)
            return;
        CheckForm(method, options, written, problems);
        foreach (var (place, part) in options.MultiFormData.Index())
            CheckPart($"multiFormDataList[{place}]", part, problems);
    }

    /// <summary>The caller's content-type, or null.</summary>
    public static string? ContentType(RequestOptions options) => options.Headers.FirstOrDefault(IsContentType)?.Value;

    /// <summary>Whether a field is the content-type.</summary>
    public static bool IsContentType(HeaderField field) => string.Equals(field.Name, "content-type", StringComparison.OrdinalIgnoreCase);

    private static void CheckForm(string method, RequestOptions options, string[] contentTypes, List<TransferError> problems)
    {
        if (!MethodRules.SendsBody(method))
            problems.Add(RequestValidation.Problem($"multiFormDataList is a body, and {method} sends none: use POST, PUT or PATCH."));
        if (options.ExtraData is not null)
            problems.Add(RequestValidation.Problem("extraData and multiFormDataList are both the body: give one of them."));
        if (contentTypes is [{ } given] && !IsForm(given))
            problems.Add(RequestValidation.Problem($"multiFormDataList is sent as multipart/form-data, but the content-type is '{given}': leave it out."));
    }

    private static bool IsForm(string contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type) && "multipart/form-data".Equals(type.MediaType, StringComparison.OrdinalIgnoreCase);

    // RFC 2046 section 5.1.1: 1 to 70 of these, and not a space at the end.
    private static string? BoundaryProblem(string? contentType)
    {
        if (!MediaTypeHeaderValue.TryParse(contentType, out var type) || type.MediaType?.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase) != true)
            return null;
        if (type.Parameters.FirstOrDefault(p => p.Name.Equals("boundary", StringComparison.OrdinalIgnoreCase)) is not { } parameter)
            return null;
        var boundary = parameter.Value?.Trim('"') ?? "";
        return boundary.Length is > 0 and <= LongestBoundary && !boundary.EndsWith(' ')
            && boundary.All(c => char.IsAsciiLetterOrDigit(c) || "'()+_,-./:=? ".Contains(c, StringComparison.Ordinal))
                ? null
                : $"The boundary in the content-type '{contentType}' is not allowed: use 1 to {LongestBoundary} letters, digits or hyphens, or leave it out.";
    }

    private static void CheckQueryData(string method, RequestData data, List<TransferError> problems, List<string> warnings)
    {
        switch (data)
        {
            case BytesData:
                warnings.Add($"extraData is bytes, which are not appended to the URL of a {method}: it does not take effect.");
                break;
            case FileData or StreamData:
                problems.Add(RequestValidation.Problem(
                    $"extraData is a {(data is FileData ? "file" : "stream")}, and {method} sends no body: use POST, PUT or PATCH."));
                break;
        }
    }

    private static void CheckPart(string name, FormPart? part, List<TransferError> problems)
    {
        if (part is null)
        {
            problems.Add(RequestValidation.Problem($"{name} is missing."));
            return;
        }
        if (string.IsNullOrEmpty(part.Name) || part.Name.Contains('\0', StringComparison.Ordinal))
            problems.Add(RequestValidation.Problem($"{name}.name is empty or holds NUL: name the field."));
        if (string.IsNullOrWhiteSpace(part.ContentType) || part.ContentType.Any(char.IsControl))
            problems.Add(RequestValidation.Problem($"{name}.contentType is empty or holds control characters: give a media type such as text/plain."));
        if (part.RemoteFileName?.Contains('\0', StringComparison.Ordinal) == true)
            problems.Add(RequestValidation.Problem($"{name}.remoteFileName holds NUL: give a file's name."));
        if (part.Data is StreamData)
            problems.Add(RequestValidation.Problem($"{name}.data is a stream: give a text, an object, bytes or a file."));
        else if (part.Data is { } data)
            CheckData($"{name}.data", data, problems);
        else if (string.IsNullOrEmpty(part.FilePath) || part.FilePath.Contains('\0', StringComparison.Ordinal))
            problems.Add(RequestValidation.Problem($"{name} has neither data nor filePath, or a filePath with NUL: give one of them."));
    }

    private static void CheckData(string name, RequestData data, List<TransferError> problems)
    {
        var problem = data switch
        {
            TextData { Text: null } or JsonData { Json: null } or BytesData { Bytes: null } or StreamData { Content: null } => "is empty: leave it out",
            JsonData json when !IsJson(json.Json) => "is not JSON: give an object as JSON text",
            FileData { Path: var path } when string.IsNullOrEmpty(path) || path.Contains('\0', StringComparison.Ordinal) =>
                "is a file without a name, or with NUL in it: name a file",
            StreamData { Content.CanRead: false } => "is a stream that cannot be read",
            StreamData { Length: < 0 } stream => $"is a stream of {stream.Length} bytes; its length must be 0 or more, or unknown",
            _ => null,
        };
        if (problem is not null)
            problems.Add(RequestValidation.Problem($"{name} {problem}."));
    }

    private static bool IsJson(string text)
    {
        try
        {
            using var parsed = JsonDocument.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
