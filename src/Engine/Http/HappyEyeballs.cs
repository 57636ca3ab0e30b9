using System.Net;
using System.Net.Sockets;

namespace Ferry.Engine.Http;

/// <summary>Tries a host's addresses one after the other, without waiting long for any (RFC 8305).</summary>
internal static class HappyEyeballs
{
    /// <summary>The addresses with the families taking turns, beginning with that of the first (section 4). The order within a family stays.</summary>
    public static IReadOnlyList<IPAddress> Order(IReadOnlyList<IPAddress> addresses)
    {
        if (addresses.Count < 2)
            return addresses;
        var first = new Queue<IPAddress>(addresses.Where(a => a.AddressFamily == addresses[0].AddressFamily));
        var other = new Queue<IPAddress>(addresses.Where(a => a.AddressFamily != addresses[0].AddressFamily));
        var ordered = new List<IPAddress>(addresses.Count);
        while (first.Count + other.Count > 0)
        {
            if (first.TryDequeue(out var one))
                ordered.Add(one);
            if (other.TryDequeue(out var two))
                ordered.Add(two);
        }
        return ordered;
    }

    /// <summary>Connects to the first address that answers; the others are given up and disposed (section 5).</summary>
    /// <param name="addresses">In the order to try them; not empty.</param>
    /// <param name="connect">Connects to one; disposes what it made where it fails.</param>
    /// <param name="delay">How long one is tried before the next is tried beside it.</param>
    /// <param name="time">The clock of the delay.</param>
    /// <param name="cancellationToken">Gives all of them up.</param>
    public static async Task<T> RaceAsync<T>(
        IReadOnlyList<IPAddress> addresses, Func<IPAddress, CancellationToken, Task<T>> connect,
        TimeSpan delay, TimeProvider time, CancellationToken cancellationToken)
        where T : class, IDisposable
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = new List<Task<T>>();
        Exception? firstFailure = null;
        var next = 0;
        while (true)
        {
            if (next < addresses.Count && !cancellationToken.IsCancellationRequested)
                running.Add(connect(addresses[next++], over.Token));
            if (running.Count == 0)
                throw firstFailure ?? new OperationCanceledException(cancellationToken);
            var another = next < addresses.Count && !cancellationToken.IsCancellationRequested;
            var ended = await FirstAsync(running, another ? delay : null, time, cancellationToken);
            if (ended < 0)
                continue;
            var done = running[ended];
            running.RemoveAt(ended);
            if (done.IsCompletedSuccessfully)
            {
                await over.CancelAsync();
                running.ForEach(DisposeLater);
                return await done;
            }
            firstFailure ??= done.Exception?.InnerException ?? new OperationCanceledException(cancellationToken);
        }
    }

    /// <summary>Connects a TCP socket; it is disposed where that fails.</summary>
    public static async Task<Socket> ConnectAsync(IPEndPoint address, CancellationToken cancellationToken)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(address, cancellationToken);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    // The index of the first that ended; -1 where the delay passed before.
    private static async Task<int> FirstAsync<T>(List<Task<T>> running, TimeSpan? delay, TimeProvider time, CancellationToken cancellationToken)
    {
        if (delay is not { } patience)
            return running.IndexOf(await Task.WhenAny(running));
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var done = await Task.WhenAny([.. running, Task.Delay(patience, time, enough.Token)]);
        await enough.CancelAsync();
        return done is Task<T> ended ? running.IndexOf(ended) : -1;
    }

    private static void DisposeLater<T>(Task<T> late)
        where T : class, IDisposable =>
        _ = late.ContinueWith(
            static t =>
            {
                if (t.IsCompletedSuccessfully)
                    t.Result.Dispose();
                else
                    _ = t.Exception;
            },
            CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
}
