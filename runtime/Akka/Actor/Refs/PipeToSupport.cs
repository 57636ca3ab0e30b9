namespace Akka.Actor;

/// <summary>
/// Sends the outcome of a task as a message; a failure becomes <see cref="Status.Failure"/> unless mapped. Where no sender is given the
/// message has none.
/// </summary>
public static class PipeToSupport
{
    public static Task PipeTo<T>(
        this Task<T> taskToPipe, ICanTell recipient, IActorRef? sender = null,
        Func<T, object>? success = null, Func<Exception, object>? failure = null) =>
        Pipe(taskToPipe, recipient, sender, Mapper(success), failure, useConfigureAwait: false);

    public static Task PipeTo<T>(
        this Task<T> taskToPipe, ICanTell recipient, bool useConfigureAwait, IActorRef? sender = null,
        Func<T, object>? success = null, Func<Exception, object>? failure = null) =>
        Pipe(taskToPipe, recipient, sender, Mapper(success), failure, useConfigureAwait);

    public static Task PipeTo(
        this Task taskToPipe, ICanTell recipient, IActorRef? sender = null,
        Func<object>? success = null, Func<Exception, object>? failure = null) =>
        Pipe(taskToPipe, recipient, sender, success, failure, useConfigureAwait: false);

    public static Task PipeTo(
        this Task taskToPipe, ICanTell recipient, bool useConfigureAwait, IActorRef? sender = null,
        Func<object>? success = null, Func<Exception, object>? failure = null) =>
        Pipe(taskToPipe, recipient, sender, success, failure, useConfigureAwait);

    public static Task PipeTo<T>(
        this ValueTask<T> taskToPipe, ICanTell recipient, IActorRef? sender = null,
        Func<T, object>? success = null, Func<Exception, object>? failure = null) =>
        taskToPipe.AsTask().PipeTo(recipient, sender, success, failure);

    public static Task PipeTo<T>(
        this ValueTask<T> taskToPipe, ICanTell recipient, bool useConfigureAwait, IActorRef? sender = null,
        Func<T, object>? success = null, Func<Exception, object>? failure = null) =>
        taskToPipe.AsTask().PipeTo(recipient, useConfigureAwait, sender, success, failure);

    public static Task PipeTo(
        this ValueTask taskToPipe, ICanTell recipient, IActorRef? sender = null,
        Func<object>? success = null, Func<Exception, object>? failure = null) =>
        taskToPipe.AsTask().PipeTo(recipient, sender, success, failure);

    public static Task PipeTo(
        this ValueTask taskToPipe, ICanTell recipient, bool useConfigureAwait, IActorRef? sender = null,
        Func<object>? success = null, Func<Exception, object>? failure = null) =>
        taskToPipe.AsTask().PipeTo(recipient, useConfigureAwait, sender, success, failure);

    private static Func<T, object> Mapper<T>(Func<T, object>? success) => success ?? (static value => value!);

    private static async Task Pipe<T>(
        Task<T> task, ICanTell recipient, IActorRef? sender, Func<T, object> success, Func<Exception, object>? failure, bool useConfigureAwait)
    {
        object message;
        try
        {
            message = success(await task.ConfigureAwait(useConfigureAwait));
        }
        catch (Exception cause)
        {
            message = Failure(cause, failure);
        }

        recipient.Tell(message, sender!);
    }

    private static async Task Pipe(
        Task task, ICanTell recipient, IActorRef? sender, Func<object>? success, Func<Exception, object>? failure, bool useConfigureAwait)
    {
        object? message;
        try
        {
            await task.ConfigureAwait(useConfigureAwait);
            message = success?.Invoke();
        }
        catch (Exception cause)
        {
            message = Failure(cause, failure);
        }

        // A task without a result has nothing to say on success unless a mapper was given.
        if (message is not null)
            recipient.Tell(message, sender!);
    }

    private static object Failure(Exception cause, Func<Exception, object>? failure) =>
        failure is null ? new Status.Failure(cause) : failure(cause);
}
