namespace Ferry.Testing.Processes;

/// <summary>How long a run that moves a file may take before it is given up.</summary>
public static class RunLimit
{
    // How much slower than the rate a busy machine may be.
    private const int Slack = 3;

    /// <summary>The limit: what any run may take, and what moving the file takes on a busy machine.</summary>
    /// <param name="size">The file's size in bytes.</param>
    /// <param name="rate">Bytes a second.</param>
    public static TimeSpan Of(long size, long rate) => FerryProcess.Patience + Moving(size, rate);

    /// <summary>What moving the file takes on a busy machine.</summary>
    /// <param name="size">The file's size in bytes.</param>
    /// <param name="rate">Bytes a second.</param>
    public static TimeSpan Moving(long size, long rate) => TimeSpan.FromSeconds(Slack * (double)size / rate);
}
