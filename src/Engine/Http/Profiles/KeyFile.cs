using System.Security.Cryptography;
using Ferry.Engine.Errors;

namespace Ferry.Engine.Http;

/// <summary>How a file of keys or certificates stood when it was read: a renewed one makes new connections.</summary>
internal readonly record struct FileStamp(long Length, long Written)
{
    /// <summary>The stamp of a file; the default where there is none.</summary>
    public static FileStamp Of(string? path) =>
        !File.Exists(path) || new FileInfo(path) is not { Exists: true } file ? default : new FileStamp(file.Length, file.LastWriteTimeUtc.Ticks);
}

/// <summary>Reads files of keys and certificates.</summary>
internal static class KeyFile
{
    // A bundle of all public authorities has less than a tenth of this.
    private const int MaxLength = 4 * 1024 * 1024;

    /// <summary>A file's bytes; a device or a pipe, which could go on for ever, counts as empty.</summary>
    /// <exception cref="IOException">It cannot be read, is empty or too long.</exception>
    public static byte[] Read(string path)
    {
        var length = new FileInfo(path).Length;
        return length is > 0 and <= MaxLength
            ? File.ReadAllBytes(path)
            : throw new IOException(length == 0 ? "it is empty" : $"it is longer than {MaxLength} bytes");
    }

    /// <summary>Whether an exception says that a file cannot be read or holds something else.</summary>
    public static bool IsUnusable(Exception thrown) =>
        thrown is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException or NotSupportedException;

    /// <summary>The error about a file.</summary>
    public static TransferException Error(ErrorCode code, string message, Exception? thrown = null) =>
        new(new TransferError(code, ErrorStage.Securing, ErrorSide.Local, thrown is null ? message : $"{message}: {Reason(thrown)}."), thrown);

    private static string Reason(Exception thrown) => thrown switch
    {
        FileNotFoundException or DirectoryNotFoundException => "there is no such file",
        UnauthorizedAccessException => "reading it is not permitted",
        _ => ErrorClassifier.Shown(thrown.Message).TrimEnd('.'),
    };
}
