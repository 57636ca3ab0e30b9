using System.Net;
using Ferry.Interop.Tests.Tus;
using Ferry.Testing.Processes;
using Xunit.Abstractions;

namespace Ferry.Interop.Tests.Uploader;

/// <summary>What our client does with a tus server, whoever wrote that.</summary>
public abstract class FerryClientScenarios(ITestOutputHelper output) : InteropTest
{
    protected const int Size = 40 * MiB + 5;
    protected const int Chunk = 4 * MiB;
    private const int Seed = 20261125;
    private const int UploadFailed = 2300025;

    /// <summary>Where the server has put what the last upload sent, in its directory.</summary>
    protected abstract string StoredName { get; }

    /// <summary>Has what is unfinished expire.</summary>
    protected abstract Task ExpireAsync();

    protected async Task WholeAsync()
    {
        var run = await Client().RunAsync();

        run.IsDone.Should().BeTrue($"{run}");
        Server.Requests.Select(r => $"{r.Method} {r.Status}").Should().Equal("OPTIONS 204", "POST 201", "PATCH 204");
        ShouldBeReceived(Size, StoredName);
    }

    protected async Task ChunksAsync(bool checksum)
    {
        var run = await Client(Chunk, checksum).RunAsync();

        run.IsDone.Should().BeTrue($"{run}");
        Offsets().Should().Equal(Enumerable.Range(0, (Size / Chunk) + 1).Select(i => (long?)(i * Chunk)));
        ShouldBeReceived(Size, StoredName);
    }

    protected async Task EmptyAsync()
    {
        var run = await Client(size: 0).RunAsync();

        run.IsDone.Should().BeTrue($"{run}");
        Server.Requests.Select(r => r.Method).Should().Equal("OPTIONS", "POST");
        ShouldBeReceived(0, StoredName);
    }

    protected async Task CreationWithFirstChunkAsync()
    {
        var run = await new FerryClient(NewFile(Size), Server.Url, Data) { Chunk = Chunk, WithCreation = true }.RunAsync();

        run.IsDone.Should().BeTrue($"{run}");
        Server.Requests[1].Should().Match<TusRequest>(r => r.Method == "POST" && r.Bytes == Chunk);
        Offsets().Should().StartWith([Chunk]);
        ShouldBeReceived(Size, StoredName);
    }

    protected async Task DeferredLengthAsync()
    {
        var run = await new FerryClient(NewFile(Size), Server.Url, Data) { Chunk = Chunk, Deferred = true }.RunAsync();

        run.IsDone.Should().BeTrue($"{run}");
        ShouldBeReceived(Size, StoredName);
    }

    protected async Task KilledThreeTimesAsync()
    {
        var client = Client();
        var acknowledged = new List<long>();
        foreach (var point in Points())
        {
            await Server.ReleaseAsync(await KillAtAsync(client.Start, point));
            acknowledged.Add((await HeadAsync(LastUpload())).Offset!.Value);
        }

        var last = await client.RunAsync();

        last.IsDone.Should().BeTrue($"{last}");
        Offsets().Should().Equal([0, .. acknowledged.Where(o => o < Size)]);
        (last.ResumedFrom, last.Sent).Should().Be((acknowledged[^1], Size - acknowledged[^1]));
        Server.BytesReceived.Should().Be(Size);
        Server.Requests.Count(r => r.Method == "POST").Should().Be(1);
        ShouldBeReceived(Size, StoredName);
    }

    protected async Task KilledBeforeTheLastAnswerAsync()
    {
        var client = Client();
        await Server.ReleaseAsync(await KillAtAsync(client.Start, Size));

        var next = await client.RunAsync();

        next.IsDone.Should().BeTrue($"{next}");
        next.Sent.Should().Be(0);
        Server.BytesReceived.Should().Be(Size);
        ShouldBeReceived(Size, StoredName);
    }

    protected async Task ServerKilledAsync()
    {
        var point = Points()[1];
        await Server.HoldAtAsync(point);
        await using var process = Client(Chunk).Start();
        await Server.HeldAtAsync(point);
        await Server.KillAsync();
        await Server.RestartAsync();

        var run = new FerryRun(await process.EndAsync());

        run.IsDone.Should().BeTrue($"{run}");
        Offsets()[(int)(point / Chunk) + 1].Should().BeInRange(point / Chunk * Chunk, point);
        Server.Requests.Count(r => r.Method == "POST").Should().Be(1);
        ShouldBeReceived(Size, StoredName);
    }

    protected async Task BothKilledAsync()
    {
        var client = Client(Chunk);
        var kept = new List<(long Held, long Kept)>();
        foreach (var point in Points())
        {
            await KillAtAsync(client.Start, point);
            await Server.KillAsync();
            await Server.RestartAsync();
            kept.Add((point, (await HeadAsync(LastUpload())).Offset!.Value));
        }

        var last = await client.RunAsync();

        last.IsDone.Should().BeTrue($"{last}");
        last.ResumedFrom.Should().Be(kept[^1].Kept);
        kept.Should().OnlyContain(k => k.Kept >= k.Held / Chunk * Chunk && k.Kept <= k.Held);
        ShouldBeReceived(Size, StoredName);
    }

    protected async Task ExpiredAsync()
    {
        var client = Client();
        await Server.ReleaseAsync(await KillAtAsync(client.Start, Points()[0]));
        var expired = LastUpload();
        await ExpireAsync();

        var run = await client.RunAsync();

        run.IsDone.Should().BeTrue($"{run}");
        run.End.Lines.Should().Contain(l => l.GetProperty("event").ValueEquals("restarted"));
        LastUpload().Should().NotBe(expired);
        run.Sent.Should().Be(Size);
        (await HeadAsync(expired)).Status.Should().BeOneOf(HttpStatusCode.NotFound, HttpStatusCode.Gone);
        ShouldBeReceived(Size, StoredName);
    }

    protected async Task TooLargeAsync()
    {
        await Server.KillAsync();
        await Server.RestartAsync(new() { MaxSize = Size - 1 });

        var run = await Client().RunAsync();

        run.End.ExitCode.Should().Be(1);
        run.Last.Number("code").Should().Be(UploadFailed, $"{run}");
        Server.BytesReceived.Should().Be(0);
    }

    protected async Task CancelledAsync()
    {
        var point = Points()[0];
        await Server.HoldAtAsync(point);
        await using var process = Client().Start();
        var held = await Server.HeldAtAsync(point);
        await process.SendAsync("cancel");
        await Server.ArrivedAsync("DELETE");
        await Server.ReleaseAsync(held);

        var run = new FerryRun(await process.EndAsync());

        run.Last.GetProperty("event").GetString().Should().Be("cancelled", $"{run}");
        Server.Requests.Last().Should().Match<TusRequest>(r => r.Method == "DELETE" && r.Status == 204);
        (await HeadAsync(LastUpload())).Status.Should().BeOneOf(HttpStatusCode.NotFound, HttpStatusCode.Gone);
    }

    /// <summary>Where the engine keeps its journal.</summary>
    private protected string Data => Path.Combine(Place, "data");

    private protected FerryClient Client(long chunk = 0, bool checksum = false, int size = Size) =>
        new(NewFile(size), Server.Url, Data) { Chunk = chunk, Checksum = checksum };

    private protected IReadOnlyList<long?> Offsets() => [.. Server.Requests.Where(r => r.Method == "PATCH").Select(r => r.Offset)];

    private protected long[] Points()
    {
        var points = Points(Seed, 3, Size);
        output.WriteLine($"seed {Seed}: {string.Join(", ", points)}");
        return points;
    }
}
