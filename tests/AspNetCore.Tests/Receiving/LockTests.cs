using Ferry.AspNetCore.Storage;
using Ferry.AspNetCore.Tests.Kit;
using Ferry.Testing.Server;
using Ferry.Testing.Time;

namespace Ferry.AspNetCore.Tests.Receiving;

/// <summary>One writer for each upload.</summary>
public sealed class LockTests : IDisposable
{
    private readonly UploadDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("HEAD")]
    [InlineData("PATCH")]
    public async Task HalfOpenConnection_IsTakenOver_AndKeepsWhatItHas(string method)
    {
        await using var receiver = await Receiver.StartAsync(_directory.Options);
        var content = Content.Bytes(14, 100_000);
        var url = await receiver.Client.CreateAsync(content.Length, "a");
        using var hanging = await RawRequest.PatchAsync(receiver, url, 0, content.Length);
        await hanging.SendAsync(content.AsMemory(0, 30_000));
        await Waiting.WrittenAsync(_directory, url, 30_000);
        if (method == "HEAD")
            (await receiver.Client.OffsetAsync(url)).Should().Be(30_000);
        using var rest = await receiver.Client.PatchAsync(url, 30_000, content[30_000..]);
        rest.Status().Should().Be(204);
        (await hanging.AnswerAsync()).Should().StartWith("HTTP/1.1 423");
        _directory.Read("a").Should().Equal(content);
    }

    [Fact]
    public async Task HalfOpenConnection_DeleteTakesOver()
    {
        await using var receiver = await Receiver.StartAsync(_directory.Options);
        var url = await receiver.Client.CreateAsync(1000);
        using var hanging = await RawRequest.PatchAsync(receiver, url, 0, 1000);
        await hanging.SendAsync(new byte[300]);
        await Waiting.WrittenAsync(_directory, url, 300);
        using var deleted = await receiver.Client.SendAsync("DELETE", url, null);
        deleted.Status().Should().Be(204);
        _directory.WorkNames.Should().BeEmpty();
        (await hanging.AnswerAsync()).Should().StartWith("HTTP/1.1 423");
    }

    [Theory]
    [InlineData("HEAD")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    public async Task HeldByAnotherProcess_423AfterThePatience_AndFreeWhenThatEnds(string method)
    {
        var time = new ManualTimeProvider();
        await using var receiver = await Receiver.StartAsync(_directory.Options with { Expiration = TimeSpan.Zero }, new ReceiverSetup { Time = time });
        var url = await receiver.Client.CreateAsync(100);
        // An open record is what another process has; its lock is the system's, and goes with the process.
        using (UploadRecord.Open(_directory.Paths.Record(UploadDirectory.IdOf(url)), new Device()))
        {
            var request = receiver.Client.SendAsync(method, url, TusClient.Bytes(new byte[10]), ("Upload-Offset", "0"));
            while (!request.IsCompleted)
            {
                time.Advance(TimeSpan.FromMilliseconds(100));
                await Task.Yield();
            }
            using var response = await request;
            (response.Status(), response.Field("Upload-Offset")).Should().Be((423, null));
        }
        (await receiver.Client.OffsetAsync(url)).Should().Be(0);
    }

    [Fact]
    public async Task HeldByAnotherProcess_WhoWaitsGivesWayToANewerRequest()
    {
        var time = new ManualTimeProvider();
        await using var receiver = await Receiver.StartAsync(_directory.Options with { Expiration = TimeSpan.Zero }, new ReceiverSetup { Time = time });
        var url = await receiver.Client.CreateAsync(100);
        Task<HttpResponseMessage> newer;
        using (UploadRecord.Open(_directory.Paths.Record(UploadDirectory.IdOf(url)), new Device()))
        {
            var timers = time.ArmedTimers;
            var older = receiver.Client.HeadAsync(url);
            await Waiting.UntilAsync(() => time.ArmedTimers > timers);
            newer = receiver.Client.HeadAsync(url);
            using var locked = await older.WaitAsync(Waiting.Patience);
            locked.Status().Should().Be(423);
        }
        while (!newer.IsCompleted)
        {
            time.Advance(TimeSpan.FromMilliseconds(50));
            await Task.Yield();
        }
        using var found = await newer;
        found.Status().Should().Be(200);
    }

    [Fact]
    public async Task HolderBusyWithTheService_423AfterThePatience()
    {
        var time = new ManualTimeProvider();
        var (entered, gate) = (new TaskCompletionSource(), new TaskCompletionSource());
        var options = _directory.Options with
        {
            Completed = async (_, _) =>
            {
                entered.TrySetResult();
                await gate.Task;
            },
        };
        await using var receiver = await Receiver.StartAsync(options, new ReceiverSetup { Time = time });
        var url = await receiver.Client.CreateAsync(10, "a");
        var last = receiver.Client.PatchAsync(url, 0, new byte[10]);
        await entered.Task.WaitAsync(Waiting.Patience);
        var timers = time.ArmedTimers;
        var head = receiver.Client.HeadAsync(url);
        await Waiting.UntilAsync(() => time.ArmedTimers > timers);
        time.Advance(options.LockPatience);
        using (var locked = await head)
            locked.Status().Should().Be(423);
        gate.SetResult();
        using var response = await last;
        response.Status().Should().Be(204);
        (await receiver.Client.OffsetAsync(url)).Should().Be(10);
    }

    [Fact]
    public async Task Sweep_LeavesALockedUploadAlone()
    {
        await using var receiver = await Receiver.StartAsync(_directory.Options with { Expiration = TimeSpan.FromTicks(1) });
        using var hanging = await RawRequest.StartAsync(
            receiver, "POST", "/files", ("Content-Type", TusClient.Type), ("Upload-Length", "1000"), ("Content-Length", "1000"));
        await hanging.SendAsync(new byte[300]);
        await Waiting.UntilAsync(() => _directory.WorkNames.Length == 2);
        await receiver.SweepAsync();
        _directory.WorkNames.Should().HaveCount(2);
        await hanging.SendAsync(new byte[700]);
        (await hanging.AnswerAsync()).Should().StartWith("HTTP/1.1 201");
    }
}
