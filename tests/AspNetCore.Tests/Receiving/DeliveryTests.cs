using System.Collections.Concurrent;
using Ferry.AspNetCore.Storage;
using Ferry.AspNetCore.Tests.Kit;
using Ferry.Testing.Time;

namespace Ferry.AspNetCore.Tests.Receiving;

/// <summary>Uploads that a crash kept from the service, and a service that takes its time with one of them.</summary>
public sealed class DeliveryTests : IDisposable
{
    private static readonly TimeSpan Day = TimeSpan.FromHours(24);
    private readonly UploadDirectory _directory = new();
    private readonly ManualTimeProvider _time = new();
    private readonly TaskCompletionSource _entered = new();
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Dispose()
    {
        // Of a test that fails no thread stays blocked.
        _gate.TrySetResult();
        _directory.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ServiceHangs_UploadsExpireAllTheSame(bool blocksItsThread)
    {
        LeaveUntold(Stores.Id);
        await using var receiver = await StartAsync((_, _) =>
        {
            _entered.TrySetResult();
            if (blocksItsThread)
                _gate.Task.Wait();
            return _gate.Task;
        });
        await _entered.Task.WaitAsync(Waiting.Patience);
        await ExpireOneAsync(receiver);
        _gate.SetResult();
    }

    [Fact]
    public async Task ServiceHangs_OneDeliveryAtATime_AndEveryUploadIsToldOnce()
    {
        var others = new[] { "1", "2", "3" }.Select(d => d + Stores.Id[1..]).ToArray();
        string[] all = [Stores.Id, .. others];
        foreach (var id in all)
            LeaveUntold(id);
        var (told, running, most) = (new ConcurrentQueue<string>(), 0, 0);
        await using var receiver = await StartAsync(async (upload, _) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            _entered.TrySetResult();
            await _gate.Task;
            told.Enqueue(upload.Id);
            Interlocked.Decrement(ref running);
        });
        await _entered.Task.WaitAsync(Waiting.Patience);
        for (var sweeps = 0; sweeps < 3; sweeps++)
            await ExpireOneAsync(receiver);
        _gate.SetResult();
        await Waiting.UntilAsync(() => told.Count == all.Length && Volatile.Read(ref running) == 0);
        await receiver.SweepAsync();
        told.Should().BeEquivalentTo(all);
        most.Should().Be(1);
    }

    [Fact]
    public async Task ServiceHangs_ItsUploadIsNotForgotten_HoweverLongThatTakes()
    {
        LeaveUntold(Stores.Id);
        var calls = 0;
        await using (var receiver = await StartAsync(async (_, cancellationToken) =>
        {
            Interlocked.Increment(ref calls);
            _entered.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        }))
        {
            await _entered.Task.WaitAsync(Waiting.Patience);
            _time.Advance(Day * 3);
            await receiver.SweepAsync();
            _directory.WorkNames.Should().Equal(Stores.Id + ".upload");
        }
        calls.Should().Be(1);
        var told = new TaskCompletionSource<string>();
        await using var restarted = await StartAsync((upload, _) =>
        {
            told.SetResult(upload.Id);
            return Task.CompletedTask;
        });
        (await told.Task.WaitAsync(Waiting.Patience)).Should().Be(Stores.Id);
    }

    [Fact]
    public async Task HostStops_TheDeliveryIsCancelled_AndWaitedFor()
    {
        LeaveUntold(Stores.Id);
        var cancelled = new TaskCompletionSource();
        var hasEnded = false;
        await using var receiver = await StartAsync(async (_, cancellationToken) =>
        {
            _entered.TrySetResult();
            await using var registration = cancellationToken.Register(cancelled.SetResult);
            await _gate.Task;
            Volatile.Write(ref hasEnded, true);
            cancellationToken.ThrowIfCancellationRequested();
        });
        await _entered.Task.WaitAsync(Waiting.Patience);
        var stopped = receiver.StopAsync();
        await cancelled.Task.WaitAsync(Waiting.Patience);
        stopped.IsCompleted.Should().BeFalse("the service has not returned yet");
        _gate.SetResult();
        await stopped;
        Volatile.Read(ref hasEnded).Should().BeTrue();
        Stores.State(_directory, Stores.Id)!.Delivered.Should().BeFalse("it was not taken over");
    }

    private Task<Receiver> StartAsync(Func<ReceivedUpload, CancellationToken, Task> completed) =>
        Receiver.StartAsync(_directory.Options with { Expiration = Day, Completed = completed }, new ReceiverSetup { Time = _time });

    // What a process leaves that ends before the service is told.
    private void LeaveUntold(string id) => Stores.Leave(
        _directory, null, new UploadState { Phase = UploadPhase.Finished, Length = 3, Flushed = 3, BootId = "", Name = "a", Touched = _time.GetUtcNow() }, id: id);

    // That one is gone shows that a sweep of the host's came.
    private async Task ExpireOneAsync(Receiver receiver)
    {
        var url = await receiver.Client.CreateAsync(100);
        _time.Advance(Day + TimeSpan.FromMinutes(10));
        await Waiting.UntilAsync(() => !_directory.WorkNames.Contains(UploadDirectory.IdOf(url) + ".bytes"));
    }
}
