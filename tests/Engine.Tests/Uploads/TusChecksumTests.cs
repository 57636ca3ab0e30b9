using System.Globalization;
using System.Security.Cryptography;
using Ferry.Engine.Requests;

namespace Ferry.Engine.Tests.Uploads;

/// <summary>checksum: each chunk with its digest.</summary>
public sealed class TusChecksumTests(UploadFixture fixture) : TusTest(fixture)
{
    [Fact]
    public async Task Checksum_ServerHasIt_EachChunkCarriesItsDigest()
    {
        Server.Extensions += ",checksum";
        Server.Algorithms = "md5,sha1,sha256";

        Completed(await _f.RunAsync(_f.Tus()));

        foreach (var patch in Server.Requests.Where(r => r.Method == "PATCH"))
        {
            var from = int.Parse(patch.Field("upload-offset")!, CultureInfo.InvariantCulture);
            var sent = _f.Bytes.AsSpan(from, Math.Min(UploadFixture.Chunk, UploadFixture.Size - from));
            patch.Field("upload-checksum").Should().Be($"sha256 {Convert.ToBase64String(SHA256.HashData(sent))}");
        }
    }

    [Fact]
    public async Task Checksum_NotWantedOrNotThere_NoneIsSent()
    {
        Completed(await _f.RunAsync(_f.Tus()));
        Server.Extensions += ",checksum";
        Server.Algorithms = "sha1";
        Server.Forget();
        Completed(await _f.RunAsync(_f.Tus(new UploadOptions { Checksum = false })));

        Server.Requests.Should().NotContain(r => r.Field("upload-checksum") != null);
    }
}
