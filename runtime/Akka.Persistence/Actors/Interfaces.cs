using Akka.Actor;

namespace Akka.Persistence;

public interface IPersistentIdentity
{
    string PersistenceId { get; }

    /// <summary>The journal's configuration path; empty for the default one.</summary>
    string JournalPluginId { get; }

    /// <summary>The snapshot store's configuration path; empty for the default one.</summary>
    string SnapshotPluginId { get; }
}

public interface IPersistenceRecovery
{
    Recovery Recovery { get; }
}

public interface IPersistenceStash : IWithUnboundedStash;
