using Akka.Persistence.Sqlite.Db;
using Microsoft.Data.Sqlite;

namespace Ferry.Runtime.Tests.Persistence;

/// <summary>What a connection string says of the database is so for all of its connections.</summary>
public sealed class ConnectionStringTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private readonly SqliteFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("Data Source=ferry-seen-by-name;Mode=Memory;Cache=Shared")]
    [InlineData("Data Source=file:ferry-seen-by-uri?mode=memory&cache=shared")]
    public async Task DatabaseInMemory_ThatIsShared_IsTheOneThatOthersOfThatNameOpen(string connectionString)
    {
        using var other = new SqliteConnection(connectionString);
        other.Open();
        using var database = new SqliteDatabase(new SqliteDatabaseSettings(connectionString, "NORMAL", Limit));
        database.AddTable("CREATE TABLE IF NOT EXISTS numbers (n INTEGER PRIMARY KEY)");

        await database.Write(session => session.Execute("INSERT INTO numbers VALUES (1)")).WaitAsync(Limit);

        using var count = other.CreateCommand();
        count.CommandText = "SELECT COUNT(*) FROM numbers";
        count.ExecuteScalar().Should().Be(1L);
    }

    [Fact]
    public async Task DatabaseInMemory_NamedByUri_IsReadWhereItWasWritten()
    {
        using var database = new SqliteDatabase(new SqliteDatabaseSettings("Data Source=file:ferry-read-by-uri?mode=memory&cache=shared", "NORMAL", Limit));
        database.AddTable("CREATE TABLE IF NOT EXISTS numbers (n INTEGER PRIMARY KEY)");

        await database.Write(session => session.Execute("INSERT INTO numbers VALUES (1)")).WaitAsync(Limit);

        (await database.Read(Count).WaitAsync(Limit)).Should().Be(1);
    }

    [Fact]
    public async Task NamedVfs_IsTheWritersToo()
    {
        using var database = new SqliteDatabase(new SqliteDatabaseSettings($"Data Source={_folder.File};Vfs=of-somebody", "NORMAL", Limit));

        await FluentActions.Awaiting(() => database.Write(session => session.Execute("CREATE TABLE numbers (n INTEGER PRIMARY KEY)")).WaitAsync(Limit))
            .Should().ThrowAsync<SqliteException>().WithMessage("*of-somebody*");
    }

    private static long Count(SqliteSession session)
    {
        var count = 0L;
        session.Statement("SELECT COUNT(*) FROM numbers").Read(row =>
        {
            count = row.Integer(0);
            return false;
        });
        return count;
    }
}
