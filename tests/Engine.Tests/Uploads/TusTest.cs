using Ferry.Engine.Errors;
using Ferry.Engine.Tests.Downloads;
using Ferry.Engine.Transfers;
using Ferry.Testing.Uploads;
using Microsoft.AspNetCore.Http;

namespace Ferry.Engine.Tests.Uploads;

/// <summary>What tests of uploads by tus share: each finds the server as it began.</summary>
public abstract class TusTest(UploadFixture fixture) : IClassFixture<UploadFixture>, IAsyncLifetime
{
    private protected readonly UploadFixture _f = fixture;

    private protected UploadServer Server => _f.Server;

    public Task InitializeAsync()
    {
        Server.Requests.Clear();
        Server.Forget();
        Server.Otherwise = (_, _) => Task.FromResult(false);
        Server.Extensions = "creation,creation-with-upload,creation-defer-length,termination";
        Server.Algorithms = null;
        Server.KnowsOptions = true;
        File.WriteAllBytes(_f.File, _f.Bytes);
        return Task.CompletedTask;
    }

    public Task DisposeAsync() => Task.CompletedTask;

    private protected static Task<bool> Answer(bool otherwise, HttpContext context, int status)
    {
        if (otherwise)
            context.Response.StatusCode = status;
        return Task.FromResult(otherwise);
    }

    private protected static CompletedOutcome Completed(TransferDriver driver) => driver.State.Outcome.Should().BeOfType<CompletedOutcome>().Subject;

    private protected static TransferError Failed(TransferDriver driver) => driver.State.Outcome.Should().BeOfType<FailedOutcome>().Subject.Error;
}
