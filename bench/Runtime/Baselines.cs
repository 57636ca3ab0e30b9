using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace Ferry.Bench.Runtime;

/// <summary>The same work as <see cref="ActorWork"/> has done, without actors.</summary>
internal static class Baselines
{
    /// <summary>Pairs that send messages to and fro, each end a ConcurrentQueue that queues itself to the thread pool.</summary>
    /// <returns>The time from the first message to the last.</returns>
    public static async Task<TimeSpan> PingPongAsync(int pairs, int inFlight, int messages)
    {
        var players = Enumerable.Range(0, pairs).Select(_ => (Ping: new End(messages / pairs / 2), Pong: new End(null))).ToArray();
        var ball = new object();
        var clock = Stopwatch.StartNew();
        foreach (var (ping, pong) in players)
        {
            for (var i = 0; i < inFlight; i++)
                pong.Post(ball, ping);
        }
        await Task.WhenAll(players.Select(p => p.Ping.Ended));
        return clock.Elapsed;
    }

    /// <summary>The same with a reader task for each end, on a channel.</summary>
    /// <returns>The time from the first message to the last.</returns>
    public static async Task<TimeSpan> ChannelPingPongAsync(int pairs, int inFlight, int messages)
    {
        var players = Enumerable.Range(0, pairs).Select(_ => (Ping: new ChannelEnd(messages / pairs / 2), Pong: new ChannelEnd(null))).ToArray();
        var ball = new object();
        var clock = Stopwatch.StartNew();
        foreach (var (ping, pong) in players)
        {
            for (var i = 0; i < inFlight; i++)
                pong.Post(ball, ping);
        }
        await Task.WhenAll(players.Select(p => p.Ping.Ended));
        var time = clock.Elapsed;
        foreach (var (ping, pong) in players)
            await Task.WhenAll(ping.CloseAsync(), pong.CloseAsync());
        return time;
    }

    /// <summary>Writes rows to the journal's table, on one connection, each in a transaction of its own.</summary>
    /// <returns>The time of all.</returns>
    public static TimeSpan CommitEach(string file, int events, byte[] payload)
    {
        using var connection = Open(file);
        Execute(connection, "PRAGMA journal_mode = WAL");
        Execute(connection, "PRAGMA synchronous = FULL");
        Execute(connection, """
            CREATE TABLE IF NOT EXISTS event_journal (
              ordering INTEGER PRIMARY KEY NOT NULL,
              persistence_id VARCHAR(255) NOT NULL,
              sequence_nr INTEGER(8) NOT NULL,
              is_deleted INTEGER(1) NOT NULL,
              manifest VARCHAR(255) NULL,
              timestamp INTEGER NOT NULL,
              payload BLOB NOT NULL,
              tags VARCHAR(2000) NULL,
              serializer_id INTEGER(4),
              UNIQUE (persistence_id, sequence_nr))
            """);
        using var insert = connection.CreateCommand();
        insert.CommandText = """
            INSERT INTO event_journal (persistence_id, sequence_nr, is_deleted, manifest, timestamp, payload, serializer_id)
            VALUES (@id, @number, 0, '', @time, @payload, 4)
            """;
        insert.Parameters.AddWithValue("@id", ActorWork.Id(0));
        var number = insert.Parameters.AddWithValue("@number", 0L);
        insert.Parameters.AddWithValue("@time", TimeProvider.System.GetUtcNow().Ticks);
        insert.Parameters.AddWithValue("@payload", payload);
        insert.Prepare();
        var clock = Stopwatch.StartNew();
        for (var i = 1L; i <= events; i++)
        {
            number.Value = i;
            insert.ExecuteNonQuery();
        }
        return clock.Elapsed;
    }

