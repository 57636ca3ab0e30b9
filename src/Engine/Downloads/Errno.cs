using System.Runtime.InteropServices;

namespace Ferry.Engine.Downloads;

/// <summary>Error numbers of Linux, the same on every architecture .NET runs on. On Unix an IOException's HResult carries them.</summary>
internal static class Errno
{
    public const int NotPermitted = 1;
    public const int Missing = 2;
    public const int TryAgain = 11;
    public const int Denied = 13;
    public const int Exists = 17;
    public const int NotADirectory = 20;
    public const int IsADirectory = 21;
    public const int Invalid = 22;
    public const int FileTooLarge = 27;
    public const int NoSpace = 28;
    public const int ReadOnly = 30;
    public const int NameTooLong = 36;
    public const int NotImplemented = 38;
    public const int NotEmpty = 39;
    public const int Quota = 122;

    /// <summary>An exception for an error number a call left.</summary>
    public static IOException Exception(int error, string path) => new($"{Marshal.GetPInvokeErrorMessage(error)}: '{path}'", error);
}
