using System.Net;
using Ferry.Engine.Dns;
using Ferry.Engine.Errors;
using Ferry.Engine.Tests.Http;
using Ferry.Testing.Time;

namespace Ferry.Engine.Tests.Dns;

/// <summary>A resolver on a clock that stands still: nothing times out unless a test lets it.</summary>
public abstract class ResolverFixture
{
    protected const string Host = "a.example";
    protected static readonly IPAddress Four = IPAddress.Parse("192.0.2.1");
    protected static readonly IPAddress Six = IPAddress.Parse("2001:db8::1");

    protected ManualTimeProvider Time { get; } = new();

    internal FakeSystem System { get; set; } = new();

    internal INameResolver Resolver(params string[] servers) => Resolver(servers, doh: null);

    internal INameResolver Resolver(string[] servers, string? doh, Func<HttpMessageInvoker>? invoker = null) =>
        NameResolvers.For(servers, doh, Time, new NameResolverTools { System = System, DohInvoker = invoker });

    internal static Task<IReadOnlyList<IPAddress>> ResolveAsync(INameResolver resolver, string host = Host, CancellationToken cancellationToken = default) =>
        resolver.ResolveAsync(host, cancellationToken).AsTask().WaitAsync(Calls.Soon, CancellationToken.None);

    internal static async Task<TransferError> FailAsync(INameResolver resolver, string host = Host)
    {
        var resolve = () => ResolveAsync(resolver, host);
        var error = (await resolve.Should().ThrowAsync<TransferException>()).Which.Error;
        error.Code.Should().Be(ErrorCode.HostNotResolved);
        error.Stage.Should().Be(ErrorStage.Resolving);
        error.Message.Should().Contain(host);
        return error;
    }

    /// <summary>Waits for what other threads bring about.</summary>
    protected static async Task UntilAsync(Func<bool> isSo)
    {
        using var limit = new CancellationTokenSource(Calls.Soon);
        while (!isSo())
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
