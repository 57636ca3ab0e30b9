namespace Ferry.Engine.Requests;

/// <summary>A transfer as the caller asks for it. Nothing is checked here: see <see cref="RequestValidation"/>.</summary>
public sealed record TransferRequest
{
    /// <summary>The id, 1 to 64 characters of <c>A-Za-z0-9_-</c>; null to have one made.</summary>
    public string? Id { get; init; }

    /// <summary>The absolute http or https URL.</summary>
    public required string Url { get; init; }

    /// <summary>How to ask.</summary>
    public RequestOptions Options { get; init; } = new();

    /// <summary>Makes it a durable upload of its body; null for any other request.</summary>
    public UploadOptions? Upload { get; init; }

    /// <summary>Where the answer's body goes.</summary>
    public required Destination Destination { get; init; }
}
