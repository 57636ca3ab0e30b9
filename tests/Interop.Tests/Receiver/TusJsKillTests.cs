using System.Net;
using Ferry.Interop.Tests.Tus;
using Ferry.Testing.Peers;
using Xunit.Abstractions;

namespace Ferry.Interop.Tests.Receiver;

/// <summary>tus-js-client and our receiver, each ended by SIGKILL in the middle of an upload.</summary>
public sealed class TusJsKillTests(ITestOutputHelper output) : ReceiverTest
{
    private const int Size = 40 * MiB + 5;
    private const int Chunk = 4 * MiB;
    private const int Seed = 20260711;

    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(50);

    [NpmFact(Client)]
    public async Task ClientKilledThreeTimes_ResumesFromWhatWasAcknowledged_SendsNothingTwice()
    {
        var client = new TusJsClient(NewFile(Size), Server.Url) { Storage = Storage };
        var acknowledged = new List<long>();
        foreach (var point in Points(3))
        {
            var number = await KillAtAsync(client.Start, point);
            await Server.ReleaseAsync(number);
            acknowledged.Add((await HeadAsync(LastUpload())).Offset!.Value);
            acknowledged[^1].Should().BeGreaterThanOrEqualTo(point);
        }

        var last = await client.RunAsync();

        last.IsDone.Should().BeTrue($"{last}");
        Server.Requests.Where(r => r.Method == "PATCH").Select(r => r.Offset).Should().Equal([0, .. acknowledged.Where(o => o < Size)]);
        Server.BytesReceived.Should().Be(Size);
        ShouldBeReceived(Size);
    }

    [NpmFact(Client)]
    public async Task ClientKilledInChunks_NoAcknowledgedByteIsSentAgain()
    {
        var client = new TusJsClient(NewFile(Size), Server.Url) { Storage = Storage, ChunkSize = Chunk };
        foreach (var point in Points(3))
            await Server.ReleaseAsync(await KillAtAsync(client.Start, point));

        var last = await client.RunAsync();

        last.IsDone.Should().BeTrue($"{last}");
        Server.BytesReceived.Should().Be(Size);
        ShouldBeReceived(Size);
    }

    [NpmFact(Client)]
    public async Task ClientKilled_ItsConnectionStillHeld_TheNextRunTakesTheUploadOver()
    {
        var client = new TusJsClient(NewFile(Size), Server.Url) { Storage = Storage };
        var point = Points(1)[0];
        await KillAtAsync(client.Start, point);

        var next = await client.RunAsync();

        next.IsDone.Should().BeTrue($"{next}");
        next.Offsets.Should().Equal(point);
        ShouldBeReceived(Size);
    }

    [NpmFact(Client)]
    public async Task ReceiverKilled_ClientGoesOnByItself_FromNoLessThanWasAcknowledged()
    {
        var point = Points(1)[0];
        await Server.HoldAtAsync(point);
        await using var process = new TusJsClient(NewFile(Size), Server.Url) { ChunkSize = Chunk, Retry = Retry }.Start();
        await Server.HeldAtAsync(point);
        await Server.KillAsync();
        await Server.RestartAsync();

        var run = new TusJsRun(await process.EndAsync());

        run.IsDone.Should().BeTrue($"{run}");
        var resumed = run.Offsets[(int)(point / Chunk) + 1];
        resumed.Should().BeInRange(point / Chunk * Chunk, point);
        run.Answers.Count(a => a == "POST 201").Should().Be(1);
        ShouldBeReceived(Size);
    }

    [NpmFact(Client)]
    public async Task BothKilled_ReceiverStartedAgain_TheNextRunResumes()
    {
        var client = new TusJsClient(NewFile(Size), Server.Url) { Storage = Storage, ChunkSize = Chunk };
        var restarted = new List<(long Sent, long Kept)>();
        foreach (var point in Points(3))
        {
            await KillAtAsync(client.Start, point);
            await Server.KillAsync();
            await Server.RestartAsync();
            restarted.Add((point, (await HeadAsync(LastUpload())).Offset!.Value));
        }

        var last = await client.RunAsync();

        last.IsDone.Should().BeTrue($"{last}");
        last.Offsets[0].Should().Be(restarted[^1].Kept);
        restarted.Should().OnlyContain(r => r.Kept >= r.Sent / Chunk * Chunk && r.Kept <= r.Sent);
        ShouldBeReceived(Size);
    }

    [NpmFact(Client)]
    public async Task ClientKilledBeforeTheLastAnswer_TheNextRunFindsTheUploadDone()
    {
        var client = new TusJsClient(NewFile(Size), Server.Url) { Storage = Storage };
        await Server.ReleaseAsync(await KillAtAsync(client.Start, Size));

        var next = await client.RunAsync();

        next.IsDone.Should().BeTrue($"{next}");
        next.Answers.Should().Equal("HEAD 200");
        ShouldBeReceived(Size);
    }

    [NpmFact(Client)]
    public async Task ReceiverKilledBeforeTheLastAnswer_ClientFindsTheUploadDone()
    {
        await Server.HoldAtAsync(Size);
        await using var process = new TusJsClient(NewFile(Size), Server.Url) { Retry = Retry }.Start();
        await Server.HeldAtAsync(Size);
        await Server.KillAsync();
        await Server.RestartAsync();

        var run = new TusJsRun(await process.EndAsync());

        run.IsDone.Should().BeTrue($"{run}");
        run.Answers.Should().Equal("POST 201", "HEAD 200");
        ShouldBeReceived(Size);
    }

    [NpmFact(Client)]
    public async Task Expired_ClientStartsANewUpload()
    {
        var client = new TusJsClient(NewFile(Size), Server.Url) { Storage = Storage };
        await KillAtAsync(client.Start, Points(1)[0]);
        var expired = LastUpload();
        await Server.KillAsync();
        await Server.RestartAsync(new() { ClockAhead = TimeSpan.FromHours(25) });

        var run = await client.RunAsync();

        run.IsDone.Should().BeTrue($"{run}");
        run.Answers[0].Should().BeOneOf("HEAD 404", "HEAD 410");
        run.Answers.Skip(1).Should().Equal("POST 201", "PATCH 204");
        run.Offsets.Should().Equal(0);
        run.Url.Should().NotBe(expired);
        (await HeadAsync(expired)).Status.Should().BeOneOf(HttpStatusCode.NotFound, HttpStatusCode.Gone);
        ShouldBeReceived(Size);
    }

    private long[] Points(int count)
    {
        var points = Points(Seed, count, Size);
        output.WriteLine($"seed {Seed}: {string.Join(", ", points)}");
        return points;
    }
}
