using Akka.Actor;
using Akka.Persistence;
using Akka.Persistence.Sqlite;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Microsoft.Data.Sqlite;

namespace Ferry.Runtime.Tests.Persistence;

/// <summary>The SQLite file itself: what it holds, how it fails, how it comes back.</summary>
public sealed class SqliteJournalTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private readonly SqliteFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Events_AreThereAfterTheSystemIsStartedAgain()
    {
        var first = _folder.System();
        var probe = Probe(first);
        await Fill(first.ActorOf(Account.Props("a", probe.Ref)), probe, 3);
        await first.Terminate().WaitAsync(Limit);
        _folder.Files.Should().Equal("journal.db");

        var second = _folder.System();
        var again = Probe(second);
        second.ActorOf(Account.Props("a", again.Ref));

        await again.ExpectMsgAsync(new Balance(3, 3), Limit);
    }

    [Fact]
    public async Task Tables_AreThoseOfAkkaPersistenceSqlite()
    {
        var system = _folder.System();
        var probe = Probe(system);
        var account = system.ActorOf(Account.Props("a", probe.Ref));
        await Fill(account, probe, 2);
        account.Tell(new Snap(), probe.Ref);
        await probe.ExpectMsgAsync<SaveSnapshotSuccess>(Limit);
        account.Tell(new DeleteMessagesTo("a", 2, probe.Ref), probe.Ref);
        await probe.ExpectMsgAsync<DeleteMessagesSuccess>(Limit);
        account.Tell(new Deposit(5), probe.Ref);
        await probe.ExpectMsgAsync(new Balance(7, 3), Limit);

        Columns("event_journal").Should().Equal(
            "ordering INTEGER 1 1", "persistence_id VARCHAR(255) 1 0", "sequence_nr INTEGER(8) 1 0", "is_deleted INTEGER(1) 1 0",
            "manifest VARCHAR(255) 0 0", "timestamp INTEGER 1 0", "payload BLOB 1 0", "tags VARCHAR(2000) 0 0", "serializer_id INTEGER(4) 0 0");
        Columns("journal_metadata").Should().Equal("persistence_id VARCHAR(255) 1 1", "sequence_nr INTEGER(8) 1 2");
        Columns("snapshot").Should().Equal(
            "persistence_id VARCHAR(255) 1 1", "sequence_nr INTEGER(8) 1 2", "created_at INTEGER(8) 1 0", "manifest VARCHAR(255) 1 0",
            "payload BLOB 1 0", "serializer_id INTEGER(4) 0 0");
        Query("SELECT persistence_id, sequence_nr, is_deleted, manifest, CAST(payload AS TEXT), tags, serializer_id FROM event_journal")
            .Should().Equal("a|3|0|deposited/1|5||2300");
        Query("SELECT * FROM journal_metadata").Should().Equal("a|2");
        Query("SELECT persistence_id, sequence_nr, manifest, CAST(payload AS TEXT), serializer_id FROM snapshot").Should().Equal("a|2|balance/1|2 2|2300");
        var ticks = long.Parse(Query("SELECT timestamp FROM event_journal")[0]);
        new DateTime(ticks, DateTimeKind.Utc).Year.Should().BeInRange(2024, 2200);
    }

    [Fact]
    public async Task Rows_WrittenByTheOtherFlavour_AreRecovered()
    {
        // As Akka.Persistence.Sqlite leaves them: its own journal mode, an empty manifest where there is none.
        using (var connection = Open())
        {
            Run(connection, "PRAGMA journal_mode = DELETE");
            Run(connection, "CREATE TABLE event_journal (ordering INTEGER PRIMARY KEY NOT NULL, persistence_id VARCHAR(255) NOT NULL, sequence_nr INTEGER(8) NOT NULL, is_deleted INTEGER(1) NOT NULL, manifest VARCHAR(255) NULL, timestamp INTEGER NOT NULL, payload BLOB NOT NULL, tags VARCHAR(2000) NULL, serializer_id INTEGER(4) NULL, UNIQUE (persistence_id, sequence_nr))");
            Run(connection, "INSERT INTO event_journal (persistence_id, sequence_nr, is_deleted, manifest, timestamp, payload, tags, serializer_id) VALUES ('a', 1, 0, 'deposited/1', 638000000000000000, CAST('7' AS BLOB), NULL, 2300)");
            // Marked as deleted, as its older versions did: not replayed, and its number is not given again.
            Run(connection, "INSERT INTO event_journal (persistence_id, sequence_nr, is_deleted, manifest, timestamp, payload, tags, serializer_id) VALUES ('a', 2, 1, 'deposited/1', 638000000000000000, CAST('5' AS BLOB), NULL, 2300)");
        }
        var system = _folder.System();
        var probe = Probe(system);

        system.ActorOf(Account.Props("a", probe.Ref));

        await probe.ExpectMsgAsync(new Balance(7, 2), Limit);
    }

    [Fact]
    public async Task FullDatabase_FailsTheWriteLoudly_LosesNothing_AndGoesOnWithSpace()
    {
        // 40 pages of 4 KiB: the tables and some events fit.
        var system = _folder.System("test-maximum-pages = 40");
        var probe = Probe(system);
        var account = system.ActorOf(Account.Props("a", probe.Ref));
        probe.Watch(account);
        await probe.ExpectMsgAsync<Balance>(Limit);
        var written = 0L;
        Failure? failure = null;
        while (failure is null)
        {
            account.Tell(new DepositAll([.. Enumerable.Repeat(1, 100)]), probe.Ref);
            for (var answers = 0; answers < 100 && failure is null; answers++)
            {
                var answer = await probe.ReceiveOneAsync(Limit);
                failure = answer as Failure;
                written = answer is Balance balance ? balance.SequenceNr : written;
            }
        }

        failure.Kind.Should().Be("write");
        failure.Message.Should().Contain(_folder.File).And.Contain("full");
        await probe.FishForMessageAsync<Terminated>(t => t.ActorRef.Equals(account), Limit);
        (written % 100).Should().Be(0, "a batch is written all or not at all");
        written.Should().BePositive();

        // Space comes back while the journal runs.
        var again = Probe(system);
        var revived = system.ActorOf(Account.Props("a", again.Ref));
        await again.ExpectMsgAsync(new Balance(written, written), Limit);
        revived.Tell(new DeleteMessagesTo("a", written, again.Ref), again.Ref);
        await again.ExpectMsgAsync<DeleteMessagesSuccess>(Limit);
        revived.Tell(new Deposit(1), again.Ref);
        await again.ExpectMsgAsync(new Balance(written + 1, written + 1), Limit);
    }

    [Fact]
    public async Task ReadOnlyDatabase_IsRead_AndFailsTheWrite()
    {
        var first = _folder.System();
        var probe = Probe(first);
        await Fill(first.ActorOf(Account.Props("a", probe.Ref)), probe, 2);
        await first.Terminate().WaitAsync(Limit);

        var system = _folder.System(connection: $"Data Source={_folder.File};Mode=ReadOnly");
        var again = Probe(system);
        var account = again.Watch(system.ActorOf(Account.Props("a", again.Ref)));
        await again.ExpectMsgAsync(new Balance(2, 2), Limit);
        account.Tell(new Deposit(1), again.Ref);

        (await again.ExpectMsgAsync<Failure>(Limit)).Message.Should().Contain("readonly");
        await again.ExpectTerminatedAsync(account, Limit);
    }

    [Fact]
    public async Task LockedDatabase_FailsTheWrite_AndGoesOnWhenItIsFree()
    {
        var system = _folder.System();
        var probe = Probe(system);
        var account = probe.Watch(system.ActorOf(Account.Props("a", probe.Ref)));
        await Fill(account, probe, 1);
        using (var other = Open())
        {
            Run(other, "BEGIN IMMEDIATE");
            account.Tell(new Deposit(1), probe.Ref);
            (await probe.ExpectMsgAsync<Failure>(Limit)).Message.Should().Contain("locked");
            await probe.ExpectTerminatedAsync(account, Limit);

            // A reader never waits for the writer.
            var reading = Probe(system);
            system.ActorOf(Account.Props("a", reading.Ref));
            await reading.ExpectMsgAsync(new Balance(1, 1), Limit);
            Run(other, "ROLLBACK");
        }

        var next = Probe(system);
        await Fill(system.ActorOf(Account.Props("b", next.Ref)), next, 1);
    }

    [Fact]
    public async Task RestartWhileAWriteWaitsForTheLock_RecoversItsEvent()
    {
        var system = _folder.System("connection-timeout = 20s");
        var probe = Probe(system);
        var account = system.ActorOf(Account.Props("a", probe.Ref));
        await Fill(account, probe, 1);
        using (var other = Open())
        {
            Run(other, "BEGIN IMMEDIATE");
            account.Tell(new DepositAsync(1), probe.Ref);
            account.Tell(new Fail(), probe.Ref);
            account.Tell(new Deposit(1), probe.Ref);
            // A reader is free all the while.
            var reading = Probe(system);
            system.ActorOf(Account.Props("b", reading.Ref));
            await reading.ExpectMsgAsync(new Balance(0, 0), Limit);
            Run(other, "ROLLBACK");
        }

        await probe.ExpectMsgAsync(new Balance(2, 2), Limit);
        await probe.ExpectMsgAsync(new Balance(3, 3), Limit);
    }

    [Fact]
    public async Task DamagedDatabase_FailsRecoveryWithAClearMessage()
    {
        await File.WriteAllTextAsync(_folder.File, string.Concat(Enumerable.Repeat("This is no database. ", 500)));
        var system = _folder.System();
        var probe = Probe(system);

        var account = probe.Watch(system.ActorOf(Account.Props("a", probe.Ref)));

        var failure = await probe.ExpectMsgAsync<Failure>(Limit);
        failure.Should().Be(new Failure("recovery", $"The database '{_folder.File}' failed: file is not a database (SQLite error 26)."));
        await probe.ExpectTerminatedAsync(account, Limit);
    }

    [Fact]
    public async Task PlaceThatCannotBeWritten_FailsAndIsTriedAgain()
    {
        var folder = Path.Combine(Path.GetDirectoryName(_folder.File)!, "later");
        var system = _folder.System(connection: $"Data Source={folder}/journal.db");
        var probe = Probe(system);
        var account = probe.Watch(system.ActorOf(Account.Props("a", probe.Ref)));
        (await probe.ExpectMsgAsync<Failure>(Limit)).Message.Should().Contain("unable to open database file");
        await probe.ExpectTerminatedAsync(account, Limit);

        Directory.CreateDirectory(folder);

        var next = Probe(system);
        await Fill(system.ActorOf(Account.Props("a", next.Ref)), next, 1);
    }

    [Fact]
    public async Task DatabaseOpenedTwice_ServesBoth_AndNumbersAreNotGivenTwice()
    {
        var (one, two) = (_folder.System(), _folder.System());
        var (first, second) = (Probe(one), Probe(two));
        await Fill(one.ActorOf(Account.Props("a", first.Ref)), first, 1);
        await Fill(two.ActorOf(Account.Props("b", second.Ref)), second, 1);

        // The same actor twice: whoever is late must not overwrite.
        var late = Probe(two);
        var twin = late.Watch(two.ActorOf(Account.Props("a", late.Ref)));
        await late.ExpectMsgAsync(new Balance(1, 1), Limit);
        var winner = Probe(one);
        var original = one.ActorOf(Account.Props("a", winner.Ref));
        await winner.ExpectMsgAsync(new Balance(1, 1), Limit);
        original.Tell(new Deposit(1), winner.Ref);
        await winner.ExpectMsgAsync(new Balance(2, 2), Limit);
        twin.Tell(new Deposit(1), late.Ref);

        (await late.ExpectMsgAsync<Failure>(Limit)).Message.Should().Contain("UNIQUE constraint failed");
        await late.ExpectTerminatedAsync(twin, Limit);
    }

    [Fact]
    public async Task Rejected_EventLeavesTheActorAtWork()
    {
        var system = _folder.System();
        var probe = Probe(system);
        var account = system.ActorOf(Account.Props("a", probe.Ref));
        await Fill(account, probe, 1);

        account.Tell(new Unserializable(), probe.Ref);
        account.Tell(new Deposit(1), probe.Ref);

        await probe.ExpectMsgAsync(new Failure("rejected", "not to be written"), Limit);
        await probe.ExpectMsgAsync(new Balance(2, 3), Limit);
    }

    [Theory]
    [InlineData("Data Source=:memory:")]
    [InlineData("Data Source=file:ferry-shared;Mode=Memory;Cache=Shared")]
    public async Task MemoryDatabase_IsOneForJournalAndSnapshots(string connection)
    {
        var system = _folder.System(connection: connection);
        var probe = Probe(system);
        var account = probe.Watch(system.ActorOf(Account.Props("a", probe.Ref)));
        await Fill(account, probe, 2);
        account.Tell(new Snap(), probe.Ref);
        await probe.ExpectMsgAsync<SaveSnapshotSuccess>(Limit);
        system.Stop(account);
        await probe.ExpectTerminatedAsync(account, Limit);

        system.ActorOf(Account.Props("a", probe.Ref));

        await probe.ExpectMsgAsync(new Balance(2, 2), Limit);
    }

    [Fact]
    public async Task Settings_ThatMakeNoSense_AreTheAnswer()
    {
        var system = _folder.System("synchronous = MAYBE");
        var probe = Probe(system);

        var account = probe.Watch(system.ActorOf(Account.Props("a", probe.Ref)));

        await probe.ExpectMsgAsync(
            new Failure("recovery", "akka.persistence.snapshot-store.sqlite.synchronous is 'MAYBE'; it must be FULL or NORMAL."), Limit);
        await probe.ExpectTerminatedAsync(account, Limit);
    }

    [Fact]
    public void Defaults_SurviveTheEndOfTheProcess()
    {
        var defaults = SqlitePersistence.DefaultConfiguration();

        defaults.GetString("akka.persistence.journal.sqlite.synchronous").Should().Be("NORMAL");
        defaults.GetString("akka.persistence.snapshot-store.sqlite.synchronous").Should().Be("NORMAL");
    }

    internal static TestProbe Probe(ActorSystem system) => new(system, new XunitAssertions());

    private static async Task Fill(IActorRef account, TestProbe probe, int deposits)
    {
        var start = await probe.ExpectMsgAsync<Balance>(Limit);
        for (var i = 1; i <= deposits; i++)
        {
            account.Tell(new Deposit(1), probe.Ref);
            await probe.ExpectMsgAsync(new Balance(start.Total + i, start.SequenceNr + i), Limit);
        }
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection($"Data Source={_folder.File};Pooling=False");
        connection.Open();
        return connection;
    }

    private static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private List<string> Columns(string table) => [.. Query($"SELECT name, type, \"notnull\", pk FROM pragma_table_info('{table}')").Select(c => c.Replace('|', ' '))];

    private List<string> Query(string sql)
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(reader.GetValue)));
        return rows;
    }
}
