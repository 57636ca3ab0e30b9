using Ferry.Actors.Mailboxes;
using Ferry.Engine.Requests;

namespace Ferry.Actors.Tests.Mailboxes;

public sealed class PriorityLanesTests
{
    private readonly PriorityLanes<string> _lanes = new();

    [Fact]
    public void TryTake_LargerPriorityFirst()
    {
        _lanes.AddLast(1, "least");
        _lanes.AddLast(1000, "most");
        _lanes.AddLast(64, "word border");
        _lanes.AddLast(63, "below it");
        TakeAll().Should().Equal("most", "word border", "below it", "least");
    }

    [Fact]
    public void TryTake_ControlBeforeAll()
    {
        _lanes.AddLast(1000, "most");
        _lanes.AddLast(PriorityLanes<string>.Control, "control");
        TakeAll().Should().Equal("control", "most");
    }

    [Fact]
    public void TryTake_EqualPriorities_FirstComeFirstServed()
    {
        for (var i = 0; i < 20; i++)
            _lanes.AddLast(5, $"{i}");
        TakeAll().Should().Equal(Enumerable.Range(0, 20).Select(i => $"{i}"));
    }

    [Fact]
    public void AddFirst_GoesToTheFrontOfItsOwnLaneOnly()
    {
        _lanes.AddLast(5, "five");
        _lanes.AddLast(9, "nine");
        _lanes.AddFirst(5, "five again");
        TakeAll().Should().Equal("nine", "five again", "five");
    }

    [Fact]
    public void TryTake_Empty_SaysSo()
    {
        _lanes.TryTake(out _).Should().BeFalse();
        _lanes.AddLast(3, "x");
        _lanes.TryTake(out _).Should().BeTrue();
        _lanes.TryTake(out _).Should().BeFalse();
        _lanes.Count.Should().Be(0);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void RandomLife_MatchesASortedList(int seed)
    {
        var random = new Random(seed);
        var lanes = new PriorityLanes<int>();
        var model = new List<(int Lane, int Item)>();
        for (var step = 0; step < 20_000; step++)
        {
            var lane = random.Next(0, Priority.Max + 1);
            switch (random.Next(5))
            {
                case 0 or 1:
                    lanes.AddLast(lane, step);
                    model.Add((lane, step));
                    break;
                case 2:
                    lanes.AddFirst(lane, step);
                    model.Insert(0, (lane, step));
                    break;
                default:
                    var taken = lanes.TryTake(out var item);
                    taken.Should().Be(model.Count > 0, $"seed {seed}, step {step}");
                    if (!taken)
                        break;
                    // MinBy takes the first of equals.
                    var next = model.MinBy(m => m.Lane == 0 ? 0 : 1 + Priority.Max - m.Lane);
                    item.Should().Be(next.Item, $"seed {seed}, step {step}");
                    model.Remove(next);
                    break;
            }
            lanes.Count.Should().Be(model.Count);
        }
    }

    private List<string> TakeAll()
    {
        var taken = new List<string>();
        while (_lanes.TryTake(out var item))
            taken.Add(item);
        return taken;
    }
}
