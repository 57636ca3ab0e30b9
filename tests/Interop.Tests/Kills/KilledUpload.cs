using System.Globalization;
using Ferry.Interop.Tests.Tus;
using Ferry.Testing.Processes;

namespace Ferry.Interop.Tests.Kills;

/// <summary>A tus upload of the program <c>ferry</c> that is killed.</summary>
/// <param name="server">The server; no other upload runs there meanwhile.</param>
/// <param name="file">The file.</param>
/// <param name="size">Its size in bytes.</param>
/// <param name="state">The data directory.</param>
/// <param name="rate">Bytes a second.</param>
internal sealed class KilledUpload(TusServer server, string file, long size, string state, long rate) : IKilledTransfer
{
    /// <summary>The most bytes that one request carries.</summary>
    public const long Chunk = 2 * 1024 * 1024;

    private static readonly HttpClient Http = new();

    private readonly int _before = server.Requests.Count;
    private int _held;
    private long _point;
    private int _seen = server.Requests.Count;

    /// <inheritdoc/>
    public IReadOnlyList<string> Command =>
    [
        "put", file, server.Url.AbsoluteUri, "--tus", "--data-dir", state, "--json", "--durability", "process",
        "--chunk-size", Chunk.ToString(CultureInfo.InvariantCulture), "--limit-rate", rate.ToString(CultureInfo.InvariantCulture),
    ];

    /// <inheritdoc/>
    public TimeSpan Limit => RunLimit.Of(size, rate);

    /// <summary>The server's requests since this was made.</summary>
    public IReadOnlyList<TusRequest> Requests => [.. server.Requests.Skip(_before)];

    private long ReadTo => Requests.Where(r => r.Method == "PATCH").Max(r => r.Offset + r.Bytes) ?? 0;

    /// <summary>The point of a run lies behind what the server has, and before the end.</summary>
    /// <param name="point">The point that is wanted.</param>
    public async Task PrepareAsync(long point)
    {
        _point = Math.Min(Math.Max(point, ReadTo + 1), size - 1);
        await server.HoldAtAsync(_point);
    }

    /// <inheritdoc/>
    public async Task<long?> BeginsAtAsync(FerryProcess process)
    {
        var (sending, ended) = (server.SendsFromAsync(_seen), process.EndAsync(Limit));
        return await Task.WhenAny(sending, ended) == sending ? await sending : null;
    }

    /// <inheritdoc/>
    public async Task ReachedAsync() => _held = await server.HeldAtAsync(_point);

    /// <inheritdoc/>
    public async Task<(long Sent, long Written)> GoneAsync()
    {
        await server.ReleaseAsync(_held);
        var had = await OffsetAsync();
        _seen = server.Requests.Count;
        return (ReadTo, had);
    }

    // What the server says it has is what the next run must go on from.
    private async Task<long> OffsetAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, new Uri(server.Url, Requests.Last(r => r.Method == "PATCH").Path));
        request.Headers.Add("Tus-Resumable", "1.0.0");
        using var limit = new CancellationTokenSource(FerryProcess.Patience);
        using var answer = await Http.SendAsync(request, limit.Token);
        return long.Parse(answer.EnsureSuccessStatusCode().Headers.GetValues("Upload-Offset").Single(), CultureInfo.InvariantCulture);
    }
}
