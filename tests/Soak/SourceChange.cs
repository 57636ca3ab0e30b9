namespace Ferry.Soak;

/// <summary>What becomes of a file while nobody sends it.</summary>
internal enum SourceEdit
{
    /// <summary>Other content of the same length is written over it.</summary>
    Rewritten,

    /// <summary>A byte of what the server has and one of what it has not are changed, most likely none that is a sample of the file.</summary>
    Edited,

    /// <summary>Another file of the same length gets its name.</summary>
    Replaced,

    /// <summary>It grows at its end.</summary>
    Appended,

    /// <summary>Its end is cut off.</summary>
    Truncated,
}

/// <summary>A change of a file between a kill and the next run.</summary>
/// <param name="Edit">What is changed.</param>
/// <param name="KeepsTime">Whether the time of the last write is set back to what it was.</param>
internal sealed record SourceChange(SourceEdit Edit, bool KeepsTime)
{
    private const int OtherContent = 2;
    private const int Appendix = 1_500_001;

    /// <summary>Whether it can be told from no change here: only the time of the last change of anything tells of a byte between the samples, where that of the last write is kept.</summary>
    /// <param name="change">The change.</param>
    public static bool IsSeen(SourceChange change) => change is not { Edit: SourceEdit.Edited, KeepsTime: true } || OperatingSystem.IsLinux();

    /// <summary>The file's length after the change.</summary>
    /// <param name="size">Its length before.</param>
    public long LengthOf(long size) => Edit switch
    {
        SourceEdit.Appended => size + Appendix,
        SourceEdit.Truncated => size / 2,
        _ => size,
    };

    /// <summary>Makes the change.</summary>
    /// <param name="path">The file.</param>
    /// <param name="sent">About how much of it was sent.</param>
    public async Task ApplyAsync(string path, long sent)
    {
        var (written, length) = (File.GetLastWriteTimeUtc(path), new FileInfo(path).Length);
        switch (Edit)
        {
            case SourceEdit.Rewritten:
                await SoakFiles.FillAsync(path, OtherContent, 0, length);
                break;
            case SourceEdit.Edited:
                Flip(path, sent / 2);
                Flip(path, (sent + length) / 2);
                break;
            case SourceEdit.Replaced:
                await SoakFiles.FillAsync(path + ".new", OtherContent, 0, length);
                File.Move(path + ".new", path, overwrite: true);
                break;
            case SourceEdit.Appended:
                await SoakFiles.FillAsync(path, OtherContent, length, LengthOf(length));
                break;
            default:
                Cut(path, LengthOf(length));
                break;
        }
        if (KeepsTime)
            File.SetLastWriteTimeUtc(path, written);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Edit}{(KeepsTime ? ", its time set back" : "")}";

    private static void Flip(string path, long offset)
    {
        using var file = File.OpenHandle(path, access: FileAccess.ReadWrite);
        Span<byte> one = stackalloc byte[1];
        RandomAccess.Read(file, one, offset);
        one[0] ^= 0xff;
        RandomAccess.Write(file, one, offset);
    }

    private static void Cut(string path, long length)
    {
        using var file = File.OpenHandle(path, access: FileAccess.Write);
        RandomAccess.SetLength(file, length);
    }
}
