using System.IO.Compression;
using Ferry.Engine.Http;
using Ferry.Testing.Server;

namespace Ferry.Engine.Tests.Http;

/// <summary>Coded bodies: whole ones come out as they went in, broken ones never pass for whole.</summary>
public sealed class DecodedBodyTests
{
    private const int Size = 100_003;
    private static readonly byte[] Plain = Content.Bytes(1, Size);

    public static TheoryData<string> Kinds { get; } = ["gzip", "gzip of two members", "deflate", "bare deflate", "br"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Read_Whole_TheBytesThatWereCoded(string kind)
    {
        (await ReadAsync(kind, Coded(kind), 8192)).Should().Equal(Plain);
        (await ReadAsync(kind, Coded(kind), 1)).Should().Equal(Plain, "the pieces it comes in do not matter");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Read_CutAnywhere_Malformed(string kind)
    {
        var coded = Coded(kind);
        var firstMember = kind == "gzip of two members" ? Coded("gzip", Plain[..1000]).Length : 0;
        foreach (var kept in new[] { 1, 2, 3, 9, 10, 11, 50, coded.Length / 2, coded.Length - 20, coded.Length - 9, coded.Length - 8, coded.Length - 4, coded.Length - 1 })
        {
            if (kept == firstMember)
                continue;
            var read = () => ReadAsync(kind, coded[..kept], 8192);
            await read.Should().ThrowAsync<InvalidDataException>("{0} of {1} bytes are there", kept, coded.Length);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Read_NotInItsCoding_Malformed(string kind)
    {
        var read = () => ReadAsync(kind, [.. "<html>this was never coded at all</html>"u8], 8192);
        await read.Should().ThrowAsync<InvalidDataException>();
    }

    [Fact]
    public async Task Read_ZlibWithADictionaryNobodyHas_Malformed()
    {
        var read = () => ReadAsync("deflate", [0x78, 0xbb, 1, 2, 3, 4, 5], 8192);
        await read.Should().ThrowAsync<InvalidDataException>();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Read_NothingCame_AnEmptyBody(string kind) => (await ReadAsync(kind, [], 8192)).Should().BeEmpty();

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Read_SomePaddingAfterwards_IsReadAndLeft(string kind)
    {
        var source = new Pieces([.. Coded(kind), .. new byte[40_000]], 8192);
        (await ReadAsync(kind, source)).Should().Equal(Plain);
        source.EndSeen.Should().BeTrue("the length of the body is checked at its end");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Read_EndlessPaddingAfterwards_Malformed(string kind)
    {
        var read = () => ReadAsync(kind, [.. Coded(kind), .. new byte[200_000]], 8192);
        await read.Should().ThrowAsync<InvalidDataException>();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Read_TheConnectionBreaks_ThatIsWhatIsTold(string kind)
    {
        var source = new Pieces(Coded(kind)[..50], 8192) { AtEnd = new IOException("The connection broke.") };
        var read = () => ReadAsync(kind, source);
        (await read.Should().ThrowAsync<IOException>()).Which.Message.Should().Be("The connection broke.");
    }

    private static byte[] Coded(string kind, byte[]? plain = null)
    {
        plain ??= Plain;
        if (kind == "gzip of two members")
            return [.. Coded("gzip", plain[..1000]), .. Coded("gzip", plain[1000..])];
        using var coded = new MemoryStream();
        using (Stream coder = kind switch
        {
            "gzip" => new GZipStream(coded, CompressionLevel.Fastest, leaveOpen: true),
            "deflate" => new ZLibStream(coded, CompressionLevel.Fastest, leaveOpen: true),
            "bare deflate" => new DeflateStream(coded, CompressionLevel.Fastest, leaveOpen: true),
            _ => new BrotliStream(coded, CompressionLevel.Fastest, leaveOpen: true),
        })
            coder.Write(plain);
        return coded.ToArray();
    }

    private static Task<byte[]> ReadAsync(string kind, byte[] coded, int piece) => ReadAsync(kind, new Pieces(coded, piece));

    private static async Task<byte[]> ReadAsync(string kind, Pieces source)
    {
        await using var body = new DecodedBody(kind.Split(' ')[^1] == "members" ? "gzip" : kind.Split(' ')[^1], source);
        using var plain = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int count;
        while ((count = await body.ReadAsync(buffer)) > 0)
            plain.Write(buffer, 0, count);
        (await body.ReadAsync(buffer)).Should().Be(0);
        return plain.ToArray();
    }

    /// <summary>Gives bytes in pieces.</summary>
    private sealed class Pieces(byte[] bytes, int piece) : ReadOnlyStream
    {
        private int _position;

        public bool EndSeen { get; private set; }

        public Exception? AtEnd { get; init; }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var count = Math.Min(Math.Min(piece, buffer.Length), bytes.Length - _position);
            bytes.AsMemory(_position, count).CopyTo(buffer);
            _position += count;
            EndSeen |= count == 0;
            return count == 0 && AtEnd is { } thrown ? ValueTask.FromException<int>(thrown) : ValueTask.FromResult(count);
        }
    }
}
