using Akka.Actor;
using Ferry.Actors.Client;
using Ferry.Actors.Protocol;
using Ferry.Actors.Tests.Kit;
using Ferry.Engine.Requests;

namespace Ferry.Actors.Tests.Client;

/// <summary>Cancelling by session: all, one, several; by task, by id, by the request object.</summary>
public sealed class TransferSessionTests : EngineKit
{
    private readonly TransferSession _session;
    private readonly TransferSession _other;

    public TransferSessionTests()
    {
        var supervisor = StartSupervisor();
        _session = new TransferSession(Sys, supervisor, Time, new Random(1));
        _other = new TransferSession(Sys, supervisor, Time, new Random(2));
    }

    [Fact]
    public async Task Cancel_All_EndsTheSessionsTransfers_AndNoOthers()
    {
        var mine = new[] { await RunningAsync(_session), await RunningAsync(_session) };
        var others = await RunningAsync(_other);

        var replies = await _session.Cancel().WaitAsync(Patience);

        replies.Done.Select(d => d.Id).Should().BeEquivalentTo(mine.Select(t => t.Id));
        foreach (var task in mine)
            (await task.End.WaitAsync(Patience)).Should().BeOfType<TransferCancelled>();
        others.End.IsCompleted.Should().BeFalse();
    }

    [Fact]
    public async Task Cancel_OneByTaskOrId_LeavesTheOthers()
    {
        var (first, second, third) = (await RunningAsync(_session), await RunningAsync(_session), await RunningAsync(_session));

        await _session.Cancel(first).WaitAsync(Patience);
        await _session.Cancel(second.Id).WaitAsync(Patience);

        (await first.End.WaitAsync(Patience)).Should().BeOfType<TransferCancelled>();
        (await second.End.WaitAsync(Patience)).Should().BeOfType<TransferCancelled>();
        third.End.IsCompleted.Should().BeFalse();
    }

    [Fact]
    public async Task Cancel_Several()
    {
        var tasks = new[] { await RunningAsync(_session), await RunningAsync(_session) };

        (await _session.Cancel(tasks).WaitAsync(Patience)).Done.Should().HaveCount(2);
    }

    [Fact]
    public async Task Cancel_ByTheRequestObject_EndsEveryTransferOfIt()
    {
        var request = new TransferRequest { Url = "http://origin.test/a", Destination = new MemoryDestination() };
        var same = new[] { await RunningAsync(_session, request), await RunningAsync(_session, request) };
        var equal = await RunningAsync(_session, request with { });

        await _session.Cancel(request).WaitAsync(Patience);

        foreach (var task in same)
            (await task.End.WaitAsync(Patience)).Should().BeOfType<TransferCancelled>();
        equal.End.IsCompleted.Should().BeFalse("another object that looks the same is another request");
    }

    [Fact]
    public async Task Cancel_EndedOrUnknown_ChangesNothing_AndSaysSo()
    {
        var task = _session.Fetch(MemoryRequest("a"));
        (await Origin.NextAttemptAsync()).FinishWhole();
        await task.End.WaitAsync(Patience);

        (await _session.Cancel(task).WaitAsync(Patience)).Rejected.Should().ContainSingle().Which.Error.Message.Should().NotBeEmpty();
        (await _session.Cancel(TransferId.Parse("nobody")).WaitAsync(Patience)).Rejected.Should().ContainSingle();
        (await task.End).Should().BeOfType<TransferCompleted>();
    }

    private async Task<TransferTask> RunningAsync(TransferSession session, TransferRequest? request = null)
    {
        var task = session.Fetch(request ?? new TransferRequest { Url = "http://origin.test/x", Destination = new MemoryDestination() });
        await Origin.NextAttemptAsync();
        return task;
    }
}
