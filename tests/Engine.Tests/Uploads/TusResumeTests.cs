using Ferry.Engine.Ranges;
using Ferry.Engine.Transfers;

namespace Ferry.Engine.Tests.Uploads;

/// <summary>Uploads by tus that go on after a crash, or where the server keeps less than there was.</summary>
public sealed class TusResumeTests(UploadFixture fixture) : TusTest(fixture)
{
    [Fact]
    public async Task Crash_GoesOnWithOneHeadFromWhatTheServerHas()
    {
        var journal = await _f.CrashAfterAsync(_f.Tus(), 2 * UploadFixture.Chunk);
        Server.Requests.Clear();

        var driver = await _f.RunAsync(_f.Tus(), journal);

        Completed(driver);
        Server.Only.Should().Equal(_f.Bytes);
        Server.Methods.Take(2).Should().Equal("HEAD", "PATCH");
        Server.Methods.Skip(1).Should().OnlyContain(m => m == "PATCH");
        driver.SendingFrom.Should().ContainSingle().Which.Should().BeGreaterThanOrEqualTo(2 * UploadFixture.Chunk);
        driver.State.Sent.Should().Be(UploadFixture.Size - driver.SendingFrom[0]);
    }

    [Fact]
    public async Task Crash_AfterTheCreation_TheSameUploadGoesOn()
    {
        var journal = await _f.CrashAfterAsync(_f.Tus(), 0);
        Server.Requests.Clear();

        Completed(await _f.RunAsync(_f.Tus(), journal));

        Server.Methods.Should().NotContain("POST");
        Server.Only.Should().Equal(_f.Bytes);
    }

    [Fact]
    public async Task Crash_AfterTheLastByte_NothingIsSentAgain()
    {
        var journal = await _f.CrashAfterAsync(_f.Tus(), UploadFixture.Size);
        Server.Requests.Clear();

        Completed(await _f.RunAsync(_f.Tus(), journal)).Length.Should().Be(UploadFixture.Size);

        Server.Requests.Should().BeEmpty();
    }

    [Fact]
    public async Task Resume_TheServerLostBytes_TheyAreSentAgainAndNotCounted()
    {
        var journal = await _f.CrashAfterAsync(_f.Tus(), 3 * UploadFixture.Chunk);
        Server.Lose(UploadFixture.Chunk);
        var refuse = true;
        Server.Otherwise = (seen, context) => Answer(seen.Method == "PATCH" && refuse, context, 403);

        var driver = await _f.RunAsync(_f.Tus(), journal);

        driver.State.Outcome.Should().BeOfType<FailedOutcome>().Which.Error.BytesKept.Should().Be(UploadFixture.Chunk);
        refuse = false;
        await driver.RunAsync(again: true);
        Completed(driver);
        Server.Only.Should().Equal(_f.Bytes);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(410)]
    public async Task Resume_TheServerKeepsItNoMore_IsCreatedAnew(int status)
    {
        var journal = await _f.CrashAfterAsync(_f.Tus(), UploadFixture.Chunk);
        Server.Forget();
        Server.Requests.Clear();
        Server.Otherwise = (seen, context) => Answer(seen.Method == "HEAD", context, status);

        var driver = await _f.RunAsync(_f.Tus(), journal);

        Completed(driver);
        Server.Only.Should().Equal(_f.Bytes);
        driver.Journal.OfType<Restarted>().Should().ContainSingle().Which.Reason.Should().Be(RestartReason.UploadLost);
        Server.Methods.Take(3).Should().Equal("HEAD", "OPTIONS", "POST");
    }
}
