using Akka.Actor;
using Ferry.Actors.Protocol;
using Ferry.Engine.Errors;

namespace Ferry.Actors.Client;

/// <summary>The response cache of the engine that a session belongs to: one for the whole process's engine, whichever session asks.</summary>
public sealed class ResponseCache
{
    private readonly IActorRef _supervisor;

    internal ResponseCache(IActorRef supervisor) => _supervisor = supervisor;

    /// <summary>Enables the cache. One of this size stays as it is; with another size an empty one takes its place.</summary>
    /// <param name="size">Bytes at most; more than <see cref="Engine.Cache.ResponseCache.MaxSize"/> is clamped to it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="TransferException">It could not be done; the error says why.</exception>
    public Task Create(long size = Engine.Cache.ResponseCache.MaxSize, CancellationToken cancellationToken = default) =>
        AskAsync(new CreateCache(size), cancellationToken);

    /// <summary>Writes what is cached to the disk, whole or not at all.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="TransferException">It could not be written; the error says why.</exception>
    public Task Flush(CancellationToken cancellationToken = default) => AskAsync(new FlushCache(), cancellationToken);

    /// <summary>Disables the cache and deletes its data, on the disk too.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="TransferException">It could not be deleted; the error says why.</exception>
    public Task Delete(CancellationToken cancellationToken = default) => AskAsync(new DeleteCache(), cancellationToken);

    private async Task AskAsync(ITransferCommand command, CancellationToken cancellationToken)
    {
        if (await _supervisor.Ask<object>(command, timeout: null, cancellationToken) is CommandRejected rejected)
            throw new TransferException(rejected.Error);
    }
}
