using System.Runtime.InteropServices;

namespace Ferry.Engine.Bodies;

/// <summary>Tells files from pipes and devices, which have no length and may block whoever opens them.</summary>
internal static partial class RegularFile
{
    private const int AtFdCwd = -100;
    private const uint StatxType = 1;
    private const int ModeOffset = 28;
    private const int TypeMask = 0xf000;
    private const int Regular = 0x8000;
    private const int Directory = 0x4000;

    /// <summary>Whether a path names, once links are followed, something else than a file or a directory.</summary>
    /// <param name="path">The path; where nothing is there, this is false.</param>
    public static bool IsOther(string path)
    {
        // struct statx of statx(2): one layout on every architecture.
        Span<byte> status = stackalloc byte[256];
        return OperatingSystem.IsLinux()
            && Statx(AtFdCwd, path, 0, StatxType, status) == 0
            && (MemoryMarshal.Read<ushort>(status[ModeOffset..]) & TypeMask) is not (Regular or Directory);
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int directory, string path, int flags, uint mask, Span<byte> status);
}
