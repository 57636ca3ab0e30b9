using Akka.Configuration;

namespace Ferry.Runtime.Tests.Persistence;

public sealed class MemoryPersistentActorTests() : PersistentActorSpec(ConfigurationFactory.ParseString(
    """
    akka.loglevel = OFF
    akka.persistence.max-concurrent-recoveries = 2
    akka.persistence.snapshot-store.plugin = akka.persistence.snapshot-store.inmem
    """));

public sealed class SqlitePersistentActorTests : PersistentActorSpec
{
    private readonly SqliteFolder _folder;

    public SqlitePersistentActorTests()
        : this(new SqliteFolder())
    {
    }

    private SqlitePersistentActorTests(SqliteFolder folder)
        : base(folder.Settings().WithFallback("akka.loglevel = OFF, akka.persistence.max-concurrent-recoveries = 2")) => _folder = folder;

    protected override void AfterAll()
    {
        base.AfterAll();
        _folder.Files.Should().BeSubsetOf(["journal.db"], "all connections are closed and the log is folded back into the file");
        _folder.Dispose();
    }
}
