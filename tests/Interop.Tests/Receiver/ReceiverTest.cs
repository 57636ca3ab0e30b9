using Ferry.Interop.Tests.Tus;

namespace Ferry.Interop.Tests.Receiver;

/// <summary>A client of others, and our receiver.</summary>
public abstract class ReceiverTest : InteropTest
{
    internal const string Client = "tus-js-client";

    /// <summary>The file in which the client remembers URLs.</summary>
    protected string Storage => Path.Combine(Place, "urls.json");

    internal override Task<TusServer> StartServerAsync() => TusServer.FerryAsync(Received);
}
