using Akka.Persistence.Sqlite.Db;
using Microsoft.Data.Sqlite;

namespace Ferry.Runtime.Tests.Persistence;

/// <summary>The database's threads: which writes share a transaction, and what a failure takes with it.</summary>
public sealed class GroupCommitTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private readonly SqliteFolder _folder = new();
    private readonly SqliteDatabase _database;

    public GroupCommitTests() => _database = Open();

    public void Dispose()
    {
        _database.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Writes_WaitingTogether_AreOneTransaction()
    {
        await Insert(0);
        var before = _database.Writer.Commits;
        using var gate = new ManualResetEventSlim();
        var blocked = _database.Write(_ => gate.Wait(Limit));
        var waiting = Enumerable.Range(1, 100).Select(Insert).ToList();

        gate.Set();
        await Task.WhenAll([blocked, .. waiting]).WaitAsync(Limit);

        (_database.Writer.Commits - before).Should().BeInRange(1, 2);
        (await Count()).Should().Be(101);
    }

    [Fact]
    public async Task FailedWrite_TakesNoOtherWithIt()
    {
        using var gate = new ManualResetEventSlim();
        var blocked = _database.Write(_ => gate.Wait(Limit));
        var before = Insert(1);
        var twice = _database.Write(session =>
        {
            Put(session, 2);
            Put(session, 1);
        });
        var broken = _database.Write(session =>
        {
            Put(session, 3);
            throw new InvalidDataException("not the database's fault");
        });
        var after = Insert(4);

        gate.Set();
        await Task.WhenAll(blocked, before, after).WaitAsync(Limit);

        (await FluentActions.Awaiting(() => twice).Should().ThrowAsync<SqliteException>()).Which.SqliteErrorCode.Should().Be(19);
        await FluentActions.Awaiting(() => broken).Should().ThrowAsync<InvalidDataException>();
        (await Count()).Should().Be(2, "what failed wrote nothing");
    }

    [Fact]
    public async Task FailedStatement_OfAWriteThatIsNothingElse_TakesNoOtherWithIt()
    {
        using var database = Open(time: new StandingClock());
        using var gate = new ManualResetEventSlim();
        var blocked = database.Write(_ => gate.Wait(Limit));
        var before = database.Write(session => Put(session, 1), isOneStatement: true);
        var commits = database.Writer.Commits;
        var twice = database.Write(session => Put(session, 1), isOneStatement: true);
        var after = database.Write(session => Put(session, 2), isOneStatement: true);

        gate.Set();
        await Task.WhenAll(blocked, before, after).WaitAsync(Limit);

        (await FluentActions.Awaiting(() => twice).Should().ThrowAsync<SqliteException>()).Which.SqliteErrorCode.Should().Be(19);
        (await database.Read(CountIn)).Should().Be(2);
        (database.Writer.Commits - commits).Should().Be(1, "the failure did not break the transaction");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task WriteThatEndsTheTransaction_FailsAllOfIt_AndNothingOfItIsKept(bool isOneStatement)
    {
        using var gate = new ManualResetEventSlim();
        await _database.Write(session => session.Execute(
            "CREATE TRIGGER seven BEFORE INSERT ON numbers WHEN new.n = 7 BEGIN SELECT RAISE(ROLLBACK, 'not seven'); END"));
        var blocked = _database.Write(_ => gate.Wait(Limit));
        var writes = new[] { 1, 7, 2 }.Select(number => _database.Write(session => Put(session, number), isOneStatement)).ToList();

        gate.Set();
        await FluentActions.Awaiting(() => Task.WhenAll(writes).WaitAsync(Limit)).Should().ThrowAsync<SqliteException>();

        var acknowledged = writes.Count(write => write.IsCompletedSuccessfully);
        (await Count()).Should().Be(acknowledged, "what is told as failed is not kept, and what is told as done is");
    }

    [Fact]
    public async Task WriteTooLargeForSqlite_TakesNoOtherWithIt()
    {
        using var gate = new ManualResetEventSlim();
        var blocked = _database.Write(_ => gate.Wait(Limit));
        var large = _database.Write(session => session.Statement("INSERT INTO numbers VALUES (2, zeroblob(2000000000))").Run(), isOneStatement: true);
        var after = Insert(3);

        gate.Set();
        await Task.WhenAll(blocked, after).WaitAsync(Limit);

        (await FluentActions.Awaiting(() => large).Should().ThrowAsync<SqliteException>()).Which.SqliteErrorCode.Should().Be(18);
        (await Count()).Should().Be(1);
    }

    [Fact]
    public async Task WriteThatComesWhileOthersOfItsTransactionRun_IsPartOfIt()
    {
        using var database = Open(time: new StandingClock());
        Task? late = null;
        var first = database.Write(session =>
        {
            Put(session, 1);
            late = database.Write(other => Put(other, 2));
        });

        await first.WaitAsync(Limit);
        await late!.WaitAsync(Limit);

        database.Writer.Commits.Should().Be(1);
    }

    [Fact]
    public async Task WriteThatComesTooLate_IsOfTheNextTransaction()
    {
        var time = new StandingClock();
        using var database = Open(time: time);
        Task? late = null;
        Task? tooLate = null;
        var first = database.Write(_ => late = database.Write(session =>
        {
            Put(session, 1);
            time.Advance(TimeSpan.FromSeconds(1));
            tooLate = database.Write(other => Put(other, 2));
        }));

        await first.WaitAsync(Limit);
        await late!.WaitAsync(Limit);
        await tooLate!.WaitAsync(Limit);

        database.Writer.Commits.Should().Be(2, "a transaction is not kept open by those who come while it is long already");
    }

    [Fact]
    public async Task FullDatabase_FailsOnlyTheLateWriteThatHasNoRoom()
    {
        using var database = Open(maximumPages: 20, time: new StandingClock());
        var late = new List<Task>();
        var first = database.Write(session =>
        {
            Put(session, 1);
            if (late.Count > 0)
                return;
            late.Add(database.Write(other => Put(other, 2)));
            late.Add(database.Write(other => other.Statement("INSERT INTO numbers VALUES (3, zeroblob(1000000))").Run()));
            late.Add(database.Write(other => Put(other, 4)));
        });

        await first.WaitAsync(Limit);
        await late[0].WaitAsync(Limit);
        await late[2].WaitAsync(Limit);

        (await FluentActions.Awaiting(() => late[1]).Should().ThrowAsync<SqliteException>()).Which.SqliteErrorCode.Should().Be(13);
        (await database.Read(CountIn)).Should().Be(3);
    }

    [Fact]
    public async Task Close_DoesTheWriteThatIsHeldForTheNextTransaction()
    {
        using var database = Open(time: new StandingClock());
        using var held = new ManualResetEventSlim();
        using var closing = new ManualResetEventSlim();
        Task? late = null;
        var first = database.Write(session =>
        {
            Put(session, 1);
            database.AddTable("CREATE TABLE IF NOT EXISTS letters (l TEXT)");
            late = database.Write(other => other.Statement("INSERT INTO letters VALUES ('a')").Run());
            held.Set();
            closing.Wait(Limit);
        });
        held.Wait(Limit).Should().BeTrue();
        var close = Task.Run(database.Dispose);
        SpinWait.SpinUntil(() => database.Write(_ => { }).IsFaulted, Limit).Should().BeTrue();

        closing.Set();
        await close.WaitAsync(Limit);

        first.IsCompletedSuccessfully.Should().BeTrue();
        late!.IsCompletedSuccessfully.Should().BeTrue();
    }

    [Fact]
    public async Task WriteThatNeedsATableNamedSince_IsOfTheNextTransaction_WhichMakesIt()
    {
        using var database = Open(time: new StandingClock());
        Task? late = null;
        var first = database.Write(session =>
        {
            Put(session, 1);
            database.AddTable("CREATE TABLE IF NOT EXISTS letters (l TEXT)");
            late = database.Write(other => other.Statement("INSERT INTO letters VALUES ('a')").Run());
        });

        await first.WaitAsync(Limit);
        await late!.WaitAsync(Limit);

        (await database.Read(session => One(session, "SELECT COUNT(*) FROM letters", row => row.Integer(0)))).Should().Be(1);
    }

    [Fact]
    public async Task DatabaseInMemory_ReadIsAnswered_ThoughTheWritesBesideItFail()
    {
        using var database = new SqliteDatabase(new SqliteDatabaseSettings("Data Source=:memory:", "NORMAL", Limit), new StandingClock());
        database.AddTable("CREATE TABLE IF NOT EXISTS numbers (n INTEGER PRIMARY KEY, padding BLOB)");
        using var gate = new ManualResetEventSlim();
        var blocked = database.Read(_ => gate.Wait(Limit));
        var read = database.Read(CountIn);
        var broken = database.Write(session => session.Execute("no statement"));

        gate.Set();
        await blocked.WaitAsync(Limit);

        (await read.WaitAsync(Limit)).Should().Be(0);
        await FluentActions.Awaiting(() => broken).Should().ThrowAsync<SqliteException>();
    }

    [Fact]
    public async Task FullDatabase_FailsOnlyTheWriteThatHasNoRoom()
    {
        using var database = Open(maximumPages: 20);
        using var gate = new ManualResetEventSlim();
        var blocked = database.Write(_ => gate.Wait(Limit));
        var small = database.Write(session => Put(session, 1));
        var large = database.Write(session => session.Statement("INSERT INTO numbers VALUES (2, zeroblob(1000000))").Run());
        var later = database.Write(session => Put(session, 3));

        gate.Set();
        await Task.WhenAll(blocked, small, later).WaitAsync(Limit);

        (await FluentActions.Awaiting(() => large).Should().ThrowAsync<SqliteException>()).Which.SqliteErrorCode.Should().Be(13);
        (await database.Read(CountIn)).Should().Be(2);
    }

    [Fact]
    public async Task FullDatabase_WriteThatFailedAlready_IsNotDoneLater()
    {
        using var database = Open(maximumPages: 20);
        using var gate = new ManualResetEventSlim();
        var attempts = 0;
        var blocked = database.Write(_ => gate.Wait(Limit));
        var first = database.Write(session =>
        {
            Put(session, 7);
            if (++attempts == 2)
                throw new InvalidDataException("not twice");
        });
        var twice = database.Write(session => Put(session, 7));
        var large = database.Write(session => session.Statement("INSERT INTO numbers VALUES (2, zeroblob(1000000))").Run());

        gate.Set();
        await blocked.WaitAsync(Limit);

        await FluentActions.Awaiting(() => first).Should().ThrowAsync<InvalidDataException>();
        (await FluentActions.Awaiting(() => twice).Should().ThrowAsync<SqliteException>()).Which.SqliteErrorCode.Should().Be(19);
        await FluentActions.Awaiting(() => large).Should().ThrowAsync<SqliteException>();
        (await database.Read(CountIn)).Should().Be(0);
    }

    [Theory]
    [InlineData("NORMAL", 1)]
    [InlineData("FULL", 2)]
    public async Task Synchronous_IsWhatTheWriterIsOpenedWith(string setting, long expected)
    {
        using var database = new SqliteDatabase(new SqliteDatabaseSettings($"Data Source={_folder.File}{setting}", setting, Limit));
        var (synchronous, mode) = (0L, "");
        await database.Write(session =>
        {
            synchronous = One(session, "PRAGMA synchronous", row => row.Integer(0));
            mode = One(session, "PRAGMA journal_mode", row => row.Text(0));
        });

        (synchronous, mode).Should().Be((expected, "wal"));
    }

    [Fact]
    public async Task Reads_WithoutTablesToMake_DoNotWaitForTheWriterEither()
    {
        await Insert(1);
        using var database = new SqliteDatabase(new SqliteDatabaseSettings($"Data Source={_folder.File}", "NORMAL", Limit));
        (await database.Read(CountIn)).Should().Be(1);
        using var gate = new ManualResetEventSlim();
        var blocked = database.Write(_ => gate.Wait(Limit));

        (await database.Read(CountIn).WaitAsync(Limit)).Should().Be(1);

        gate.IsSet.Should().BeFalse();
        gate.Set();
        await blocked;
    }

    [Fact]
    public async Task Reads_GoOnWhileAWriteIsHeldUp()
    {
        await Insert(1);
        using var gate = new ManualResetEventSlim();
        var blocked = _database.Write(session =>
        {
            Put(session, 2);
            gate.Wait(Limit);
        });

        (await Count().WaitAsync(Limit)).Should().Be(1);

        gate.Set();
        await blocked;
    }

    [Fact]
    public async Task Reader_CannotWrite()
    {
        var write = () => _database.Read(session =>
        {
            Put(session, 1);
            return true;
        });

        (await write.Should().ThrowAsync<SqliteException>()).Which.SqliteErrorCode.Should().Be(8);
    }

    [Fact]
    public async Task Close_DoesWhatIsWaiting_AndRefusesWhatComesLater()
    {
        var waiting = Enumerable.Range(1, 20).Select(Insert).ToList();

        _database.Dispose();

        await Task.WhenAll(waiting).WaitAsync(Limit);
        await FluentActions.Awaiting(() => Insert(21)).Should().ThrowAsync<ObjectDisposedException>();
        _folder.Files.Should().Equal("journal.db");
    }

    private SqliteDatabase Open(int? maximumPages = null, TimeProvider? time = null)
    {
        var database = new SqliteDatabase(
            new SqliteDatabaseSettings($"Data Source={_folder.File}{maximumPages}", "NORMAL", TimeSpan.FromMilliseconds(200), maximumPages), time);
        database.AddTable("CREATE TABLE IF NOT EXISTS numbers (n INTEGER PRIMARY KEY, padding BLOB)");
        return database;
    }

    private Task Insert(int number) => _database.Write(session => Put(session, number));

    private static void Put(SqliteSession session, int number) =>
        session.Statement("INSERT INTO numbers VALUES (?1, NULL)").Bind(1, number).Run();

    private Task<long> Count() => _database.Read(CountIn);

    private static long CountIn(SqliteSession session) => One(session, "SELECT COUNT(*) FROM numbers", row => row.Integer(0));

    private static T One<T>(SqliteSession session, string sql, Func<SqliteStatement, T> value)
    {
        T? result = default;
        session.Statement(sql).Read(row =>
        {
            result = value(row);
            return true;
        });
        return result!;
    }
}
