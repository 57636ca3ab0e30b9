using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ferry.Host.Json;

/// <summary>One line of <c>ferry get --json</c> or <c>ferry put --json</c>. Readers pass over events and members they do not know.</summary>
/// <param name="Event">What happened.</param>
/// <param name="Id">The transfer.</param>
internal abstract record EventLine([property: JsonPropertyOrder(-2)] string Event, [property: JsonPropertyOrder(-1)] string Id);

/// <summary>The transfer is journaled and will run; <paramref name="Bytes"/> are kept from an earlier run.</summary>
internal sealed record AcceptedLine(string Id, string Url, string Path, long Bytes, IReadOnlyList<string> Warnings) : EventLine("accepted", Id);

/// <summary>Its state changed.</summary>
internal sealed record StateLine(string Id, string State) : EventLine("state", Id);

/// <summary>The header of the answer came.</summary>
internal sealed record HeadersLine(string Id, int Status, string Url) : EventLine("headers", Id);

/// <summary>How far it came; total is null while unknown.</summary>
internal sealed record ProgressLine(string Id, long Bytes, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] long? Total)
    : EventLine("progress", Id);

/// <summary>How far an upload came; total is null while unknown.</summary>
internal sealed record SentLine(string Id, long Sent, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] long? Total)
    : EventLine("progress", Id);

/// <summary>A redirect is followed.</summary>
internal sealed record RedirectedLine(string Id, int Status, string Url) : EventLine("redirected", Id);

/// <summary>An attempt broke and is repeated.</summary>
internal sealed record RetryingLine(string Id, int Retry, DateTimeOffset NotBefore, int Code, string Message) : EventLine("retrying", Id);

/// <summary>The bytes received so far were dropped.</summary>
internal sealed record RestartedLine(string Id, string Reason) : EventLine("restarted", Id);

/// <summary>Last line of a transfer: it is done.</summary>
internal sealed record CompletedLine(string Id, string? Path, long Bytes, long Received, long ResumedFrom, string? Sha256)
    : EventLine("completed", Id);

/// <summary>
/// Last line of an upload: it is done. <paramref name="Sent"/> is what this run sent, <paramref name="Bytes"/> what the server has; without a status, nothing was
/// to be done.
/// </summary>
internal sealed record UploadedLine(string Id, string Url, long Bytes, long Sent, long ResumedFrom, int? Status, string? Body) : EventLine("completed", Id);

/// <summary>Last line of a transfer: it failed.</summary>
internal sealed record FailedLine(string Id, int Code, string Message, string Kind, bool RetryCanHelp, long BytesKept) : EventLine("failed", Id);

/// <summary>Last line of a transfer: it was cancelled.</summary>
internal sealed record CancelledLine(string Id, int Code, bool PartKept) : EventLine("cancelled", Id);

/// <summary>Last line of a transfer in this run: the run was stopped, and the next one goes on.</summary>
internal sealed record InterruptedLine(string Id, string Path, long Bytes) : EventLine("interrupted", Id);

/// <summary>One transfer of <c>ferry list --json</c>.</summary>
internal sealed record ListLine(
    string Id, string State, int Priority, string Url, string? Path, long? Bytes, long? Total, int? Code, string? Message, string? Sha256, string DataDir)
{
    /// <summary>Whether the file is sent; missing for a download.</summary>
    public bool? Upload { get; init; }
}

/// <summary>The serializers of these lines, generated when the program is built, so that the first line comes fast.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AcceptedLine))]
[JsonSerializable(typeof(StateLine))]
[JsonSerializable(typeof(HeadersLine))]
[JsonSerializable(typeof(ProgressLine))]
[JsonSerializable(typeof(SentLine))]
[JsonSerializable(typeof(RedirectedLine))]
[JsonSerializable(typeof(RetryingLine))]
[JsonSerializable(typeof(RestartedLine))]
[JsonSerializable(typeof(CompletedLine))]
[JsonSerializable(typeof(UploadedLine))]
[JsonSerializable(typeof(FailedLine))]
[JsonSerializable(typeof(CancelledLine))]
[JsonSerializable(typeof(InterruptedLine))]
[JsonSerializable(typeof(ListLine))]
internal sealed partial class LinesContext : JsonSerializerContext
{
    /// <summary>The context that writes paths and messages as they are: the lines go to a terminal or a program, not into HTML.</summary>
    public static LinesContext Plain { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
