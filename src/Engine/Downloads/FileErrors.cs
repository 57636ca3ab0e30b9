using Ferry.Engine.Errors;

namespace Ferry.Engine.Downloads;

/// <summary>What a failure at the disk means for a person: what happened, where, and what to do (rule 46).</summary>
public static class FileErrors
{
    private const int WindowsDiskFull = unchecked((int)0x80070070);
    private const int WindowsHandleDiskFull = unchecked((int)0x80070027);

    /// <summary>The error for an exception of a file operation.</summary>
    /// <param name="thrown">What was thrown.</param>
    /// <param name="target">The target's path.</param>
    /// <param name="stage">Writing or publishing.</param>
    public static TransferError From(Exception thrown, string target, ErrorStage stage)
    {
        var directory = Path.GetDirectoryName(target) ?? target;
        var message = thrown switch
        {
            DirectoryNotFoundException => MissingDirectory(directory),
            PathTooLongException => $"The name of '{target}' is too long: choose a shorter one.",
            UnauthorizedAccessException => $"No permission to write in '{directory}': change its permissions, or choose another directory.",
            _ => thrown.HResult switch
            {
                Errno.NoSpace or WindowsDiskFull or WindowsHandleDiskFull =>
                    $"The disk of '{directory}' is full: free some space and start the transfer again; what was received is kept.",
                Errno.Quota => $"The disk quota for '{directory}' is used up: free some space and start the transfer again; what was received is kept.",
                Errno.FileTooLarge => $"'{target}' grows larger than the file system or the process's limit allows.",
                Errno.ReadOnly => $"'{directory}' is on a read-only file system: choose another directory.",
                Errno.Missing => MissingDirectory(directory),
                Errno.NotADirectory => $"'{directory}' is not a directory: choose another target.",
                Errno.IsADirectory or Errno.NotEmpty => $"The target '{target}' is a directory: name a file in it.",
                Errno.Denied or Errno.NotPermitted =>
                    $"No permission to write in '{directory}': change its permissions, or choose another directory.",
                Errno.NameTooLong => $"The name of '{target}' is too long: choose a shorter one.",
                _ => $"'{target}' cannot be written: {thrown.Message}",
            },
        };
        return Local(message, stage);
    }

    /// <summary>An error that is this machine's to solve.</summary>
    public static TransferError Local(string message, ErrorStage stage) => new(ErrorCode.LocalWriteFailed, stage, ErrorSide.Local, message);

    /// <summary>The target exists and must not be touched.</summary>
    public static TransferError TargetExists(string target, ErrorStage stage) => Local(
        $"The target '{target}' exists already: remove it, choose another name, or have it replaced.", stage);

    /// <summary>Whether an exception is what file operations throw for what the disk does.</summary>
    public static bool IsFileFailure(Exception thrown) => thrown is IOException or UnauthorizedAccessException;

    /// <summary>Whether an exception of a file operation says that the disk, or the share of it that is allowed, is full.</summary>
    public static bool IsDiskFull(Exception thrown) =>
        thrown is IOException && thrown.HResult is Errno.NoSpace or Errno.Quota or WindowsDiskFull or WindowsHandleDiskFull;

    private static string MissingDirectory(string directory) => $"The directory '{directory}' does not exist: create it, or choose another one.";
}
