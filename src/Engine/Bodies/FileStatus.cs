using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Ferry.Engine.Bodies;

/// <summary>What the system says of a file that is sent: length and, to the nanosecond, when its content and when anything of it was last changed.</summary>
/// <param name="Length">Its length in bytes.</param>
/// <param name="Modified">When its content was last written, in nanoseconds since 1970; whoever may write it can set it back.</param>
/// <param name="Changed">When anything of it was last changed, which nobody can set back; zero where the system does not tell.</param>
internal readonly partial record struct FileStatus(long Length, long Modified, long Changed)
{
    private const int AtFdCwd = -100;
    private const int AtEmptyPath = 0x1000;
    private const uint StatxBasicStats = 0x7ff;
    private const int TypeMask = 0xf000;
    private const int Regular = 0x8000;
    private const int Directory = 0x4000;
    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>Whether a path names, once links are followed, a pipe or a device, which have no length and may block whoever opens them; false where nothing is there.</summary>
    /// <param name="path">The path.</param>
    public static unsafe bool IsPipeOrDevice(string path)
    {
        StatxBuffer buffer;
        return OperatingSystem.IsLinux()
            && Statx(AtFdCwd, path, 0, StatxBasicStats, &buffer) == 0
            && (buffer.Mode & TypeMask) is not (Regular or Directory);
    }

    /// <summary>The status of an open file.</summary>
    /// <param name="file">The file.</param>
    public static unsafe FileStatus Of(SafeFileHandle file)
    {
        if (OperatingSystem.IsLinux() && StatusOf(file) is { } status)
            return status;
        var modified = (File.GetLastWriteTimeUtc(file) - DateTime.UnixEpoch).Ticks * (NanosecondsPerSecond / TimeSpan.TicksPerSecond);
        return new FileStatus(RandomAccess.GetLength(file), modified, 0);
    }

    private static unsafe FileStatus? StatusOf(SafeFileHandle file)
    {
        var added = false;
        try
        {
            file.DangerousAddRef(ref added);
            StatxBuffer buffer;
            return Statx((int)file.DangerousGetHandle(), "", AtEmptyPath, StatxBasicStats, &buffer) == 0
                ? new FileStatus((long)buffer.Size, buffer.Modified.Nanoseconds, buffer.Changed.Nanoseconds)
                : null;
        }
        finally
        {
            if (added)
                file.DangerousRelease();
        }
    }

    // struct statx of statx(2): one layout on every architecture.
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct StatxBuffer
    {
        [FieldOffset(28)]
        public ushort Mode;

        [FieldOffset(40)]
        public ulong Size;

        [FieldOffset(96)]
        public StatxTime Changed;

        [FieldOffset(112)]
        public StatxTime Modified;
    }

    [StructLayout(LayoutKind.Sequential, Size = 16)]
    private struct StatxTime
    {
        public long Seconds;
        public uint Rest;

        public readonly long Nanoseconds => (Seconds * NanosecondsPerSecond) + Rest;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int Statx(int directory, string path, int flags, uint mask, StatxBuffer* buffer);
}
