using System.Collections.Concurrent;
using Ferry.AspNetCore.Tests.Kit;
using Ferry.Engine.Requests;
using Ferry.Testing.Server;

namespace Ferry.AspNetCore.Tests.Receiving;

/// <summary>Two receivers on one directory, as two processes have it: they share nothing but the files.</summary>
public sealed class TwoReceiversTests : IDisposable
{
    private readonly UploadDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(Durability.Power)]
    [InlineData(Durability.Process)]
    public async Task PiecesGoToEither_WhileBothSweep_EveryFileIsWhole_AndToldOnce(Durability durability)
    {
        var told = new ConcurrentQueue<string>();
        var options = _directory.Options with
        {
            Durability = durability,
            Completed = (upload, _) =>
            {
                told.Enqueue(Path.GetFileName(upload.Path));
                return Task.CompletedTask;
            },
        };
        await using var first = await Receiver.StartAsync(options);
        await using var second = await Receiver.StartAsync(options);
        using var done = new CancellationTokenSource();
        var sweeps = new[] { first, second }.Select(r => Task.Run(() => SweepAsync(r, done.Token))).ToArray();
        await Task.WhenAll(Enumerable.Range(1, 4).Select(seed => UploadsAsync(first, second, seed)));
        await done.CancelAsync();
        await Task.WhenAll(sweeps);
        told.Order(StringComparer.Ordinal).Should().Equal(_directory.Names).And.HaveCount(4 * 5);
        _directory.WorkNames.Should().OnlyContain(n => n.EndsWith(".upload", StringComparison.Ordinal)).And.HaveCount(4 * 5);
    }

    private async Task UploadsAsync(Receiver first, Receiver second, int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 5; i++)
        {
            var name = $"{seed}-{i}";
            var content = Content.Bytes(seed, 30_000);
            var url = await Either().Client.CreateAsync(content.Length, name);
            for (var offset = 0; offset < content.Length;)
            {
                var end = Math.Min(content.Length, offset + random.Next(1, 20_000));
                using var response = await Either().Client.PatchAsync(url, offset, content[offset..end]);
                response.Status().Should().Be(204, $"{name} at {offset}: {await response.Content.ReadAsStringAsync()}");
                offset = end;
                (await Either().Client.OffsetAsync(url)).Should().Be(end);
            }
            _directory.Read(name).Should().Equal(content);
        }

        Receiver Either() => random.Next(2) == 0 ? first : second;
    }

    private static async Task SweepAsync(Receiver receiver, CancellationToken until)
    {
        while (!until.IsCancellationRequested)
        {
            await receiver.SweepAsync();
            await Task.Yield();
        }
    }
}
