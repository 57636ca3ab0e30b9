using System.Globalization;
using Ferry.Engine.Errors;
using Ferry.Engine.Http;
using Ferry.Engine.Requests;

namespace Ferry.Engine.Uploads;

/// <summary>What a tus server says that it can do (tus 1.0.0, OPTIONS).</summary>
public sealed record TusCapabilities
{
    /// <summary>The version spoken here.</summary>
    public const string Version = "1.0.0";

    // The strongest first.
    private static readonly string[] KnownAlgorithms = ["sha256", "sha1"];

    /// <summary>What holds where the server does not say: it takes uploads, and no more.</summary>
    public static TusCapabilities Unsaid { get; } = new();

    /// <summary>The versions it speaks, or null where it does not say.</summary>
    public IReadOnlyList<string>? Versions { get; init; }

    /// <summary>Its extensions, or null where it does not say.</summary>
    public IReadOnlyList<string>? Extensions { get; init; }

    /// <summary>The longest upload it takes, in bytes, or null.</summary>
    public long? MaxSize { get; init; }

    /// <summary>The checksum algorithm to use, or null where there is none in common.</summary>
    public string? Checksum { get; init; }

    /// <summary>Reads the answer to an OPTIONS request.</summary>
    /// <param name="head">Status and header.</param>
    public static TusCapabilities Of(AnswerHead head)
    {
        ArgumentNullException.ThrowIfNull(head);
        if (head.Status is < 200 or > 299)
            return Unsaid;
        var extensions = List(head, "tus-extension");
        var algorithms = List(head, "tus-checksum-algorithm");
        return new TusCapabilities
        {
            Versions = List(head, "tus-version"),
            Extensions = extensions,
            MaxSize = long.TryParse(head.Field("tus-max-size"), NumberStyles.None, CultureInfo.InvariantCulture, out var most) ? most : null,
            Checksum = extensions?.Contains("checksum") == true
                ? KnownAlgorithms.FirstOrDefault(a => algorithms?.Contains(a, StringComparer.OrdinalIgnoreCase) == true)
                : null,
        };
    }

    /// <summary>Whether the server says that it has an extension.</summary>
    /// <param name="extension">The extension, such as <c>creation</c>.</param>
    public bool Has(string extension) => Extensions?.Contains(extension) == true;

    /// <summary>What stands against an upload, or null.</summary>
    /// <param name="length">Its length, or null where it is not known.</param>
    /// <param name="mustDefer">Whether its length can be told only at its end.</param>
    public TransferError? Objection(long? length, bool mustDefer)
    {
        if (Versions is { Count: > 0 } && !Versions.Contains(Version))
            return Refuse(ErrorSide.Remote, $"The server speaks tus {string.Join(", ", Versions)}, and this program {Version}.");
        if (Extensions is not null && !Has("creation"))
            return Refuse(ErrorSide.Remote, "The server creates no uploads by tus (its extensions do not name creation): ask its operator, or send with PUT.");
        if (MaxSize is { } most && length > most)
            return Refuse(ErrorSide.Caller, $"The upload is {length} bytes long, and the server takes at most {most}.");
        return mustDefer && !Has("creation-defer-length")
            ? Refuse(ErrorSide.Caller, "The server has to know the length of an upload from the start: give the stream's length, or send a file.")
            : null;
    }

    private static TransferError Refuse(ErrorSide side, string message) => new(ErrorCode.UploadFailed, ErrorStage.Answering, side, message);

    private static string[]? List(AnswerHead head, string name) =>
        head.Field(name)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(UrlSafe).ToArray();

    // They come into messages.
    private static string UrlSafe(string value) => ErrorClassifier.Shown(value);
}