    /// <summary>Reads the events of each actor on one connection, one actor after the other.</summary>
    /// <returns>The time of all.</returns>
    public static TimeSpan ReadEach(string file, int actors, int events)
    {
        using var connection = Open(file);
        using var select = connection.CreateCommand();
        select.CommandText = "SELECT sequence_nr, timestamp, manifest, payload, serializer_id FROM event_journal WHERE persistence_id = @id ORDER BY sequence_nr";
        var id = select.Parameters.AddWithValue("@id", "");
        select.Prepare();
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < actors; i++)
        {
            id.Value = ActorWork.Id(i);
            if (Read(select) != events)
                throw new InvalidOperationException($"{id.Value} has not {events} events.");
        }
        return clock.Elapsed;
    }

    /// <summary>Reads the events of all actors with one statement.</summary>
    /// <returns>The time of all.</returns>
    public static TimeSpan ReadAll(string file, int rows)
    {
        using var connection = Open(file);
        using var select = connection.CreateCommand();
        select.CommandText = "SELECT sequence_nr, timestamp, manifest, payload, serializer_id FROM event_journal ORDER BY ordering";
        select.Prepare();
        var clock = Stopwatch.StartNew();
        if (Read(select) != rows)
            throw new InvalidOperationException($"The journal has not {rows} rows.");
        return clock.Elapsed;
    }

    private static int Read(SqliteCommand select)
    {
        var rows = 0;
        using var row = select.ExecuteReader();
        while (row.Read())
        {
            _ = (row.GetInt64(0), row.GetInt64(1), row.GetString(2), row.GetFieldValue<byte[]>(3), row.GetInt32(4));
            rows++;
        }
        return rows;
    }

    private static SqliteConnection Open(string file)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ConnectionString);
        connection.Open();
        return connection;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>One end of a pair. One that has a number of rounds counts them; one that has none sends back for ever.</summary>
    private sealed class End(int? rounds) : IThreadPoolWorkItem
    {
        // As many as an actor of the default dispatcher handles before others have the thread.
        private const int Throughput = 30;

        private readonly ConcurrentQueue<(object Message, End Sender)> _queue = new();
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _scheduled;
        private int _received;

        public Task Ended => _ended.Task;

        public void Post(object message, End sender)
        {
            _queue.Enqueue((message, sender));
            Schedule();
        }

        void IThreadPoolWorkItem.Execute()
        {
            for (var left = Throughput; left > 0 && _queue.TryDequeue(out var item); left--)
                Handle(item.Message, item.Sender);
            Volatile.Write(ref _scheduled, 0);
            Schedule();
        }

        private void Schedule()
        {
            Interlocked.MemoryBarrier();
            if (Volatile.Read(ref _scheduled) == 0 && !_queue.IsEmpty && Interlocked.CompareExchange(ref _scheduled, 1, 0) == 0)
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }

        private void Handle(object message, End sender)
        {
            if (rounds is null || ++_received < rounds)
                sender.Post(message, this);
            else if (_received == rounds)
                _ended.SetResult();
        }
    }

    /// <summary>One end of a pair as a task that reads a channel.</summary>
    private sealed class ChannelEnd
    {
        private readonly Channel<(object Message, ChannelEnd Sender)> _channel =
            Channel.CreateUnbounded<(object Message, ChannelEnd Sender)>(new UnboundedChannelOptions { SingleReader = true });

        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly int? _rounds;
        private readonly Task _reading;
        private int _received;

        public ChannelEnd(int? rounds)
        {
            _rounds = rounds;
            _reading = ReadAsync();
        }

        public Task Ended => _ended.Task;

        public void Post(object message, ChannelEnd sender) => _channel.Writer.TryWrite((message, sender));

        public Task CloseAsync()
        {
            _channel.Writer.TryComplete();
            return _reading;
        }

        private async Task ReadAsync()
        {
            while (await _channel.Reader.WaitToReadAsync())
            {
                while (_channel.Reader.TryRead(out var item))
                    Handle(item.Message, item.Sender);
            }
        }

        private void Handle(object message, ChannelEnd sender)
        {
            if (_rounds is null || ++_received < _rounds)
                sender.Post(message, this);
            else if (_received == _rounds)
                _ended.SetResult();
        }
    }
}
