using Ferry.AspNetCore.Tests.Kit;

namespace Ferry.AspNetCore.Tests.Receiving;

/// <summary>A disk whose locks do nothing: two receivers on it would write over each other's bytes.</summary>
public sealed class NoLocksTests : IDisposable
{
    private readonly UploadDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task HostDoesNotStart_AndIsToldWhatToDo()
    {
        var start = async () =>
        {
            await using var receiver = await StartAsync(_directory.Options);
        };
        (await start.Should().ThrowAsync<InvalidOperationException>())
            .WithMessage($"File locks do nothing in '{_directory.Paths.Work}'*another Directory*{nameof(UploadReceiverOptions.SoleProcess)}*");
        _directory.WorkNames.Should().BeEmpty();
    }

    [Fact]
    public async Task SoleProcess_UploadsAreReceived()
    {
        await using var receiver = await StartAsync(_directory.Options with { SoleProcess = true });
        var url = await receiver.Client.CreateAsync(3, "a");
        using var last = await receiver.Client.PatchAsync(url, 0, [1, 2, 3]);
        last.Status().Should().Be(204);
        _directory.Read("a").Should().Equal(1, 2, 3);
    }

    private static Task<Receiver> StartAsync(UploadReceiverOptions options) =>
        Receiver.StartAsync(options, new ReceiverSetup { Services = Stores.Boot(options, "boot", new WatchedDevice { LocksNothing = true }) });
}
