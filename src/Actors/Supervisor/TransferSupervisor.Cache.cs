using Akka.Actor;
using Ferry.Actors.Protocol;
using Ferry.Engine.Cache;
using Ferry.Engine.Errors;
using Microsoft.Extensions.Logging;

namespace Ferry.Actors.Supervisor;

/// <content>The response cache: made with the engine's I/O, told what to do by commands.</content>
public sealed partial class TransferSupervisor
{
    private ResponseCache? _cache;

    private void MakeCache()
    {
        if (_options.CacheInPlace() is { } settings)
            _cache = new ResponseCache(settings, warning => CacheWarning(_log, warning));
    }

    private void ReceiveCacheCommands()
    {
        Receive<CreateCache>(m => Guard(m, OnCreateCache));
        Receive<FlushCache>(m => Guard(m, _ => WithCache(cache => cache.FlushAsync())));
        Receive<DeleteCache>(m => Guard(m, _ => WithCache(cache => cache.DeleteAsync())));
    }

    private void OnCreateCache(CreateCache create)
    {
        if (create.Size < 1)
        {
            Sender.Tell(new CommandRejected(null, Problem($"cacheSize is {create.Size}; it must be 1 or more.")));
            return;
        }
        WithCache(cache =>
        {
            cache.Create(create.Size);
            return Task.CompletedTask;
        });
    }

    private void WithCache(Func<ResponseCache, Task> run)
    {
        if (_cache is not { } cache)
        {
            Sender.Tell(new CommandRejected(null, Problem("The response cache is off: give the engine cache settings.")));
            return;
        }
        _ = run(cache).PipeTo(Sender, Self, () => new CacheDone(), Rejected);
    }

    private static CommandRejected Rejected(Exception thrown) => new(null, ErrorClassifier.Classify(thrown, ErrorStage.Writing, "the response cache"));

    [LoggerMessage(EventId = 20, Level = LogLevel.Warning, Message = "{Warning}")]
    private static partial void CacheWarning(ILogger logger, string warning);
}
