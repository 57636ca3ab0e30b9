using Ferry.AspNetCore.Storage;
using Ferry.Testing.Time;

namespace Ferry.AspNetCore.Tests.Storage;

public sealed class UploadLocksTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly ManualTimeProvider _time = new();
    private readonly UploadLocks _locks;

    public UploadLocksTests() => _locks = new UploadLocks(_time);

    [Fact]
    public async Task Held_TheNewOneAsksTheHolderToStop_AndGetsItAfterIt()
    {
        var first = await AcquireAsync();
        first!.Stop.IsCancellationRequested.Should().BeFalse();
        var second = AcquireAsync();
        await Cancelled(first.Stop);
        second.IsCompleted.Should().BeFalse();
        first.Dispose();
        using var held = await second;
        held!.Stop.IsCancellationRequested.Should().BeFalse("nobody else waits");
    }

    [Fact]
    public async Task HolderDoesNotStop_NullAfterThePatience()
    {
        using var first = await AcquireAsync();
        var second = AcquireAsync();
        await Cancelled(first!.Stop);
        await ArmedAsync(1);
        _time.Advance(Patience - TimeSpan.FromTicks(1));
        second.IsCompleted.Should().BeFalse();
        _time.Advance(TimeSpan.FromTicks(1));
        (await second).Should().BeNull();
    }

    [Fact]
    public async Task WaitedForWhenItComes_AskedToStopAtOnce_SoTheNewestWins()
    {
        var first = await AcquireAsync();
        var second = AcquireAsync();
        await ArmedAsync(1);
        var third = AcquireAsync();
        await ArmedAsync(2);
        first!.Dispose();
        var held = await second;
        await Cancelled(held!.Stop);
        third.IsCompleted.Should().BeFalse("requests come in their order");
        held.Dispose();
        using var last = await third;
        last!.Stop.IsCancellationRequested.Should().BeFalse();
    }

    [Fact]
    public async Task WaitingIsGivenUp_TheLineGoesOn()
    {
        var first = await AcquireAsync();
        using var gone = new CancellationTokenSource();
        var second = _locks.AcquireAsync("a", Patience, gone.Token);
        await ArmedAsync(1);
        await gone.CancelAsync();
        await second.Invoking(s => s).Should().ThrowAsync<OperationCanceledException>();
        first!.Dispose();
        using var third = await AcquireAsync();
        third!.Stop.IsCancellationRequested.Should().BeFalse();
    }

    [Fact]
    public async Task TryAcquire_NeverDisturbs()
    {
        var swept = _locks.TryAcquire("a")!;
        _locks.TryAcquire("a").Should().BeNull();
        var request = AcquireAsync();
        await ArmedAsync(1);
        swept.Dispose();
        using var held = await request;
        _locks.TryAcquire("a").Should().BeNull();
        held!.Stop.IsCancellationRequested.Should().BeFalse();
        using var other = _locks.TryAcquire("b");
        other.Should().NotBeNull();
    }

    [Fact]
    public async Task DisposedTwice_ReleasedOnce()
    {
        var first = await AcquireAsync();
        first!.Dispose();
        first.Dispose();
        using var second = await AcquireAsync();
        _locks.TryAcquire("a").Should().BeNull();
        var third = AcquireAsync();
        await ArmedAsync(1);
        third.IsCompleted.Should().BeFalse();
        second!.Dispose();
        (await third)!.Dispose();
    }

    private Task<UploadLocks.Hold?> AcquireAsync() => _locks.AcquireAsync("a", Patience, default);

    private async Task ArmedAsync(int timers)
    {
        while (_time.ArmedTimers < timers)
            await Task.Yield();
    }

    private static async Task Cancelled(CancellationToken token)
    {
        var cancelled = new TaskCompletionSource();
        await using (token.Register(cancelled.SetResult))
            await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }
}
