using System.Text;
using Ferry.Engine.Errors;
using Ferry.Engine.Http;
using Ferry.Engine.Requests;
using Ferry.Testing.Tls;

namespace Ferry.Engine.Tests.Http.Profiles;

/// <summary>What tests of connections share: an authority, a folder for its files, a transport whose names are all this machine.</summary>
public abstract class ConnectionTest : IDisposable
{
    private readonly List<IDisposable> _owned = [];
    private HttpTransport? _transport;

    private protected TestAuthority Authority { get; } = new();

    private protected FixedNames Names { get; } = new();

    private protected TransportSettings Settings { get; set; } = new() { ReadEnvironment = _ => null };

    private protected HttpTransport Transport => _transport ??= new HttpTransport(Settings, TimeProvider.System, _ => Names);

    protected DirectoryInfo Folder { get; } = Directory.CreateTempSubdirectory("ferry-connections-");

    public void Dispose()
    {
        _transport?.Dispose();
        _owned.ForEach(o => o.Dispose());
        Authority.Dispose();
        Folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>A file of the test's folder.</summary>
    protected string Write(string name, string text) => Write(name, Encoding.UTF8.GetBytes(text));

    protected string Write(string name, byte[] bytes)
    {
        var path = Path.Combine(Folder.FullName, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    /// <summary>The options of a request that trusts the test's authority.</summary>
    private protected RequestOptions Trusting(RequestOptions options) => options with { CaPath = Write("root.pem", Authority.RootPem) };

    private protected T Own<T>(T made)
        where T : IDisposable
    {
        _owned.Add(made);
        return made;
    }

    private protected async Task<HttpAnswer> SendAsync(string url, Func<RequestOptions, RequestOptions>? change = null, Action<Redirect>? onRedirect = null) =>
        await Transport.SendAsync(Calls.Get(url, change), onRedirect, CancellationToken.None).WaitAsync(Calls.Soon);

    /// <summary>The body and the protocol of a good answer.</summary>
    private protected async Task<(string Body, string Version)> GetAsync(string url, Func<RequestOptions, RequestOptions>? change = null)
    {
        await using var answer = await SendAsync(url, change);
        answer.Head.Status.Should().Be(200);
        return (Encoding.Latin1.GetString(await Calls.ReadAllAsync(answer)), answer.Head.HttpVersion.ToString());
    }

    private protected async Task<TransferError> FailAsync(string url, Func<RequestOptions, RequestOptions>? change = null)
    {
        var send = () => SendAsync(url, change);
        var thrown = (await send.Should().ThrowAsync<TransferException>()).Which;
        thrown.Error.Message.Should().NotContain("hush", "no message tells a secret");
        return thrown.Error;
    }
}
