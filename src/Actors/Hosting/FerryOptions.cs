using Ferry.Engine.Cache;
using Ferry.Engine.Http;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;
using Microsoft.Extensions.Logging;

namespace Ferry.Actors.Hosting;

/// <summary>How an engine runs. Read from HOCON by <see cref="FerryConfiguration.Read"/>, or written in code.</summary>
public sealed record FerryOptions
{
    /// <summary>The directory of journal, key and lock; made with mode 0700 where it does not exist. One process at a time may hold it.</summary>
    public string DataDirectory { get; init; } = "ferry-data";

    /// <summary>
    /// Whether nothing outlives the process: the journal is held in memory and there is no data directory. For programs that send requests; a
    /// download to a file starts over when the process starts again.
    /// </summary>
    public bool InMemory { get; init; }

    /// <summary>What a journaled fact survives: <see cref="Durability.Power"/> flushes every commit to the device, <see cref="Durability.Process"/> none.</summary>
    public Durability Durability { get; init; } = Durability.Power;

    /// <summary>Transfers that run at once, 1 or more; zero keeps every slot closed.</summary>
    public int MaxConcurrent { get; init; } = 16;

    /// <summary>Transfers that run at once with one origin, 1 or more.</summary>
    public int MaxPerOrigin { get; init; } = 8;

    /// <summary>Transfers that may wait for a slot; one more is rejected.</summary>
    public int QueueBound { get; init; } = 100_000;

    /// <summary>
    /// Whether what was unfinished when the engine starts waits until it is resumed, instead of going on at once. For programs that follow what they run: nothing
    /// happens before they listen. The journal does not take it for paused.
    /// </summary>
    public bool HoldRecovered { get; init; }

    /// <summary>How long a transfer waits until it counts as more urgent by one point of priority.</summary>
    public TimeSpan AgingStep { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The most bytes a second all transfers together may receive; zero for no limit.</summary>
    public long BytesPerSecond { get; init; }

    /// <summary>How many ended durable transfers are remembered; of requests to memory or subscribers as many, but at most 100.</summary>
    public int HistoryCount { get; init; } = 10_000;

    /// <summary>How long an ended transfer is remembered.</summary>
    public TimeSpan HistoryAge { get; init; } = TimeSpan.FromDays(30);

    /// <summary>Checkpoints, progress, buffers.</summary>
    public TransferSettings Transfers { get; init; } = new();

    /// <summary>What is permitted, for all requests.</summary>
    public EnginePolicy Policy { get; init; } = EnginePolicy.Open;

    /// <summary>Connections.</summary>
    public TransportSettings Transport { get; init; } = new();

    /// <summary>
    /// The response cache of requests to memory; null for none. Without a directory of its own it is flushed to <c>cache</c> in
    /// <see cref="DataDirectory"/>, and nowhere where <see cref="InMemory"/> says that there is none.
    /// </summary>
    public CacheSettings? Cache { get; init; } = new();

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Seeds ids and the jitter of retries, so that a run can be repeated; null for a seed by chance.</summary>
    public int? Seed { get; init; }

    /// <summary>Makes the I/O of transfers; null for the real one.</summary>
    public ITransferWorkFactory? Work { get; init; }

    /// <summary>Where log lines go; null for nowhere.</summary>
    public ILoggerFactory? Logging { get; init; }

    /// <summary>A source of chance by <see cref="Seed"/>.</summary>
    internal Random NewRandom() => Seed is { } seed ? new Random(seed) : new Random();

    /// <summary>The cache settings with the directory filled in.</summary>
    internal CacheSettings? CacheInPlace() =>
        Cache is { Directory.Length: 0 } homeless && !InMemory ? homeless with { Directory = Path.Combine(DataDirectory, "cache") } : Cache;

    /// <summary>What is wrong with the options, one sentence each; empty where nothing is.</summary>
    public IReadOnlyList<string> Problems()
    {
        var problems = new List<string>();
        if (!InMemory && string.IsNullOrWhiteSpace(DataDirectory))
            problems.Add("The data directory is empty: name a directory.");
        Check("max-concurrent", MaxConcurrent, 0, 100_000);
        Check("per-origin", MaxPerOrigin, 1, 100_000);
        Check("queue-bound", QueueBound, 1, 10_000_000);
        Check("bytes-per-second", BytesPerSecond, 0, long.MaxValue);
        Check("history.count", HistoryCount, 0, 10_000_000);
        Check("transfer.checkpoint-bytes", Transfers.CheckpointBytes, 1, long.MaxValue);
        Check("transfer.buffer-bytes", Transfers.BufferBytes, 1024, 64 * 1024 * 1024);
        Check("transfer.max-restarts", Transfers.MaxRestarts, 0, 1000);
        if (Cache is { } cache)
            Check("cache.size", cache.Size, 1, long.MaxValue);
        if (AgingStep <= TimeSpan.Zero)
            problems.Add($"aging is {AgingStep}; it must be more than zero.");
        if (HistoryAge < TimeSpan.Zero)
            problems.Add($"history.age is {HistoryAge}; it must be zero or more.");
        if (Transfers.CheckpointPeriod <= TimeSpan.Zero)
            problems.Add($"transfer.checkpoint-period is {Transfers.CheckpointPeriod}; it must be more than zero.");
        if (Transfers.ProgressPeriod < TimeSpan.Zero)
            problems.Add($"transfer.progress-period is {Transfers.ProgressPeriod}; it must be zero or more.");
        problems.AddRange(Policy.Problems());
        return problems;

        void Check(string name, long value, long min, long max)
        {
            if (value < min || value > max)
                problems.Add($"{name} is {value}; it must be from {min} to {max}.");
        }
    }
}
