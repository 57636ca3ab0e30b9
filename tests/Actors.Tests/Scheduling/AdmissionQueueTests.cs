using Ferry.Actors.Scheduling;
using Ferry.Engine.Requests;

namespace Ferry.Actors.Tests.Scheduling;

public sealed class AdmissionQueueTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly Origin A = new("http://a:80");
    private static readonly Origin B = new("http://b:80");

    [Fact]
    public void TryStart_LargerPriorityFirst_ThenArrival()
    {
        var queue = Queue(concurrent: 10);
        Add(queue, "low", 1);
        Add(queue, "first", 500);
        Add(queue, "second", 500);
        Add(queue, "high", 1000);
        StartAll(queue).Should().Equal("high", "first", "second", "low");
    }

    [Fact]
    public void TryStart_AllSlotsTaken_NobodyStarts()
    {
        var queue = Queue(concurrent: 1);
        Add(queue, "a", 1);
        Add(queue, "b", 1);
        StartAll(queue).Should().Equal("a");
        queue.Release(A, Noon);
        StartAll(queue).Should().Equal("b");
    }

    [Fact]
    public void TryStart_OriginAtItsLimit_OthersGoOn()
    {
        var queue = Queue(concurrent: 10, perOrigin: 1);
        Add(queue, "a1", 1000);
        Add(queue, "a2", 1000);
        Add(queue, "b1", 1, B);
        StartAll(queue).Should().Equal("a1", "b1");
        queue.Release(A, Noon);
        StartAll(queue).Should().Equal("a2");
    }

    [Fact]
    public void TryStart_WaitingMakesUpForUrgency()
    {
        // One point of priority for each second: after 1000 seconds the least urgent goes before a new most urgent one.
        var queue = Queue(concurrent: 1, aging: TimeSpan.FromSeconds(1));
        Add(queue, "old", 1);
        Add(queue, "urgent", 1000, since: Noon.AddSeconds(998));
        Add(queue, "late", 1000, since: Noon.AddSeconds(1000));
        StartOne(queue, Noon.AddSeconds(1001)).Should().Be("urgent");
        queue.Release(A, Noon);
        StartOne(queue, Noon.AddSeconds(1001)).Should().Be("old");
    }

    [Fact]
    public void TryStart_UnderAnEndlessLoadOfTheMostUrgent_TheLeastUrgentRuns()
    {
        var queue = Queue(concurrent: 1, aging: TimeSpan.FromSeconds(5));
        Add(queue, "patient", 1);
        var now = Noon;
        for (var i = 0; i < 10_000; i++)
        {
            Add(queue, $"u{i}", 1000, since: now);
            var started = StartOne(queue, now);
            if (started == "patient")
                return;
            queue.Release(A, now);
            now += TimeSpan.FromSeconds(1);
        }
        Assert.Fail("It never ran.");
    }

    [Fact]
    public void Park_HoldsTheOriginUntilItsTime_OthersGoOn()
    {
        var queue = Queue(concurrent: 10);
        Add(queue, "a", 1000);
        Add(queue, "b", 1, B);
        queue.Park(A, Noon.AddSeconds(60), Noon);
        StartAll(queue).Should().Equal("b");
        queue.NextWake.Should().Be(Noon.AddSeconds(60));
        queue.Explain(Id("a"), Noon)!.Value.Earliest.Should().Be(Noon.AddSeconds(60));
        StartAll(queue, Noon.AddSeconds(59)).Should().BeEmpty();
        StartAll(queue, Noon.AddSeconds(60)).Should().Equal("a");
        queue.NextWake.Should().BeNull();
    }

    [Fact]
    public void Park_ALaterTimeCounts()
    {
        var queue = Queue(concurrent: 10);
        Add(queue, "a", 1);
        queue.Park(A, Noon.AddSeconds(60), Noon);
        queue.Park(A, Noon.AddSeconds(90), Noon);
        queue.Park(A, Noon.AddSeconds(30), Noon);
        StartAll(queue, Noon.AddSeconds(89)).Should().BeEmpty();
        StartAll(queue, Noon.AddSeconds(90)).Should().Equal("a");
    }

    [Fact]
    public void ChangePriority_MovesItAndKeepsItsArrival()
    {
        var queue = Queue(concurrent: 10);
        Add(queue, "a", 5);
        Add(queue, "b", 9);
        Add(queue, "c", 9);
        queue.ChangePriority(Id("a"), new Priority(9), Noon).Should().BeTrue();
        queue.ChangePriority(Id("nobody"), new Priority(9), Noon).Should().BeFalse();
        StartAll(queue).Should().Equal("a", "b", "c");
    }

    [Fact]
    public void Remove_TakesItOut()
    {
        var queue = Queue(concurrent: 10);
        Add(queue, "a", 5);
        Add(queue, "b", 5);
        queue.Remove(Id("a"), Noon).Should().BeTrue();
        queue.Remove(Id("a"), Noon).Should().BeFalse();
        StartAll(queue).Should().Equal("b");
    }

    [Fact]
    public void HasRoom_EndsAtTheBound()
    {
        var queue = new AdmissionQueue(new AdmissionPolicy(1, 1, 2, TimeSpan.FromSeconds(1)));
        Add(queue, "a", 1);
        queue.HasRoom.Should().BeTrue();
        Add(queue, "b", 1);
        queue.HasRoom.Should().BeFalse();
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    public void RandomLife_MatchesALookAtAll(int seed)
    {
        var random = new Random(seed);
        var policy = new AdmissionPolicy(MaxConcurrent: 5, MaxPerOrigin: 2, QueueBound: 10_000, AgingStep: TimeSpan.FromSeconds(3));
        var queue = new AdmissionQueue(policy);
        var model = new AdmissionModel(policy);
        var origins = Enumerable.Range(0, 6).Select(i => new Origin($"http://o{i}:80")).ToArray();
        var now = Noon;
        for (var step = 0; step < 5_000; step++)
        {
            now += TimeSpan.FromMilliseconds(random.Next(2_000));
            var origin = origins[random.Next(origins.Length)];
            switch (random.Next(8))
            {
                case 0 or 1 or 2:
                    var priority = new Priority(random.Next(1, 1001));
                    queue.Add(Id($"t{step}"), priority, origin, now, now);
                    model.Add(Id($"t{step}"), priority, origin, now);
                    break;
                case 3 when model.Any(random) is { } one:
                    queue.Remove(one, now).Should().BeTrue();
                    model.Remove(one);
                    break;
                case 4 when model.Any(random) is { } one:
                    var changed = new Priority(random.Next(1, 1001));
                    queue.ChangePriority(one, changed, now).Should().BeTrue();
                    model.ChangePriority(one, changed);
                    break;
                case 5 when model.AnyRunning(random) is { } running:
                    queue.Release(running, now);
                    model.Release(running);
                    break;
                case 6:
                    var until = now.AddSeconds(random.Next(1, 20));
                    queue.Park(origin, until, now);
                    model.Park(origin, until);
                    break;
            }
            while (queue.TryStart(now, out var next))
                model.Start(now).Should().Be(next.Id, $"seed {seed}, step {step}");
            model.Start(now).Should().BeNull($"seed {seed}, step {step}");
            queue.Count.Should().Be(model.Count);
        }
    }

    private static AdmissionQueue Queue(int concurrent, int perOrigin = 100, TimeSpan? aging = null) =>
        new(new AdmissionPolicy(concurrent, perOrigin, 1000, aging ?? TimeSpan.FromSeconds(5)));

    private static void Add(AdmissionQueue queue, string id, int priority, Origin? origin = null, DateTimeOffset? since = null) =>
        queue.Add(Id(id), new Priority(priority), origin ?? A, since ?? Noon, since ?? Noon);

    private static string? StartOne(AdmissionQueue queue, DateTimeOffset now) => queue.TryStart(now, out var next) ? next.Id.Value : null;

    private static List<string> StartAll(AdmissionQueue queue, DateTimeOffset? now = null)
    {
        var started = new List<string>();
        while (StartOne(queue, now ?? Noon) is { } id)
            started.Add(id);
        return started;
    }

    private static TransferId Id(string text) => TransferId.Parse(text);
}
