namespace Akka.Persistence.Sqlite.Db;

/// <summary>A piece of work on a connection, and the task that ends with it.</summary>
internal abstract class SqliteJob
{
    /// <summary>Whether it needs a transaction.</summary>
    public required bool Writes { get; init; }

    /// <summary>How many of the database's tables must have been made before.</summary>
    public required int Tables { get; init; }

    /// <summary>Whether it is a single statement, which SQLite undoes itself where it fails.</summary>
    public bool IsOneStatement { get; init; }

    /// <summary>Whether it was told its end, which is its failure unless the whole batch is done.</summary>
    public abstract bool IsSettled { get; }

    public abstract void Run(SqliteSession session);

    public abstract void Complete();

    public abstract void Fail(Exception cause);
}

internal sealed class SqliteJob<T>(Func<SqliteSession, T> work, Func<Exception, Exception> describe) : SqliteJob
{
    private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _result;

    public Task<T> Task => _done.Task;

    public override bool IsSettled => _done.Task.IsCompleted;

    public override void Run(SqliteSession session) => _result = work(session);

    public override void Complete() => _done.TrySetResult(_result!);

    public override void Fail(Exception cause) => _done.TrySetException(describe(cause));
}
