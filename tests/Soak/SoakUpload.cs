using Ferry.Interop.Tests.Kills;
using Ferry.Interop.Tests.Tus;
using Ferry.Testing.Server;

namespace Ferry.Soak;

/// <summary>One upload of the soak, and the server that takes it.</summary>
/// <param name="Server">The server.</param>
/// <param name="Killed">The upload.</param>
/// <param name="Place">Where the server keeps it.</param>
internal sealed record SoakUpload(TusServer Server, KilledUpload Killed, string Place) : IAsyncDisposable
{
    /// <summary>The file as the server has it.</summary>
    public string Received => Directory.EnumerateFiles(Place).Single(f => Path.GetExtension(f) is "" or ".bin");

    /// <summary>Writes a file and starts a server for it.</summary>
    public static async Task<SoakUpload> StartAsync(SoakOptions options, string place)
    {
        var file = Path.Combine(place, "file.bin");
        await WriteAsync(file, options.Size);
        var received = Directory.CreateDirectory(Path.Combine(place, "received")).FullName;
        var server = options.IsNpm ? await TusServer.NpmAsync(received) : await TusServer.FerryAsync(received);
        return new SoakUpload(server, new KilledUpload(server, file, options.Size, Path.Combine(place, "state"), options.Rate), received);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Server.DisposeAsync();

    private static async Task WriteAsync(string file, long size)
    {
        await using var stream = File.Create(file);
        var piece = new byte[1024 * 1024];
        for (long offset = 0; offset < size; offset += piece.Length)
        {
            var count = (int)Math.Min(piece.Length, size - offset);
            Content.Fill(1, offset, piece.AsSpan(0, count));
            await stream.WriteAsync(piece.AsMemory(0, count));
        }
    }
}
