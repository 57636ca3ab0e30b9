namespace Ferry.Engine.Requests;

/// <summary>One part of a multipart/form-data body (multiFormDataList, spec/requests.md section 1; RFC 7578).</summary>
/// <param name="Name">The field's name; required.</param>
/// <param name="ContentType">The part's media type; required.</param>
public sealed record FormPart(string Name, string ContentType)
{
    /// <summary>The file name told to the server; null for none, or for the last segment of <see cref="FilePath"/>.</summary>
    public string? RemoteFileName { get; init; }

    /// <summary>The content: text, an object as JSON, bytes, or a file that is sent as a field without a file name. Wins over <see cref="FilePath"/>.</summary>
    public RequestData? Data { get; init; }

    /// <summary>A file whose content is streamed.</summary>
    public string? FilePath { get; init; }
}
