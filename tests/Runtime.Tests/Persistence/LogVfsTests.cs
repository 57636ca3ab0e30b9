using Akka.Persistence.Sqlite.Db;
using Microsoft.Data.Sqlite;

namespace Ferry.Runtime.Tests.Persistence;

/// <summary>The log that is written in a few pieces: nobody may see that it is.</summary>
public sealed class LogVfsTests : IDisposable
{
    private const string All = "SELECT number || ' ' || name || ' ' || hex(content) FROM items ORDER BY number";

    private readonly SqliteFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1, 512)]
    [InlineData(2, 1024)]
    [InlineData(3, 4096)]
    [InlineData(4, 65536)]
    public void EachCommit_IsWhollyInTheFiles_AndNothingElseIs(int seed, int pageSize)
    {
        var random = new Random(seed);
        using var session = Create(pageSize);
        for (var i = 0; i < 40; i++)
        {
            ChangeAtRandom(session, random);
            // What a process leaves that is killed here.
            var copy = Copy(i);

            Rows(copy).Should().Equal(Rows(_folder.File), "of another process's sight of the same files");
            Rows(copy).Should().Equal(Rows(session), $"after change {i} of seed {seed}");
        }
        Ask(_folder.File, "PRAGMA integrity_check").Should().Equal("ok");
    }

    [Fact]
    public void Commit_OfManyPages_IsAFewWrites()
    {
        // Linux counts the writes of a thread.
        if (!OperatingSystem.IsLinux())
            return;
        using var session = Create(1024);
        Fill(session, 2_000);
        Execute(session, "PRAGMA wal_autocheckpoint = 0");
        var before = WritesOfThisThread();

        session.InTransaction(() =>
        {
            for (var i = 0; i < 2_000; i += 4)
                Execute(session, $"UPDATE items SET content = zeroblob(300) WHERE number = {i}");
        });

        // Some 500 pages, each in two pieces: half a megabyte in pieces of 120 KiB.
        (WritesOfThisThread() - before).Should().BeLessThan(15);
        Ask(_folder.File, "SELECT COUNT(*) FROM items WHERE content = zeroblob(300)").Should().Equal("500");
    }

    [Fact]
    public void RolledBackTransaction_LeavesTheLogAsItWas()
    {
        using var session = Create(1024);
        Fill(session, 100);
        var before = File.ReadAllBytes(_folder.File + "-wal");

        var broken = () => session.InTransaction(() =>
        {
            Execute(session, "UPDATE items SET content = randomblob(3000)");
            throw new InvalidDataException("not the database's fault");
        });

        broken.Should().Throw<InvalidDataException>();
        File.ReadAllBytes(_folder.File + "-wal").Should().Equal(before);
    }

    [Fact]
    public void Log_PaddedToSectors_IsWhollyInTheFile_AfterEachCommit()
    {
        using var session = Create(1024, $"file:{_folder.File}?psow=0");
        Execute(session, "PRAGMA synchronous = FULL");
        Execute(session, "PRAGMA wal_autocheckpoint = 0");
        Fill(session, 12);

        for (var i = 0; i < 600; i++)
        {
            Execute(session, $"UPDATE items SET content = zeroblob({300 + (i % 2)}) WHERE number <= {i % 12}");
            // Frames are 1,048 bytes long and follow a header of 32.
            var left = (new FileInfo(_folder.File + "-wal").Length - 32) % 1048;

            left.Should().Be(0, $"commit {i} is answered");
        }
    }

    private SqliteSession Create(int pageSize, string? name = null)
    {
        var session = new SqliteSession(LogVfs.Of($"Data Source={name ?? _folder.File};Pooling=False"), TimeSpan.FromSeconds(5));
        Execute(session, $"PRAGMA page_size = {pageSize}");
        Execute(session, "PRAGMA journal_mode = WAL");
        Execute(session, "PRAGMA synchronous = NORMAL");
        Execute(session, "PRAGMA cache_spill = OFF");
        Execute(session, "PRAGMA wal_autocheckpoint = 200");
        Execute(session, "CREATE TABLE items (number INTEGER PRIMARY KEY, name TEXT UNIQUE, content BLOB)");
        return session;
    }

    private static void Fill(SqliteSession session, int count) => session.InTransaction(() =>
    {
        for (var i = 0; i < count; i++)
            Execute(session, $"INSERT INTO items VALUES ({i}, 'item {i}', randomblob(300))");
    });

    private static void ChangeAtRandom(SqliteSession session, Random random)
    {
        if (random.Next(12) == 0)
            session.TryShrinkLog();
        var giveUp = new InvalidDataException("given up");
        try
        {
            session.InTransaction(() =>
            {
                for (var left = random.Next(1, 40); left > 0; left--)
                    ChangeOne(session, random);
                if (random.Next(5) == 0)
                    throw giveUp;
            });
        }
        catch (InvalidDataException e) when (e == giveUp)
        {
            // One of five is rolled back.
        }
    }

    private static void ChangeOne(SqliteSession session, Random random)
    {
        var number = random.Next(200);
        var bytes = random.Next(10) == 0 ? random.Next(60_000) : random.Next(400);
        Execute(session, random.Next(4) switch
        {
            0 => $"DELETE FROM items WHERE number = {number}",
            1 => $"UPDATE items SET content = randomblob({bytes}) WHERE number >= {number} AND number < {number + 5}",
            _ => $"INSERT OR REPLACE INTO items VALUES ({number}, 'item {random.Next(1000)} of {number}', randomblob({bytes}))",
        });
    }

    private string Copy(int number)
    {
        var copy = _folder.File + number;
        File.Copy(_folder.File, copy);
        File.Copy(_folder.File + "-wal", copy + "-wal");
        return copy;
    }

    private static void Execute(SqliteSession session, string sql) => session.Execute(sql);

    private static List<string> Rows(SqliteSession session)
    {
        var rows = new List<string>();
        session.Statement(All).Read(row =>
        {
            rows.Add(row.Text(0));
            return true;
        });
        return rows;
    }

    private static List<string> Rows(string file) => Ask(file, All);

    // With the system's own way to the files.
    private static List<string> Ask(string file, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
            rows.Add(reader.GetString(0));
        return rows;
    }

    private static long WritesOfThisThread() =>
        long.Parse(File.ReadLines("/proc/thread-self/io").Single(line => line.StartsWith("syscw:", StringComparison.Ordinal))["syscw:".Length..]);
}
