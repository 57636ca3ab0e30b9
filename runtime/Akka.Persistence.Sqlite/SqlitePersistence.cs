using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence.Sqlite.Db;

namespace Akka.Persistence.Sqlite;

/// <summary>The defaults of the SQLite plugins, and the databases they share.</summary>
public class SqlitePersistence : IExtension
{
    public const string JournalConfigPath = "akka.persistence.journal.sqlite";
    public const string SnapshotConfigPath = "akka.persistence.snapshot-store.sqlite";

    public readonly Config DefaultJournalConfig;
    public readonly Config DefaultSnapshotConfig;

    private readonly Lock _lock = new();
    private readonly Dictionary<SqliteDatabaseSettings, (SqliteDatabase Database, int Users)> _databases = [];

    public SqlitePersistence(ExtendedActorSystem system)
    {
        var defaults = DefaultConfiguration();
        DefaultJournalConfig = defaults.GetConfig(JournalConfigPath)!;
        DefaultSnapshotConfig = defaults.GetConfig(SnapshotConfigPath)!;
        system.Settings.InjectTopLevelFallback(defaults);
        system.RegisterOnTermination(CloseAll);
    }

    public static Config DefaultConfiguration() => ConfigurationFactory.FromResource<SqlitePersistence>("Akka.Persistence.Sqlite.sqlite.conf");

    public static SqlitePersistence Get(ActorSystem system) => new SqlitePersistenceProvider().Apply(system);

    /// <summary>The database that plugin settings name, one for all plugins that name the same.</summary>
    internal SqliteDatabase Open(Config plugin, string path)
    {
        var settings = ReadSettings(plugin, path);
        lock (_lock)
        {
            var entry = _databases.TryGetValue(settings, out var known) ? known : (Database: new SqliteDatabase(settings), Users: 0);
            _databases[settings] = entry with { Users = entry.Users + 1 };
            return entry.Database;
        }
    }

    /// <summary>Closes the database when its last plugin has stopped.</summary>
    internal void Close(SqliteDatabase database)
    {
        lock (_lock)
        {
            var (settings, entry) = _databases.FirstOrDefault(known => known.Value.Database == database);
            if (settings is null)
                return;
            if (entry.Users > 1)
            {
                _databases[settings] = entry with { Users = entry.Users - 1 };
                return;
            }
            _databases.Remove(settings);
        }
        database.Dispose();
    }

    private void CloseAll()
    {
        lock (_lock)
        {
            foreach (var (database, _) in _databases.Values)
                database.Dispose();
            _databases.Clear();
        }
    }

    private static SqliteDatabaseSettings ReadSettings(Config plugin, string path)
    {
        var connection = plugin.GetString("connection-string");
        if (string.IsNullOrWhiteSpace(connection))
            throw new ConfigurationException($"{path}.connection-string is not set.");
        var synchronous = plugin.GetString("synchronous", "NORMAL").ToUpperInvariant();
        if (synchronous is not ("FULL" or "NORMAL"))
            throw new ConfigurationException($"{path}.synchronous is '{synchronous}'; it must be FULL or NORMAL.");
        int? pages = plugin.HasPath("test-maximum-pages") ? plugin.GetInt("test-maximum-pages") : null;
        return new SqliteDatabaseSettings(connection, synchronous, plugin.GetTimeSpan("connection-timeout"), pages);
    }
}

public class SqlitePersistenceProvider : ExtensionIdProvider<SqlitePersistence>
{
    public override SqlitePersistence CreateExtension(ExtendedActorSystem system) => new(system);
}
