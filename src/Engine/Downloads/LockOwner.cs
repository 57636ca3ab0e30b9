using System.Globalization;
using Ferry.Engine.Errors;

namespace Ferry.Engine.Downloads;

/// <summary>Who holds the lock on a part file, as far as the system tells.</summary>
public static class LockOwner
{
    private const int WindowsSharingViolation = unchecked((int)0x80070020);

    /// <summary>Whether an exception of opening means that another one holds the lock.</summary>
    public static bool IsConflict(Exception thrown) => thrown is IOException && thrown.HResult is Errno.TryAgain or WindowsSharingViolation;

    /// <summary>The error that names the owner.</summary>
    /// <param name="path">The part file.</param>
    public static TransferError Describe(string path)
    {
        var owner = Find(path) switch
        {
            null => "another transfer",
            { } pid when pid == Environment.ProcessId => "another transfer of this process",
            { } pid => $"process {pid.ToString(CultureInfo.InvariantCulture)}{Command(pid)}",
        };
        return FileErrors.Local($"'{path}' is being written by {owner}: wait for it to end, or choose another target.", ErrorStage.Writing);
    }

    // /proc/locks: "1: FLOCK  ADVISORY  WRITE 1234 fd:01:5678 0 EOF", the device in hexadecimal, the inode in decimal (proc_locks(5)).
    private static int? Find(string path)
    {
        if (FileId.Of(path) is not { } id)
            return null;
        var wanted = string.Create(CultureInfo.InvariantCulture, $"{id.Major:x2}:{id.Minor:x2}:{id.Inode}");
        try
        {
            foreach (var line in File.ReadLines("/proc/locks"))
            {
                var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                if (words is [_, "FLOCK", _, _, var pid, var file, ..] && file == wanted
                    && int.TryParse(pid, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0)
                    return number;
            }
        }
        catch (Exception e) when (FileErrors.IsFileFailure(e))
        {
            // Not told: the message does without.
        }
        return null;
    }

    private static string Command(int pid)
    {
        try
        {
            var name = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/comm")).Trim();
            return name.Length == 0 ? "" : $" ({name})";
        }
        catch (Exception e) when (FileErrors.IsFileFailure(e))
        {
            return "";
        }
    }
}
