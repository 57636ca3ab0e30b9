using Ferry.Testing.Server;

namespace Ferry.Soak;

/// <summary>Writes the files of the soak.</summary>
internal static class SoakFiles
{
    // A whole second: a time that is set back can then be set back to the last sign.
    private static readonly DateTime LongAgo = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>Writes a new file.</summary>
    /// <param name="path">Where.</param>
    /// <param name="size">Its length in bytes.</param>
    public static async Task CreateAsync(string path, long size)
    {
        await FillAsync(path, 1, 0, size);
        File.SetLastWriteTimeUtc(path, LongAgo);
    }

    /// <summary>Writes made-up content into a file, which keeps what it has elsewhere.</summary>
    /// <param name="path">The file.</param>
    /// <param name="content">Which content.</param>
    /// <param name="from">The first byte.</param>
    /// <param name="to">The byte after the last.</param>
    public static async Task FillAsync(string path, long content, long from, long to)
    {
        await using var stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write);
        stream.Position = from;
        var piece = new byte[1024 * 1024];
        while (stream.Position < to)
        {
            var count = (int)Math.Min(piece.Length, to - stream.Position);
            Content.Fill(content, stream.Position, piece.AsSpan(0, count));
            await stream.WriteAsync(piece.AsMemory(0, count));
        }
    }
}
