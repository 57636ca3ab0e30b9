namespace Akka.Actor;

public static class Futures
{
    public static Task<object> Ask(this ICanTell self, object message, TimeSpan? timeout = null) =>
        self.Ask<object>(message, timeout, CancellationToken.None);

    public static Task<object> Ask(this ICanTell self, object message, CancellationToken cancellationToken) =>
        self.Ask<object>(message, null, cancellationToken);

    public static Task<object> Ask(this ICanTell self, object message, TimeSpan? timeout, CancellationToken cancellationToken) =>
        self.Ask<object>(message, timeout, cancellationToken);

    public static Task<T> Ask<T>(this ICanTell self, object message, TimeSpan? timeout = null) =>
        self.Ask<T>(message, timeout, CancellationToken.None);

    public static Task<T> Ask<T>(this ICanTell self, object message, CancellationToken cancellationToken) =>
        self.Ask<T>(message, null, cancellationToken);

    public static Task<T> Ask<T>(this ICanTell self, object message, TimeSpan? timeout, CancellationToken cancellationToken) =>
        self.Ask<T>(_ => message, timeout, cancellationToken);

    public static Task<T> Ask<T>(
        this ICanTell self, Func<IActorRef, object> messageFactory, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        var system = SystemOf(self) ?? throw new NotSupportedException("Only what belongs to an actor system can be asked.");
        cancellationToken.ThrowIfCancellationRequested();
        var asker = new FutureActorRef<T>(system, system.NextTempPath());
        self.Tell(messageFactory(asker), asker);

        var limit = timeout ?? system.Settings.AskTimeout;
        var limited = limit > TimeSpan.Zero && limit != Timeout.InfiniteTimeSpan;
        return asker.Reply.IsCompleted || (!limited && !cancellationToken.CanBeCanceled)
            ? asker.Reply
            : AwaitAsync(asker, limited ? limit : Timeout.InfiniteTimeSpan, cancellationToken);
    }

    private static async Task<T> AwaitAsync<T>(FutureActorRef<T> asker, TimeSpan limit, CancellationToken cancellationToken)
    {
        try
        {
            return await asker.Reply.WaitAsync(limit, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException) when (!asker.Reply.IsCompleted)
        {
            asker.Cancel(CancellationToken.None); // a late reply is a dead letter
            throw new AskTimeoutException($"No answer within {limit}.");
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            asker.Cancel(cancellationToken);
            throw;
        }
    }

    private static ActorSystemImpl? SystemOf(ICanTell target) => target switch
    {
        LocalActorRef local => local.Cell.SystemImpl,
        EmptyLocalActorRef empty => empty.System,
        ActorSelection selection => SystemOf(selection.Anchor),
        _ => ActorCell.Current?.SystemImpl,
    };
}
