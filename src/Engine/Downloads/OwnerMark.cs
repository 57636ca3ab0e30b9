using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Ferry.Engine.Downloads;

/// <summary>
/// The id of the transfer a part file belongs to, kept in an extended attribute of the file: a transfer that rests holds no lock, and
/// another one of the same target may have taken its part file meanwhile. Where a file system has no such attributes, nothing is known.
/// </summary>
internal static partial class OwnerMark
{
    private const string Name = "user.ferry.transfer";

    /// <summary>Marks a file.</summary>
    public static void Set(SafeFileHandle file, string owner)
    {
        if (!OperatingSystem.IsLinux())
            return;
        var value = Encoding.UTF8.GetBytes(owner);
        _ = SetXattr(file, Name, value, (nuint)value.Length, 0);
    }

    /// <summary>Whether a file is known to be another transfer's.</summary>
    public static bool IsForeign(SafeFileHandle file, string owner)
    {
        if (!OperatingSystem.IsLinux())
            return false;
        var value = new byte[256];
        var length = GetXattr(file, Name, value, (nuint)value.Length);
        return length > 0 && Encoding.UTF8.GetString(value, 0, (int)length) != owner;
    }

    /// <summary>Takes the mark off, before the file is given to the user.</summary>
    public static void Clear(SafeFileHandle file)
    {
        if (OperatingSystem.IsLinux())
            _ = RemoveXattr(file, Name);
    }

    [LibraryImport("libc", EntryPoint = "fsetxattr", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetXattr(SafeFileHandle file, string name, byte[] value, nuint size, int flags);

    [LibraryImport("libc", EntryPoint = "fgetxattr", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint GetXattr(SafeFileHandle file, string name, byte[] value, nuint size);

    [LibraryImport("libc", EntryPoint = "fremovexattr", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RemoveXattr(SafeFileHandle file, string name);
}
