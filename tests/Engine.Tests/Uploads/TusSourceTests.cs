using Ferry.Engine.Errors;

namespace Ferry.Engine.Tests.Uploads;

/// <summary>The file that is sent by tus changes or goes away.</summary>
public sealed class TusSourceTests(UploadFixture fixture) : TusTest(fixture)
{
    [Fact]
    public async Task SourceChangedBetweenKillAndResume_FailsAndIsNeverSpliced()
    {
        // The same length, the same modification time, another content, and that where no sample is taken.
        var noon = new DateTime(2026, 11, 25, 12, 0, 0, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(_f.File, noon);
        var journal = await _f.CrashAfterAsync(_f.Tus(), 2 * UploadFixture.Chunk);
        Server.Requests.Clear();
        var other = _f.Bytes.ToArray();
        other[17_000] ^= 1;
        await File.WriteAllBytesAsync(_f.File, other);
        File.SetLastWriteTimeUtc(_f.File, noon);

        var driver = await _f.RunAsync(_f.Tus(), journal);

        var error = Failed(driver);
        error.Code.Should().Be(ErrorCode.LocalReadFailed);
        error.Message.Should().Contain(_f.File).And.Contain("changed").And.Contain("start it again");
        Server.Methods.Should().Equal("DELETE");

        await driver.RunAsync(again: true);
        Completed(driver);
        Server.Only.Should().Equal(other);
    }

    [Fact]
    public async Task SourceChangedWhileItIsSent_FailsBeforeItsLastByte()
    {
        var changed = false;
        Server.Otherwise = (seen, _) =>
        {
            if (seen.Method == "PATCH" && !changed)
            {
                changed = true;
                using var file = File.OpenHandle(_f.File, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
                RandomAccess.Write(file, "other"u8, UploadFixture.Size - 10);
            }
            return Task.FromResult(false);
        };

        var driver = await _f.RunAsync(_f.Tus());

        Failed(driver).Code.Should().Be(ErrorCode.LocalReadFailed);
        Server.Methods.Should().EndWith("DELETE");
    }

    [Fact]
    public async Task SourceGone_FailsAndKeepsWhatTheServerHas()
    {
        var journal = await _f.CrashAfterAsync(_f.Tus(), 2 * UploadFixture.Chunk);
        var place = _f.File + ".elsewhere";
        File.Move(_f.File, place);

        var driver = await _f.RunAsync(_f.Tus(), journal);

        Failed(driver).BytesKept.Should().BeGreaterThanOrEqualTo(2 * UploadFixture.Chunk);
        Server.Methods.Should().NotContain("DELETE");
    }
}
