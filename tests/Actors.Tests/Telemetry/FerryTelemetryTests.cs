using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Akka.Actor;
using Ferry.Actors.Client;
using Ferry.Actors.Protocol;
using Ferry.Actors.Telemetry;
using Ferry.Actors.Tests.Kit;
using Ferry.Engine.Requests;

namespace Ferry.Actors.Tests.Telemetry;

/// <summary>Meters are the process's: these tests run when no other one does.</summary>
[CollectionDefinition(nameof(AloneCollection), DisableParallelization = true)]
public sealed class AloneCollection;

[Collection(nameof(AloneCollection))]
public sealed class FerryTelemetryTests : EngineKit
{
    private readonly ConcurrentQueue<(string Name, double Value, Dictionary<string, object?> Tags)> _measured = new();
    private readonly ConcurrentQueue<Activity> _spans = new();
    private readonly MeterListener _meters = new();
    private readonly ActivityListener _activities;
    private readonly TransferSession _session;
    private readonly IActorRef _supervisor;

    public FerryTelemetryTests()
    {
        _meters.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == FerryTelemetry.Name)
                listener.EnableMeasurementEvents(instrument);
        };
        _meters.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument, value, tags));
        _meters.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Note(instrument, value, tags));
        _meters.Start();
        _activities = new ActivityListener
        {
            ShouldListenTo = source => source.Name == FerryTelemetry.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _spans.Enqueue,
        };
        ActivitySource.AddActivityListener(_activities);
        _supervisor = StartSupervisor();
        _session = new TransferSession(Sys, _supervisor, Time, new Random(1));
    }

    [Fact]
    public async Task Completed_IsCounted_WithItsBytesAndTimeToFirstByte()
    {
        var task = _session.Fetch(MemoryRequest("a"));
        var attempt = await Origin.NextAttemptAsync();
        Pass(TimeSpan.FromSeconds(2));
        attempt.Headers(100);
        attempt.Progress(40);
        attempt.Finish(100);
        await task.End.WaitAsync(Patience);

        Of("ferry.transfer.ended").Should().ContainSingle().Which.Tags.Should().Contain("ferry.transfer.outcome", "completed");
        Of("ferry.transfer.io").Where(m => Equals(m.Tags["network.io.direction"], "receive")).Sum(m => m.Value).Should().Be(100);
        var first = Of("ferry.transfer.time_to_first_byte").Should().ContainSingle().Subject;
        first.Value.Should().Be(2);
        first.Tags.Should().Contain("server.address", "origin.test").And.Contain("http.response.status_code", 200);
    }

    [Fact]
    public async Task AnsweredFromTheCache_IsCounted_AndNothingElseIs()
    {
        foreach (var fromCache in new[] { true, false })
        {
            var task = _session.Fetch(MemoryRequest(fromCache ? "a" : "b"));
            var attempt = await Origin.NextAttemptAsync();
            attempt.Headers(100);
            attempt.Finish(100, fromCache);
            await task.End.WaitAsync(Patience);
        }
        Of("ferry.cache.hits").Should().ContainSingle().Which.Value.Should().Be(1);
    }

    [Fact]
    public async Task Failed_IsCounted_WithItsCode()
    {
        var task = _session.Fetch(MemoryRequest("a"));
        (await Origin.NextAttemptAsync()).Fail();
        await task.End.WaitAsync(Patience);

        Of("ferry.transfer.ended").Should().ContainSingle().Which.Tags.Should()
            .Contain("ferry.transfer.outcome", "failed").And.Contain("error.type", "2300078");
    }

    [Fact]
    public async Task Cancelled_WhileQueued_IsCountedToo()
    {
        Options = Options with { MaxConcurrent = 0 };
        var session = new TransferSession(Sys, StartSupervisor(), Time, new Random(2));
        var task = session.Fetch(MemoryRequest("a"));
        await task.Accepted.WaitAsync(Patience);
        task.Abort();
        await task.End.WaitAsync(Patience);

        Of("ferry.transfer.ended").Should().ContainSingle().Which.Tags.Should().Contain("ferry.transfer.outcome", "cancelled");
    }

    [Fact]
    public async Task Retry_IsCounted_WithItsCode()
    {
        var task = _session.Fetch(FileRequest("a"));
        (await Origin.NextAttemptAsync()).Break();
        AwaitAssert(() => Of("ferry.transfer.retries").Should().ContainSingle().Which.Tags.Should().Contain("error.type", "2300056"), Patience);
        task.Abort();
        await task.End.WaitAsync(Patience);
    }

    [Fact]
    public async Task Active_FollowsTheStates_AndEndsAtZero()
    {
        var task = _session.Fetch(FileRequest("a"));
        var attempt = await Origin.NextAttemptAsync();
        Sum("running").Should().Be(1);
        Sum("queued").Should().Be(0);

        await task.Pause().WaitAsync(Patience);
        (Sum("running"), Sum("paused")).Should().Be((0, 1));

        await task.Resume().WaitAsync(Patience);
        (await Origin.NextAttemptAsync()).FinishWhole();
        await task.End.WaitAsync(Patience);
        AwaitAssert(() => Of("ferry.transfer.active").Sum(m => m.Value).Should().Be(0), Patience);
        attempt.Token.IsCancellationRequested.Should().BeTrue("the pause ended it");
    }

    [Fact]
    public async Task Active_SupervisorStops_LeavesNothingBehind()
    {
        _ = _session.Fetch(FileRequest("a"));
        await Origin.NextAttemptAsync();
        Watch(_supervisor);
        Sys.Stop(_supervisor);
        ExpectTerminated(_supervisor);

        Of("ferry.transfer.active").Sum(m => m.Value).Should().Be(0);
    }

    [Fact]
    public async Task Attempt_IsAClientSpan_WithoutTheQueryString()
    {
        var task = _session.Fetch(MemoryRequest("a") with { Url = "https://origin.test/a?token=secret", Options = new RequestOptions { Method = "GET" } });
        (await Origin.NextAttemptAsync()).FinishWhole();
        await task.End.WaitAsync(Patience);

        var span = _spans.Should().ContainSingle(s => Equals(s.GetTagItem("ferry.transfer.id"), "a")).Subject;
        span.Kind.Should().Be(ActivityKind.Client);
        span.OperationName.Should().Be("GET");
        span.TagObjects.Should().Contain(new KeyValuePair<string, object?>("http.request.method", "GET"))
            .And.Contain(new KeyValuePair<string, object?>("url.full", "https://origin.test/a"))
            .And.Contain(new KeyValuePair<string, object?>("server.address", "origin.test"))
            .And.Contain(new KeyValuePair<string, object?>("server.port", 443))
            .And.Contain(new KeyValuePair<string, object?>("http.response.status_code", 200))
            .And.Contain(new KeyValuePair<string, object?>("network.protocol.version", "1.1"));
        span.TagObjects.Should().NotContain(t => t.Value != null && t.Value.ToString()!.Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Attempt_Failed_IsASpanWithAnError()
    {
        var task = _session.Fetch(MemoryRequest("a"));
        (await Origin.NextAttemptAsync()).Fail();
        await task.End.WaitAsync(Patience);

        var span = _spans.Should().ContainSingle(s => Equals(s.GetTagItem("ferry.transfer.id"), "a")).Subject;
        span.Status.Should().Be(ActivityStatusCode.Error);
        span.GetTagItem("error.type").Should().Be("2300078");
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        _meters.Dispose();
        _activities.Dispose();
    }

    private void Note(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        _measured.Enqueue((instrument.Name, value, tags.ToArray().ToDictionary(t => t.Key, t => t.Value)));

    private IEnumerable<(string Name, double Value, Dictionary<string, object?> Tags)> Of(string name) => _measured.Where(m => m.Name == name);

    private double Sum(string state) => Of("ferry.transfer.active").Where(m => Equals(m.Tags["ferry.transfer.state"], state)).Sum(m => m.Value);
}
