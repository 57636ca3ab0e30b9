using System.Net;
using System.Net.Sockets;
using Ferry.Engine.Http;
using Ferry.Testing.Time;

namespace Ferry.Engine.Tests.Http;

public sealed class HappyEyeballsTests
{
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(250);
    private static readonly IPAddress Six = IPAddress.Parse("2001:db8::1");
    private static readonly IPAddress Six2 = IPAddress.Parse("2001:db8::2");
    private static readonly IPAddress Four = IPAddress.Parse("192.0.2.1");
    private static readonly IPAddress Four2 = IPAddress.Parse("192.0.2.2");

    private readonly ManualTimeProvider _time = new();
    private readonly Dictionary<IPAddress, TaskCompletionSource<Connection>> _attempts = [];
    private bool _givesUp;

    [Fact]
    public void Order_FamiliesTakeTurnsBeginningWithTheFirst()
    {
        HappyEyeballs.Order([Six, Six2, Four, Four2]).Should().Equal(Six, Four, Six2, Four2);
        HappyEyeballs.Order([Four, Four2, Six]).Should().Equal(Four, Six, Four2);
        HappyEyeballs.Order([Four]).Should().Equal(Four);
    }

    [Fact]
    public async Task Race_FirstAnswers_OthersNeverTried()
    {
        var race = RaceAsync([Six, Four]);
        _attempts[Six].SetResult(new Connection());
        (await race.WaitAsync(Calls.Soon)).Should().BeSameAs(await _attempts[Six].Task);
        _attempts.Should().ContainSingle();
    }

    [Fact]
    public async Task Race_FirstIsSilent_NextAfterTheDelayAndTheLoserIsDisposed()
    {
        var race = RaceAsync([Six, Four]);
        _time.Advance(Delay - TimeSpan.FromTicks(1));
        _attempts.Should().ContainSingle();
        await AdvanceUntilTriedAsync(Four);
        _attempts[Four].SetResult(new Connection());
        await race.WaitAsync(Calls.Soon);

        var late = new Connection();
        _attempts[Six].SetResult(late);
        await late.Disposed.Task.WaitAsync(Calls.Soon);
    }

    [Fact]
    public async Task Race_FirstFails_NextAtOnce()
    {
        var race = RaceAsync([Six, Four]);
        _attempts[Six].SetException(new SocketException((int)SocketError.NetworkUnreachable));
        await TriedAsync(Four);
        _attempts[Four].SetResult(new Connection());
        await race.WaitAsync(Calls.Soon);
        _time.GetTimestamp().Should().Be(0, "no time passed");
    }

    [Fact]
    public async Task Race_AllFail_TheFirstFailure()
    {
        var race = RaceAsync([Six, Four]);
        _attempts[Six].SetException(new SocketException((int)SocketError.ConnectionRefused));
        await TriedAsync(Four);
        _attempts[Four].SetException(new SocketException((int)SocketError.NetworkUnreachable));
        (await race.WaitAsync(Calls.Soon).Invoking(r => r).Should().ThrowAsync<SocketException>())
            .Which.SocketErrorCode.Should().Be(SocketError.ConnectionRefused);
    }

    [Fact]
    public async Task Race_Cancelled_EndsEveryAttempt()
    {
        _givesUp = true;
        using var cancel = new CancellationTokenSource();
        var race = RaceAsync([Six, Four], cancel.Token);
        await cancel.CancelAsync();
        await race.WaitAsync(Calls.Soon).Invoking(r => r).Should().ThrowAsync<OperationCanceledException>();
        _attempts.Should().ContainSingle();
    }

    private Task<Connection> RaceAsync(IPAddress[] addresses, CancellationToken token = default) =>
        HappyEyeballs.RaceAsync(addresses, ConnectAsync, Delay, _time, token);

    private Task<Connection> ConnectAsync(IPAddress address, CancellationToken token)
    {
        var attempt = new TaskCompletionSource<Connection>();
        lock (_attempts)
            _attempts[address] = attempt;
        // A socket that connects in the very moment it is given up is not cancelled: most tests complete it themselves.
        if (_givesUp)
            token.Register(() => attempt.TrySetCanceled(token));
        return attempt.Task;
    }

    private async Task AdvanceUntilTriedAsync(IPAddress address)
    {
        _time.Advance(TimeSpan.FromTicks(1));
        await TriedAsync(address);
    }

    private async Task TriedAsync(IPAddress address)
    {
        using var limit = new CancellationTokenSource(Calls.Soon);
        while (true)
        {
            lock (_attempts)
            {
                if (_attempts.ContainsKey(address))
                    return;
            }
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private sealed class Connection : IDisposable
    {
        public TaskCompletionSource Disposed { get; } = new();

        public void Dispose() => Disposed.TrySetResult();
    }
}
