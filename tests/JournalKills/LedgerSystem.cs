using Akka.Actor;
using Akka.Configuration;

namespace Ferry.JournalKills;

/// <summary>The actor system of the program that is killed, and of those that look at what it left.</summary>
internal static class LedgerSystem
{
    /// <summary>How many ledgers there are, each a persistence id.</summary>
    public const int Ledgers = 8;

    public static string PersistenceId(int ledger) => $"ledger-{ledger}";

    public static ActorSystem Create(string database, string synchronous) => ActorSystem.Create("ledgers", ConfigurationFactory.ParseString(
        $$"""
        akka {
          loglevel = OFF
          stdout-loglevel = OFF
          log-dead-letters = off
          actor {
            serializers.ledger = "Ferry.JournalKills.LedgerSerializer, JournalKills"
            serialization-bindings {
              "Ferry.JournalKills.Entry, JournalKills" = ledger
              "Ferry.JournalKills.LedgerState, JournalKills" = ledger
            }
          }
          persistence {
            journal {
              plugin = akka.persistence.journal.sqlite
              sqlite {
                class = "Akka.Persistence.Sqlite.Journal.SqliteJournal, Akka.Persistence.Sqlite"
                connection-string = "Data Source={{database}}"
                auto-initialize = on
                synchronous = {{synchronous}}
              }
            }
            snapshot-store {
              plugin = akka.persistence.snapshot-store.sqlite
              sqlite {
                class = "Akka.Persistence.Sqlite.Snapshot.SqliteSnapshotStore, Akka.Persistence.Sqlite"
                connection-string = "Data Source={{database}}"
                auto-initialize = on
                synchronous = {{synchronous}}
              }
            }
          }
        }
        """));
}
