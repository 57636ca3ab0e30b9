using System.Text.Json;
using Ferry.Testing.Peers;
using Ferry.Testing.Processes;

namespace Ferry.Interop.Tests.Tus;

/// <summary>The program that uploads a file with tus-js-client; each run is a process of its own.</summary>
/// <param name="file">The file.</param>
/// <param name="endpoint">Where uploads are created.</param>
internal sealed class TusJsClient(string file, Uri endpoint)
{
    /// <summary>The most bytes of one request; null sends all that is left.</summary>
    public long? ChunkSize { get; init; }

    /// <summary>The file in which the uploads' URLs are remembered, so that another run resumes; null remembers none.</summary>
    public string? Storage { get; init; }

    /// <summary>Whether the creation carries the first bytes.</summary>
    public bool WithCreation { get; init; }

    /// <summary>Whether the length is told last.</summary>
    public bool Deferred { get; init; }

    /// <summary>Whether it sends POST with X-HTTP-Method-Override in place of PATCH.</summary>
    public bool OverrideMethod { get; init; }

    /// <summary>The wait before it tries again after an error; null for no further try.</summary>
    public TimeSpan? Retry { get; init; }

    /// <summary>After so many accepted bytes it terminates the upload; null for never.</summary>
    public long? TerminateAt { get; init; }

    private IEnumerable<string> AsArguments =>
    [
        file,
        endpoint.AbsoluteUri,
        .. Arguments.Option("--chunk-size", ChunkSize),
        .. Storage is null ? Array.Empty<string>() : ["--storage", Storage],
        .. Arguments.Flag("--with-creation", WithCreation),
        .. Arguments.Flag("--deferred", Deferred),
        .. Arguments.Flag("--override-method", OverrideMethod),
        .. Arguments.Option("--retry", Retry?.TotalMilliseconds),
        .. Arguments.Option("--terminate-at", TerminateAt),
    ];

    /// <summary>Terminates an upload.</summary>
    /// <param name="upload">Its URL.</param>
    public static async Task<TusJsRun> TerminateAsync(string upload)
    {
        await using var process = Npm.Start("tus-upload.mjs", ["--terminate", upload]);
        return new TusJsRun(await process.EndAsync());
    }

    /// <summary>Starts a run.</summary>
    public JsonProcess Start() => Npm.Start("tus-upload.mjs", AsArguments);

    /// <summary>Runs it to its end.</summary>
    public async Task<TusJsRun> RunAsync()
    {
        await using var process = Start();
        return new TusJsRun(await process.EndAsync());
    }
}

/// <summary>A run of tus-js-client that has ended.</summary>
/// <param name="End">How it ended.</param>
internal sealed record TusJsRun(JsonEnd End)
{
    /// <summary>Whether it says that the upload is done, and ended with 0.</summary>
    public bool IsDone => End.ExitCode == 0 && Of("done").Any();

    /// <summary>The upload's URL, the last if there were several.</summary>
    public string Url => Of("url").Last().GetProperty("url").GetString()!;

    /// <summary>The offsets from which it sent bytes of an upload that was there, one for each request.</summary>
    public IReadOnlyList<long> Offsets => [.. Of("request").Select(l => l.Number("offset")).OfType<long>()];

    /// <summary>Its requests and their answers: the method, a space, the status.</summary>
    public IReadOnlyList<string> Answers => [.. Of("response").Select(l => $"{l.GetProperty("method").GetString()} {l.Number("status")}")];

    /// <summary>The lines of an event.</summary>
    /// <param name="name">The event.</param>
    public IEnumerable<JsonElement> Of(string name) => End.Lines.Where(l => l.GetProperty("event").ValueEquals(name));

    /// <inheritdoc/>
    public override string ToString() => $"{End}";
}
