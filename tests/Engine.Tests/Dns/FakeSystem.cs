using System.Net;
using Ferry.Engine.Dns;
using Ferry.Engine.Errors;

namespace Ferry.Engine.Tests.Dns;

/// <summary>The system's resolver as a test wants it: one address for every name, or none for any.</summary>
internal sealed class FakeSystem(string? address = null) : INameResolver
{
    public static readonly IPAddress Address = IPAddress.Parse("198.51.100.1");

    public List<string> Asked { get; } = [];

    public ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        Asked.Add(host);
        return address is null
            ? throw new TransferException(new TransferError(ErrorCode.HostNotResolved, ErrorStage.Resolving, ErrorSide.Network, "The system says no."))
            : ValueTask.FromResult<IReadOnlyList<IPAddress>>([IPAddress.Parse(address)]);
    }
}
