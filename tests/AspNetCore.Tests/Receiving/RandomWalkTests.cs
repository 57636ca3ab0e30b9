using Ferry.AspNetCore.Tests.Kit;
using Ferry.Testing.Server;

namespace Ferry.AspNetCore.Tests.Receiving;

/// <summary>
/// One upload through everything at random: cuts, resets, checksums right and wrong, requests beside each other, restarts and losses of
/// power. The file ends byte for byte as it was sent, and an offset that was acknowledged is never taken back.
/// </summary>
public sealed class RandomWalkTests : IDisposable
{
    private const int Length = 400_000;
    private UploadDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task Upload_SurvivesEverything(int seed)
    {
        var random = new Random(seed);
        var content = Content.Bytes(seed, Length);
        var boot = 0;
        var receiver = await StartAsync(boot);
        var url = await receiver.Client.CreateAsync(random.Next(2) == 0 ? Length : null, "walk");
        long acknowledged = 0;
        try
        {
            for (var step = 0; acknowledged < Length; step++)
            {
                var because = $"seed {seed}, step {step}, {acknowledged} bytes were acknowledged";
                var told = random.Next(8) switch
                {
                    0 => await BreakAsync(receiver, url, content, acknowledged, random),
                    1 => await RefuseAsync(receiver, url, content, acknowledged, random),
                    2 => await RaceAsync(receiver, url, content, acknowledged, random),
                    3 => await receiver.Client.OffsetAsync(url),
                    4 or 5 => null,
                    _ => await SendAsync(receiver, url, content, acknowledged, random),
                };
                if (told is null)
                {
                    (receiver, boot) = await CrashAsync(receiver, url, content, acknowledged, boot, random);
                    told = await receiver.Client.OffsetAsync(url);
                }
                told.Should().BeGreaterThanOrEqualTo(acknowledged, because);
                acknowledged = told.Value;
            }
            _directory.Read("walk").Should().Equal(content, $"seed {seed}");
            _directory.Names.Should().Equal("walk");
        }
        finally
        {
            await receiver.DisposeAsync();
        }
    }

    private Task<Receiver> StartAsync(int boot) =>
        Receiver.StartAsync(_directory.Options, new ReceiverSetup { Services = Stores.Boot(_directory.Options, $"boot {boot}") });

    private static async Task<long?> SendAsync(Receiver receiver, string url, byte[] content, long offset, Random random)
    {
        var piece = Piece(content, offset, random);
        var body = random.Next(2) == 0 ? TusClient.Bytes(piece) : TusClient.Chunked(piece);
        var checksum = random.Next(3) switch { 0 => Checksums.Sha1(piece), 1 => Checksums.Sha256(piece), _ => null };
        using var response = await receiver.Client.PatchAsync(url, offset, body, ("Upload-Length", TusClient.Text(Length)), ("Upload-Checksum", checksum));
        response.Status().Should().Be(204);
        return offset + piece.Length;
    }

    // The connection breaks in the middle of a piece.
    private async Task<long?> BreakAsync(Receiver receiver, string url, byte[] content, long offset, Random random)
    {
        var piece = Piece(content, offset, random);
        if (piece.Length > 1)
        {
            using var raw = await RawRequest.PatchAsync(receiver, url, offset, piece.Length);
            var cut = random.Next(1, piece.Length);
            await raw.SendAsync(piece.AsMemory(0, cut));
            // It has the upload before it breaks: one that came late would take it from the next request.
            await Waiting.WrittenAsync(_directory, url, offset + cut);
            if (random.Next(2) == 0)
                raw.Reset();
        }
        return await receiver.Client.OffsetAsync(url);
    }

    private static async Task<long?> RefuseAsync(Receiver receiver, string url, byte[] content, long offset, Random random)
    {
        var piece = Piece(content, offset, random);
        var checksum = Checksums.Sha1(piece);
        piece[random.Next(piece.Length)] ^= 1;
        using var response = random.Next(3) switch
        {
            0 => await receiver.Client.PatchAsync(url, offset, TusClient.Chunked(piece), ("Upload-Checksum", checksum)),
            1 => await receiver.Client.PatchAsync(url, offset + 1 + random.Next(100), piece),
            _ => await receiver.Client.PatchAsync(
                url, offset, TusClient.Chunked([.. content.AsSpan((int)offset), 0]), ("Upload-Length", TusClient.Text(Length))),
        };
        response.Status().Should().BeOneOf(460, 409, 413);
        var told = await receiver.Client.OffsetAsync(url);
        told.Should().Be(offset, "nothing of a refused request is kept");
        return told;
    }

    // Three requests for the same bytes at once: some go through, some are told to go on elsewhere.
    private static async Task<long?> RaceAsync(Receiver receiver, string url, byte[] content, long offset, Random random)
    {
        var piece = Piece(content, offset, random);
        var requests = Enumerable.Range(0, 3).Select(_ => receiver.Client.PatchAsync(url, offset, piece)).ToArray();
        foreach (var request in requests)
        {
            using var response = await request;
            response.Status().Should().BeOneOf(204, 409, 423);
        }
        return await receiver.Client.OffsetAsync(url);
    }

    // The process ends in the middle of a request; perhaps the machine does, and what was not flushed is zeros.
    private async Task<(Receiver Receiver, int Boot)> CrashAsync(Receiver receiver, string url, byte[] content, long offset, int boot, Random random)
    {
        var piece = Piece(content, offset, random);
        var cut = random.Next(piece.Length);
        var isChecked = random.Next(2) == 0;
        using var raw = await RawRequest.PatchAsync(
            receiver, url, offset, piece.Length, isChecked ? [("Upload-Checksum", Checksums.Sha256(piece))] : []);
        await raw.SendAsync(piece.AsMemory(0, cut));
        await Waiting.WrittenAsync(_directory, url, offset + cut);
        var left = _directory.Snapshot();
        raw.Reset();
        await receiver.DisposeAsync();
        _directory.Dispose();
        _directory = left;
        if (random.Next(2) == 0)
        {
            boot++;
            using var work = File.OpenWrite(_directory.Paths.Bytes(UploadDirectory.IdOf(url)));
            work.SetLength(offset + random.Next(cut + 1));
            work.Position = offset;
            work.Write(new byte[work.Length - offset]);
        }
        return (await StartAsync(boot), boot);
    }

    private static byte[] Piece(byte[] content, long offset, Random random) =>
        content.AsSpan((int)offset, Math.Min(content.Length - (int)offset, random.Next(1, 60_000))).ToArray();
}
