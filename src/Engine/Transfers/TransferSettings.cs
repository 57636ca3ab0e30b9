namespace Ferry.Engine.Transfers;

/// <summary>Settings that hold for every transfer of an engine.</summary>
public sealed record TransferSettings
{
    /// <summary>Bytes between two checkpoints; 8 MiB by default.</summary>
    public long CheckpointBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>The longest time between two checkpoints while bytes flow.</summary>
    public TimeSpan CheckpointPeriod { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The shortest time between two progress reports of one transfer.</summary>
    public TimeSpan ProgressPeriod { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The size of a read from the socket, in bytes.</summary>
    public int BufferBytes { get; init; } = 256 * 1024;

    /// <summary>Restarts from byte zero that one transfer may go through before it fails.</summary>
    public int MaxRestarts { get; init; } = 5;

    /// <summary>The boot id of the running kernel; empty where unknown, and then only flushed bytes survive the end of a process.</summary>
    public string BootId { get; init; } = KernelBoot.Id;
}
