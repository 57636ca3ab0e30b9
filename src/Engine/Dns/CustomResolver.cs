using System.Net;
using Ferry.Engine.Errors;

namespace Ferry.Engine.Dns;

/// <summary>Asks the caller's servers in turn, then the system (docs/decisions/0012).</summary>
/// <param name="servers">In the order to ask them.</param>
/// <param name="key">What tells this set of servers from another in a shared cache.</param>
/// <param name="tools">The waits, and the system.</param>
/// <param name="cache">Where names are kept.</param>
/// <param name="time">The clock of the waits.</param>
/// <param name="owned">What is disposed with this.</param>
internal sealed class CustomResolver(
    IReadOnlyList<IDnsServer> servers, string key, NameResolverTools tools, NameCache cache, TimeProvider time, IDisposable? owned)
    : INameResolver, IDisposable
{
    /// <summary>How long it stands that nobody could say anything; RFC 9520 section 3.2 asks for a second at least.</summary>
    public static readonly TimeSpan KeepFailure = TimeSpan.FromSeconds(1);

    /// <summary>How long the system's answer stands, which has no TTL.</summary>
    public static readonly TimeSpan KeepSystem = TimeSpan.FromSeconds(5);

    public async ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(host);
        if (HostName.Literal(host) is { } literal)
            return [literal];
        var ascii = HostName.ToAscii(host);
        if (HostName.Loopback(ascii) is { } loopback)
            return loopback;
        var name = ascii.TrimEnd('.');
        return await cache.GetAsync(new NameKey(key, name), token => LookUpAsync(name, token), cancellationToken);
    }

    public void Dispose() => owned?.Dispose();

    private async Task<Lookup> LookUpAsync(string name, CancellationToken cancellationToken)
    {
        var failures = new List<string>();
        foreach (var server in servers)
        {
            switch (await PairLookup.AskAsync(server, name, tools.OtherFamilyDelay, time, cancellationToken))
            {
                case AddressesFound found:
                    return new Lookup(found.Addresses, Error: null, TimeSpan.FromSeconds(found.Seconds));
                case NothingThere nothing:
                    return new Lookup([], Denied(name, server, nothing), TimeSpan.FromSeconds(nothing.Seconds));
                case NotAnswered failed:
                    failures.Add($"{server.Name} {failed.Reason}");
                    break;
            }
        }
        try
        {
            return new Lookup(await tools.System.ResolveAsync(name, cancellationToken), Error: null, KeepSystem);
        }
        catch (TransferException)
        {
            return new Lookup([], Unknown(name, failures), KeepFailure);
        }
    }

    private static TransferError Denied(string name, IDnsServer server, NothingThere nothing) =>
        new(ErrorCode.HostNotResolved, ErrorStage.Resolving, ErrorSide.Network,
            $"The name of {name} could not be resolved: {server.Name} says that it {(nothing.NoSuchName ? "does not exist" : "has no address")}.");

    private static TransferError Unknown(string name, List<string> failures) =>
        new(ErrorCode.HostNotResolved, ErrorStage.Resolving, ErrorSide.Network,
            $"The name of {name} could not be resolved: {string.Join(", ", failures)}, and the system could not resolve it.")
        {
            RetryCanHelp = true,
        };
}
