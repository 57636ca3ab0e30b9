using System.Runtime.InteropServices;

namespace Ferry.Host.Rendering;

/// <summary>The process among the jobs of a shell (POSIX.1-2017, Base Definitions, 11.1 General Terminal Interface).</summary>
internal static partial class JobControl
{
    private const int StandardOutputDescriptor = 1;

    // The number of SIGTSTP differs between systems.
    private static readonly int TerminalStop = OperatingSystem.IsLinux() ? 20 : 18;

    /// <summary>
    /// Whether the terminal of standard output is this process's to draw on, rather than the shell's or another job's. True where that cannot be
    /// told, as without a shell.
    /// </summary>
    public static bool HasForeground()
    {
        if (OperatingSystem.IsWindows())
            return true;
        var group = ForegroundGroup(StandardOutputDescriptor);
        return group <= 0 || group == OwnGroup();
    }

    /// <summary>
    /// Stops the process as Ctrl-Z does where nobody handles SIGTSTP, and comes back when it goes on. Comes back at once where no shell would let it go on
    /// again: then the system does not stop it.
    /// </summary>
    public static void Stop() => _ = Raise(TerminalStop);

    [LibraryImport("libc", EntryPoint = "tcgetpgrp")]
    private static partial int ForegroundGroup(int descriptor);

    [LibraryImport("libc", EntryPoint = "getpgrp")]
    private static partial int OwnGroup();

    [LibraryImport("libc", EntryPoint = "raise")]
    private static partial int Raise(int signal);
}
