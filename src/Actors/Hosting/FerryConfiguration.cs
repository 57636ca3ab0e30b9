using System.Data.Common;
using System.Text;
using Akka.Configuration;
using Ferry.Engine.Cache;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;

namespace Ferry.Actors.Hosting;

/// <summary>Between <see cref="FerryOptions"/> and HOCON.</summary>
public static class FerryConfiguration
{
    /// <summary>The name of the supervisor's mailbox.</summary>
    public const string Mailbox = "ferry.mailboxes.transfer-priority";

    /// <summary>The id of the journal plugin: Ferry's own, so that a service's default journal stays the service's.</summary>
    public const string Journal = "ferry.persistence.journal";

    /// <summary>The id of the snapshot store plugin: Ferry's own.</summary>
    public const string SnapshotStore = "ferry.persistence.snapshot-store";

    /// <summary>
    /// What an ActorSystem needs to carry an engine with these options: journal and snapshot store in the data directory, the mailbox, the
    /// serializer. Merge it with your own: <c>FerryConfiguration.Create(options).WithFallback(own)</c>.
    /// </summary>
    /// <param name="options">The options.</param>
    public static Config Create(FerryOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return (options.InMemory ? InMemory() : InDirectory(options)).WithFallback(Shared());
    }

    private static Config InMemory() => ConfigurationFactory.ParseString($$"""
        {{Journal}}.class = "Akka.Persistence.Journal.MemoryJournal, Akka.Persistence"
        {{SnapshotStore}}.class = "Akka.Persistence.Snapshot.MemorySnapshotStore, Akka.Persistence"
        """);

    private static Config InDirectory(FerryOptions options)
    {
        var database = new DbConnectionStringBuilder { ["Data Source"] = Hosting.DataDirectory.JournalIn(options.DataDirectory) };
        var connection = Quote(database.ConnectionString);
        var synchronous = options.Durability is Durability.Power ? "FULL" : "NORMAL";
        return ConfigurationFactory.ParseString($$"""
            {{Journal}} {
              class = "Akka.Persistence.Sqlite.Journal.SqliteJournal, Akka.Persistence.Sqlite"
              connection-string = {{connection}}
              auto-initialize = on
              synchronous = {{synchronous}}
            }
            {{SnapshotStore}} {
              class = "Akka.Persistence.Sqlite.Snapshot.SqliteSnapshotStore, Akka.Persistence.Sqlite"
              connection-string = {{connection}}
              auto-initialize = on
              synchronous = {{synchronous}}
            }
            ferry.key-file = {{Quote(Hosting.DataDirectory.KeyIn(options.DataDirectory))}}
            """);
    }

    /// <summary>Reads the section <c>ferry</c> of a configuration; what it does not say keeps the value of <paramref name="defaults"/>.</summary>
    /// <param name="config">The whole configuration, such as the parsed <c>hocon.conf</c>.</param>
    /// <param name="defaults">The values of what is not said; null for the built-in ones.</param>
    public static FerryOptions Read(Config config, FerryOptions? defaults = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        var known = defaults ?? new FerryOptions();
        if (config.GetConfig("ferry") is not { } ferry)
            return known;
        return known with
        {
            DataDirectory = ferry.GetString("data-directory", known.DataDirectory),
            Durability = ReadDurability(ferry.GetString("durability", known.Durability.ToString())),
            MaxConcurrent = ferry.GetInt("max-concurrent", known.MaxConcurrent),
            MaxPerOrigin = ferry.GetInt("per-origin", known.MaxPerOrigin),
            QueueBound = ferry.GetInt("queue-bound", known.QueueBound),
            AgingStep = ferry.GetTimeSpan("aging", known.AgingStep),
            BytesPerSecond = ReadBytes(ferry, "bytes-per-second", known.BytesPerSecond),
            HistoryCount = ferry.GetInt("history.count", known.HistoryCount),
            HistoryAge = ferry.GetTimeSpan("history.age", known.HistoryAge),
            Transfers = ReadTransfers(ferry, known.Transfers),
            Cache = ReadCache(ferry, known.Cache),
            Policy = ReadPolicy(ferry, known.Policy),
        };
    }

    /// <summary>What an ActorSystem that carries nothing but an engine needs beside: it leaves the console alone.</summary>
    internal static Config Alone() => ConfigurationFactory.ParseString("""
        akka {
          stdout-loglevel = OFF
          loglevel = WARNING
          loggers = ["Ferry.Actors.Hosting.SilentLogger, Ferry.Actors"]
          log-dead-letters = off
          log-dead-letters-during-shutdown = off
        }
        """);

    /// <summary>What every ActorSystem that carries an engine needs, whatever the options: mailbox and serializer.</summary>
    internal static Config Shared() => ConfigurationFactory.ParseString("""
        ferry.mailboxes.transfer-priority {
          mailbox-type = "Ferry.Actors.Mailboxes.TransferPriorityMailbox, Ferry.Actors"
        }
        akka.actor {
          serializers.ferry = "Ferry.Actors.Transfers.TransferSerializer, Ferry.Actors"
          serialization-bindings {
            "Ferry.Actors.Transfers.JournaledFact, Ferry.Actors" = ferry
            "Ferry.Actors.Transfers.IndexEvent, Ferry.Actors" = ferry
            "Ferry.Actors.Transfers.IndexSnapshot, Ferry.Actors" = ferry
          }
        }
        """);

    private static TransferSettings ReadTransfers(Config ferry, TransferSettings known) => known with
    {
        CheckpointBytes = ReadBytes(ferry, "transfer.checkpoint-bytes", known.CheckpointBytes),
        CheckpointPeriod = ferry.GetTimeSpan("transfer.checkpoint-period", known.CheckpointPeriod),
        ProgressPeriod = ferry.GetTimeSpan("transfer.progress-period", known.ProgressPeriod),
        BufferBytes = (int)ReadBytes(ferry, "transfer.buffer-bytes", known.BufferBytes),
        MaxRestarts = ferry.GetInt("transfer.max-restarts", known.MaxRestarts),
    };

    private static CacheSettings? ReadCache(Config ferry, CacheSettings? known)
    {
        if (!ferry.GetBoolean("cache.enabled", known is not null))
            return null;
        var cache = known ?? new CacheSettings();
        return cache with { Size = ReadBytes(ferry, "cache.size", cache.Size), Directory = ferry.GetString("cache.directory", cache.Directory) };
    }

    private static EnginePolicy ReadPolicy(Config ferry, EnginePolicy known) => known with
    {
        AllowedHosts = [.. ferry.GetStringList("policy.allowed-hosts", [.. known.AllowedHosts])],
        DeniedNetworks = [.. ferry.GetStringList("policy.denied-networks", [.. known.DeniedNetworks])],
        AllowCleartext = ferry.GetBoolean("policy.allow-cleartext", known.AllowCleartext),
        TargetRoot = ferry.GetString("policy.target-root", known.TargetRoot) is { Length: > 0 } root ? root : null,
        MaxResume = ferry.GetLong("policy.max-resume", known.MaxResume),
    };

    private static long ReadBytes(Config config, string path, long known) => config.HasPath(path) ? config.GetByteSize(path) ?? known : known;

    private static Durability ReadDurability(string text) => Enum.TryParse<Durability>(text, ignoreCase: true, out var value)
        ? value
        : throw new ConfigurationException($"ferry.durability is '{text}'; it must be power or process.");

    private static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var c in text)
        {
            quoted.Append(c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                < ' ' => $"\\u{(int)c:x4}",
                _ => c.ToString(),
            });
        }
        return quoted.Append('"').ToString();
    }
}
