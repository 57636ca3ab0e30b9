namespace Ferry.Engine.Transfers;

/// <summary>Tells one boot of the kernel from another: what was written but not flushed before a boot may be lost.</summary>
public static class KernelBoot
{
    /// <summary>The boot id Linux gives; empty on systems that have none.</summary>
    public static string Id { get; } = Read();

    private static string Read()
    {
        try
        {
            return File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
