namespace Ferry.Host.Commands;

/// <summary>What the program answers to its shell.</summary>
internal static class ExitCode
{
    /// <summary>Everything asked for was done.</summary>
    public const int Done = 0;

    /// <summary>A transfer failed, or a command could not be done.</summary>
    public const int Failed = 1;

    /// <summary>The command line is wrong; nothing was started.</summary>
    public const int Usage = 2;

    /// <summary>Stopped by a signal; what was received is kept and the same command goes on from there.</summary>
    public const int Interrupted = 130;
}
