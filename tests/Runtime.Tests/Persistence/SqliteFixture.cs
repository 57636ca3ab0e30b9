using Akka.Actor;
using Akka.Configuration;

namespace Ferry.Runtime.Tests.Persistence;

/// <summary>A folder with a database, and actor systems that keep their events in it.</summary>
internal sealed class SqliteFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ferry-sqlite-");
    private readonly List<ActorSystem> _systems = [];

    public string File => Path.Combine(_folder.FullName, "journal.db");

    public string[] Files => [.. _folder.GetFiles().Select(f => f.Name).Order(StringComparer.Ordinal)];

    public Config Settings(string extra = "", string? connection = null)
    {
        var plugin = $"connection-string = \"{connection ?? $"Data Source={File}"}\", auto-initialize = on, synchronous = NORMAL, connection-timeout = 200ms, {extra}";
        return ConfigurationFactory.ParseString(
            $$"""
            akka.persistence {
              journal {
                plugin = akka.persistence.journal.sqlite
                sqlite { class = "Akka.Persistence.Sqlite.Journal.SqliteJournal, Akka.Persistence.Sqlite", {{plugin}} }
              }
              snapshot-store {
                plugin = akka.persistence.snapshot-store.sqlite
                sqlite { class = "Akka.Persistence.Sqlite.Snapshot.SqliteSnapshotStore, Akka.Persistence.Sqlite", {{plugin}} }
              }
            }
            """).WithFallback(AccountSerializer.Settings);
    }

    public ActorSystem System(string extra = "", string? connection = null)
    {
        var system = ActorSystem.Create("accounts", Settings(extra, connection).WithFallback("akka.loglevel = OFF, akka.stdout-loglevel = OFF"));
        _systems.Add(system);
        return system;
    }

    public void Dispose()
    {
        foreach (var system in _systems)
            system.Terminate().Wait(TimeSpan.FromSeconds(20));
        _folder.Delete(recursive: true);
    }
}
