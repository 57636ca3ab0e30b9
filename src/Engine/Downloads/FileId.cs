using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Ferry.Engine.Downloads;

/// <summary>Device and inode of a file: the same through a rename, and different for a new file of the same name.</summary>
/// <param name="Major">The device's major number.</param>
/// <param name="Minor">The device's minor number.</param>
/// <param name="Inode">The inode.</param>
public readonly partial record struct FileId(uint Major, uint Minor, ulong Inode)
{
    private const int AtFdCwd = -100;
    private const int AtEmptyPath = 0x1000;
    private const int AtSymlinkNoFollow = 0x100;
    private const uint StatxBasicStats = 0x7ff;
    private const int RegularFile = 0x8000;
    private const int Directory = 0x4000;
    private const int SymbolicLink = 0xa000;
    private const int TypeMask = 0xf000;

    /// <summary>What a path names, without following a link at its end.</summary>
    public enum Kind
    {
        /// <summary>Nothing has this name.</summary>
        Nothing,

        /// <summary>A regular file.</summary>
        File,

        /// <summary>A directory.</summary>
        Directory,

        /// <summary>A symbolic link.</summary>
        Link,

        /// <summary>A pipe, a socket, a device.</summary>
        Special,
    }

    /// <summary>The file of an open handle, or null where the system does not tell.</summary>
    public static unsafe FileId? Of(SafeFileHandle handle)
    {
        if (!OperatingSystem.IsLinux())
            return null;
        var added = false;
        try
        {
            handle.DangerousAddRef(ref added);
            StatxBuffer buffer;
            return Statx((int)handle.DangerousGetHandle(), "", AtEmptyPath, StatxBasicStats, &buffer) == 0 ? buffer.Id : null;
        }
        finally
        {
            if (added)
                handle.DangerousRelease();
        }
    }

    /// <summary>The file a path names, or null where there is none or the system does not tell. A link at the end is not followed.</summary>
    public static unsafe FileId? Of(string path)
    {
        if (!OperatingSystem.IsLinux())
            return null;
        StatxBuffer buffer;
        return Statx(AtFdCwd, path, AtSymlinkNoFollow, StatxBasicStats, &buffer) == 0 ? buffer.Id : null;
    }

    /// <summary>What a path names.</summary>
    public static unsafe Kind KindOf(string path)
    {
        if (!OperatingSystem.IsLinux())
            return File.Exists(path) ? Kind.File : System.IO.Directory.Exists(path) ? Kind.Directory : Kind.Nothing;
        StatxBuffer buffer;
        if (Statx(AtFdCwd, path, AtSymlinkNoFollow, StatxBasicStats, &buffer) != 0)
            return Kind.Nothing;
        return (buffer.Mode & TypeMask) switch
        {
            RegularFile => Kind.File,
            Directory => Kind.Directory,
            SymbolicLink => Kind.Link,
            _ => Kind.Special,
        };
    }

    /// <summary>The inode as text, for a journal: a device may have another number after the next boot.</summary>
    public string InodeText => Inode.ToString(System.Globalization.CultureInfo.InvariantCulture);

    // struct statx of statx(2): one layout on every architecture.
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct StatxBuffer
    {
        [FieldOffset(28)]
        public ushort Mode;

        [FieldOffset(32)]
        public ulong Inode;

        [FieldOffset(136)]
        public uint Major;

        [FieldOffset(140)]
        public uint Minor;

        public readonly FileId Id => new(Major, Minor, Inode);
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int Statx(int directory, string path, int flags, uint mask, StatxBuffer* buffer);
}
