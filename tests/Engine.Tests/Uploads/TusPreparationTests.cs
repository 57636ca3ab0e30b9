using Ferry.Engine.Errors;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;

namespace Ferry.Engine.Tests.Uploads;

/// <summary>What comes before the first byte: OPTIONS and the creation.</summary>
public sealed class TusPreparationTests(UploadFixture fixture) : TusTest(fixture)
{
    [Theory]
    [InlineData(503)]
    [InlineData(429)]
    public async Task Options_TheServerIsBusy_IsAskedAgainAndNotTakenForOneThatCanDoNothing(int status)
    {
        Server.Extensions += ",checksum";
        Server.Algorithms = "sha1";
        var busy = true;
        Server.Otherwise = (seen, context) =>
        {
            if (!busy)
                return Task.FromResult(false);
            busy = false;
            context.Response.Headers.RetryAfter = "7";
            return Answer(true, context, status);
        };

        var driver = await _f.RunAsync(_f.Tus(new UploadOptions { ChunkBytes = UploadFixture.Chunk, Checksum = true }));

        Completed(driver);
        Server.Methods.Take(3).Should().Equal("OPTIONS", "OPTIONS", "POST");
        driver.Journal.OfType<RetryScheduled>().Should().ContainSingle().Which.WholeOrigin.Should().BeTrue();
        Server.Requests.Where(r => r.Method == "PATCH").Should().OnlyContain(r => r.Fields.ContainsKey("upload-checksum"));
    }

    [Theory]
    [InlineData("OPTIONS")]
    [InlineData("POST")]
    public async Task Prepare_ConnectionBreaksAndRetriesAreOff_NothingIsRepeated(string method)
    {
        Server.Otherwise = (seen, context) =>
        {
            if (seen.Method != method)
                return Task.FromResult(false);
            context.Abort();
            return Task.FromResult(true);
        };

        var driver = await _f.RunAsync(_f.Tus(options: new RequestOptions { Retry = new RetryOptions { MaxRetries = 0 } }));

        driver.State.Outcome.Should().BeOfType<FailedOutcome>();
        Server.Methods.Count(m => m == method).Should().Be(1);
    }

    [Fact]
    public async Task ServerWithoutOptions_IsTakenAtItsAnswers()
    {
        Server.KnowsOptions = false;

        Completed(await _f.RunAsync(_f.Tus()));

        Server.Only.Should().Equal(_f.Bytes);
    }

    [Fact]
    public async Task Options_MaxSizeOrNoCreation_FailsBeforeAnythingIsSent()
    {
        Server.Otherwise = (seen, context) =>
        {
            context.Response.Headers["Tus-Max-Size"] = "1000";
            return Task.FromResult(false);
        };
        Failed(await _f.RunAsync(_f.Tus())).Message.Should().Contain("1000").And.Contain($"{UploadFixture.Size}");

        Server.Otherwise = (_, _) => Task.FromResult(false);
        Server.Extensions = "termination";
        Failed(await _f.RunAsync(_f.Tus())).Code.Should().Be(ErrorCode.UploadFailed);

        Server.Methods.Should().OnlyContain(m => m == "OPTIONS");
    }
}
