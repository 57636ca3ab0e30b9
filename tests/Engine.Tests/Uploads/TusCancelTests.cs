using Ferry.Engine.Transfers;

namespace Ferry.Engine.Tests.Uploads;

/// <summary>termination: cancelled uploads by tus.</summary>
public sealed class TusCancelTests(UploadFixture fixture) : TusTest(fixture)
{
    [Theory]
    [InlineData("OPTIONS", 0)]
    [InlineData("POST", 0)]
    [InlineData("HEAD", 1)]
    [InlineData("DELETE", 1)]
    public async Task Cancelled_WhateverItWaitsFor_TheConnectionIsClosedAtOnce(string method, int uploads)
    {
        var journal = uploads == 0 ? [] : await _f.CrashAfterAsync(_f.Tus(), UploadFixture.Chunk);
        var (came, closed) = (new TaskCompletionSource(), new TaskCompletionSource());
        Server.Otherwise = async (seen, context) =>
        {
            if (seen.Method != method)
                return false;
            came.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            closed.TrySetResult();
            return true;
        };
        var driver = _f.Driver(_f.Tus(), journal);
        if (method == "DELETE")
            driver.Tell(new CancelAsked(KeepPart: false));
        var run = driver.RunAsync();
        await came.Task;

        if (method == "DELETE")
            _f.Time.Advance(TimeSpan.FromSeconds(3));
        else
            driver.Tell(new CancelAsked(KeepPart: false));
        await run;
        await closed.Task;

        driver.State.Outcome.Should().Be(new CancelledOutcome(false));
    }

    [Fact]
    public async Task Cancelled_TheServerIsAskedToForgetIt()
    {
        var held = new TaskCompletionSource();
        Server.Otherwise = async (seen, context) =>
        {
            if (seen.Method != "PATCH")
                return false;
            held.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return true;
        };
        var driver = _f.Driver(_f.Tus());
        var run = driver.RunAsync();
        await held.Task;

        driver.Tell(new CancelAsked(KeepPart: false));
        await run;

        driver.State.Outcome.Should().Be(new CancelledOutcome(false));
        Server.Methods.Should().EndWith("DELETE");
        Server.Count.Should().Be(0);
    }

    [Fact]
    public async Task CancelledKeepingPart_StaysThereAndGoesOnLater()
    {
        var journal = await _f.CrashAfterAsync(_f.Tus(), UploadFixture.Chunk);
        var driver = _f.Driver(_f.Tus(), journal);
        driver.Tell(new CancelAsked(KeepPart: true));
        await driver.RunAsync();
        Server.Methods.Should().NotContain("DELETE");

        var again = _f.Driver(_f.Tus(), driver.Journal);
        await again.RunAsync(again: true);

        Completed(again);
        Server.Only.Should().Equal(_f.Bytes);
        Server.Count.Should().Be(1);
    }
}
