using Ferry.Engine.Errors;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;

namespace Ferry.Engine.Tests.Uploads;

/// <summary>What a server can answer to a PATCH.</summary>
public sealed class TusPatchTests(UploadFixture fixture) : TusTest(fixture)
{
    [Fact]
    public async Task Patch_404_IsCreatedAnew()
    {
        var first = true;
        Server.Otherwise = (seen, context) =>
        {
            if (seen.Method != "PATCH" || !first)
                return Task.FromResult(false);
            first = false;
            Server.Forget();
            return Answer(true, context, 404);
        };

        var driver = await _f.RunAsync(_f.Tus());

        Completed(driver);
        driver.Journal.OfType<Restarted>().Should().ContainSingle();
        Server.Only.Should().Equal(_f.Bytes);
    }

    [Fact]
    public async Task Patch_BrokenInTheMiddle_GoesOnFromWhatTheServerKept()
    {
        var first = true;
        Server.Otherwise = async (seen, context) =>
        {
            if (seen.Method != "PATCH" || !first)
                return false;
            first = false;
            await Server.BreakAfterAsync(context, 20_000);
            return true;
        };

        var driver = await _f.RunAsync(_f.Tus());

        Completed(driver);
        Server.Only.Should().Equal(_f.Bytes);
        driver.Journal.OfType<RetryScheduled>().Should().ContainSingle();
        driver.SendingFrom.Should().Equal(0, 20_000);
    }

    [Fact]
    public async Task Patch_409_AsksForTheOffsetAndGoesOn()
    {
        var patches = 0;
        Server.Otherwise = (seen, context) => Answer(seen.Method == "PATCH" && ++patches == 2, context, 409);

        var driver = await _f.RunAsync(_f.Tus());

        Completed(driver);
        Server.Only.Should().Equal(_f.Bytes);
        Server.Methods.Should().ContainInOrder("PATCH", "PATCH", "HEAD", "PATCH");
        driver.Journal.OfType<RetryScheduled>().Should().BeEmpty();
    }

    [Fact]
    public async Task Patch_409AlwaysAgain_RetriesThenFails()
    {
        Server.Otherwise = (seen, context) => Answer(seen.Method == "PATCH", context, 409);

        var driver = await _f.RunAsync(_f.Tus(options: new RequestOptions { Retry = new RetryOptions { MaxRetries = 2 } }));

        var error = Failed(driver);
        (error.Code, error.HttpStatus).Should().Be((ErrorCode.UploadFailed, 409));
        driver.Journal.OfType<RetryScheduled>().Should().HaveCount(2);
    }

    [Theory]
    [InlineData(423)]
    [InlineData(460)]
    [InlineData(503)]
    public async Task Patch_LockedOrDamagedOrBusy_IsTriedAgain(int status)
    {
        var patches = 0;
        Server.Otherwise = (seen, context) => Answer(seen.Method == "PATCH" && ++patches == 3, context, status);

        var driver = await _f.RunAsync(_f.Tus());

        Completed(driver);
        Server.Only.Should().Equal(_f.Bytes);
        driver.Journal.OfType<RetryScheduled>().Should().ContainSingle().Which.Error.HttpStatus.Should().Be(status);
    }

    [Fact]
    public async Task Patch_412OtherVersion_FailsAndNamesIt()
    {
        Server.Otherwise = (seen, context) =>
        {
            context.Response.Headers["Tus-Version"] = "2.0.0";
            return Answer(seen.Method == "PATCH", context, 412);
        };

        Failed(await _f.RunAsync(_f.Tus())).Message.Should().Contain("2.0.0").And.Contain("1.0.0");
    }

    [Fact]
    public async Task Patch_ServerTakesLess_TheRestIsSent()
    {
        var patches = 0;
        Server.Otherwise = async (seen, context) =>
        {
            if (seen.Method != "PATCH" || ++patches != 1)
                return false;
            await Server.KeepAsync(context, 1000);
            context.Response.StatusCode = 204;
            context.Response.Headers["Upload-Offset"] = "1000";
            return true;
        };

        Completed(await _f.RunAsync(_f.Tus()));

        Server.Only.Should().Equal(_f.Bytes);
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("999999999")]
    [InlineData("x")]
    [InlineData("")]
    public async Task Patch_OffsetThatCannotBe_FailsAndClaimsNothing(string offset)
    {
        Server.Otherwise = (seen, context) =>
        {
            context.Response.Headers["Upload-Offset"] = offset;
            return Answer(seen.Method == "PATCH", context, 204);
        };

        var driver = await _f.RunAsync(_f.Tus());

        Failed(driver).Code.Should().Be(ErrorCode.InvalidAnswer);
        driver.State.Written.Should().Be(0);
    }
}
