using System.Globalization;
using System.Text.Json;
using Ferry.Interop.Tests.Tus;
using Ferry.Testing.Processes;

namespace Ferry.Interop.Tests.Uploader;

/// <summary>A service that embeds the engine and uploads a file; each run is a process of its own, over the same data directory.</summary>
/// <param name="file">The file.</param>
/// <param name="endpoint">Where uploads are created.</param>
/// <param name="data">The engine's data directory.</param>
internal sealed class FerryClient(string file, Uri endpoint, string data)
{
    /// <summary>The most bytes of one request; zero sends all that is left.</summary>
    public long Chunk { get; init; }

    /// <summary>Whether each chunk goes with its checksum, where the server can check it.</summary>
    public bool Checksum { get; init; }

    /// <summary>Whether the length is told last.</summary>
    public bool Deferred { get; init; }

    /// <summary>Whether the creation carries the first bytes.</summary>
    public bool WithCreation { get; init; }

    /// <summary>Starts a run.</summary>
    public JsonProcess Start() => OwnProgram.Start(
    [
        "upload", file, endpoint.AbsoluteUri, data,
        "--chunk", Chunk.ToString(CultureInfo.InvariantCulture),
        "--checksum", $"{Checksum}", "--deferred", $"{Deferred}", "--with-creation", $"{WithCreation}",
    ]);

    /// <summary>Runs it to its end.</summary>
    public async Task<FerryRun> RunAsync()
    {
        await using var process = Start();
        return new FerryRun(await process.EndAsync());
    }
}

/// <summary>A run that has ended.</summary>
/// <param name="End">How it ended.</param>
internal sealed record FerryRun(JsonEnd End)
{
    /// <summary>Whether it completed.</summary>
    public bool IsDone => End.ExitCode == 0 && Last.GetProperty("event").ValueEquals("completed");

    /// <summary>Its last line.</summary>
    public JsonElement Last => End.Lines[^1];

    /// <summary>The offset it went on from.</summary>
    public long? ResumedFrom => Last.Number("resumedFrom");

    /// <summary>Bytes of the file it sent.</summary>
    public long? Sent => Last.Number("sent");

    /// <inheritdoc/>
    public override string ToString() => $"{End}";
}
