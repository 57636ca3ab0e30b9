using Ferry.AspNetCore.Storage;

namespace Ferry.AspNetCore.Telemetry;

/// <summary>An upload as a log names it: by the beginning of its id. Lines of one upload have the same, and what is left out cannot be guessed.</summary>
internal readonly struct LoggedId
{
    private readonly string? _text;

    private LoggedId(string text) => _text = text;

    /// <summary>The beginning of an id; what is none is not shown at all.</summary>
    public static implicit operator LoggedId(string? id) => new(UploadId.IsValid(id) ? UploadId.Beginning(id!) : "(new)");

    /// <inheritdoc/>
    public override string ToString() => _text ?? "(new)";
}
