using Ferry.Engine.Requests;
using Ferry.Engine.Tests.Downloads;
using Ferry.Engine.Transfers;

namespace Ferry.Engine.Tests.Uploads;

/// <summary>Whole uploads by tus, on real sockets.</summary>
public sealed class TusUploadTests(UploadFixture fixture) : TusTest(fixture)
{
    [Fact]
    public async Task Whole_CreatedThenSentInChunks_AcknowledgedBytesAreJournaled()
    {
        var driver = await _f.RunAsync(_f.Tus(new UploadOptions { ChunkBytes = UploadFixture.Chunk, Metadata = [new("filename", "größe.bin"), new("flag", "")] }));

        Completed(driver).Length.Should().Be(UploadFixture.Size);
        Server.Only.Should().Equal(_f.Bytes);
        Server.Methods.Should().Equal(["OPTIONS", "POST", .. Enumerable.Repeat("PATCH", 6)]);
        var creation = Server.Requests.ElementAt(1);
        creation.Field("tus-resumable").Should().Be("1.0.0");
        creation.Field("upload-length").Should().Be($"{UploadFixture.Size}");
        creation.Field("upload-metadata").Should().Be("filename Z3LDtsOfZS5iaW4=,flag");
        Server.Requests.Where(r => r.Method == "PATCH").Should().OnlyContain(r => r.Field("content-type") == "application/offset+octet-stream" && r.Field("tus-resumable") == "1.0.0");
        driver.Journal.OfType<Checkpointed>().Select(c => c.Written).Should().BeInAscendingOrder().And.EndWith(UploadFixture.Size);
        driver.Results[^1].Sent.Should().Be(UploadFixture.Size);
        driver.Heads.Should().ContainSingle().Which.Status.Should().Be(204);
    }

    [Fact]
    public async Task Whole_UrlIsJournaledBeforeTheFirstByte()
    {
        var journaledAtFirstByte = -1;
        TransferDriver? driver = null;
        Server.Otherwise = (seen, _) =>
        {
            if (seen.Method == "PATCH" && journaledAtFirstByte < 0)
                journaledAtFirstByte = driver!.Journal.OfType<Identified>().Count(i => i.Identity.FinalUrl == Server.Url + seen.Path);
            return Task.FromResult(false);
        };

        driver = _f.Driver(_f.Tus());
        await driver.RunAsync();

        journaledAtFirstByte.Should().Be(1);
        driver.Journal.OfType<Identified>().Should().ContainSingle();
    }

    [Fact]
    public async Task CreationWithUpload_TheFirstChunkGoesAlong()
    {
        var driver = await _f.RunAsync(_f.Tus(new UploadOptions { ChunkBytes = UploadFixture.Chunk, CreationWithUpload = true }));

        Completed(driver);
        Server.Only.Should().Equal(_f.Bytes);
        Server.Methods.Should().Equal(["OPTIONS", "POST", .. Enumerable.Repeat("PATCH", 5)]);
        driver.SendingFrom.Should().Equal(UploadFixture.Chunk);
        driver.State.Sent.Should().Be(UploadFixture.Size);
    }

    [Fact]
    public async Task CreationWithUpload_AllInOne_NoFurtherRequest()
    {
        var driver = await _f.RunAsync(_f.Tus(new UploadOptions { ChunkBytes = 0, CreationWithUpload = true }));

        Completed(driver);
        Server.Only.Should().Equal(_f.Bytes);
        Server.Methods.Should().Equal("OPTIONS", "POST");
    }

    [Fact]
    public async Task EmptyFile_IsCreatedAndThatIsAll()
    {
        await File.WriteAllBytesAsync(_f.File, []);

        Completed(await _f.RunAsync(_f.Tus())).Length.Should().Be(0);

        Server.Methods.Should().Equal("OPTIONS", "POST");
        Server.Only.Should().BeEmpty();
    }

    [Fact]
    public async Task LimitRate_IsKept()
    {
        var gate = new CountingGate();

        Completed(await RunGatedAsync(gate));

        gate.Passed.Should().Be(UploadFixture.Size);
        gate.Largest.Should().BeLessThanOrEqualTo(gate.Grain);
    }

    private async Task<TransferDriver> RunGatedAsync(IByteGate gate)
    {
        var driver = _f.Driver(_f.Tus(), gate: gate);
        await driver.RunAsync();
        return driver;
    }

    private sealed class CountingGate : IByteGate
    {
        private long _passed;

        public int Grain => 1000;

        public long Passed => Interlocked.Read(ref _passed);

        public int Largest { get; private set; }

        public ValueTask WaitAsync(int bytes, CancellationToken cancellationToken)
        {
            Interlocked.Add(ref _passed, bytes);
            Largest = Math.Max(Largest, bytes);
            return ValueTask.CompletedTask;
        }
    }
}
