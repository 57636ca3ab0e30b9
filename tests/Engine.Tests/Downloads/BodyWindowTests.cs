using Ferry.Engine.Downloads;
using Ferry.Engine.Ranges;
using Ferry.Engine.Requests;

namespace Ferry.Engine.Tests.Downloads;

public sealed class BodyWindowTests
{
    private static readonly ResourceIdentity Identity = new() { FinalUrl = "http://h/f" };

    [Theory]
    [InlineData(null, null, 0L, null)]
    [InlineData(5L, null, 5L, null)]
    [InlineData(null, 9L, 0L, 9L)]
    [InlineData(5L, 9L, 5L, 9L)]
    public void Of_BothEndsInclusive(long? from, long? to, long first, long? last) =>
        BodyWindow.Of(new RequestOptions { ResumeFrom = from, ResumeTo = to }).Should().Be(new BodyWindow(first, last));

    [Fact]
    public void Cut_AnyPieces_GiveTheWindow()
    {
        var random = new Random(7);
        for (var turn = 0; turn < 300; turn++)
        {
            var whole = Enumerable.Range(0, random.Next(1, 60)).Select(i => (byte)i).ToArray();
            var first = random.Next(0, 50);
            long? last = random.Next(3) == 0 ? null : first + random.Next(0, 30);
            var window = new BodyWindow(first, last);
            var kept = new List<byte>();
            var offset = 0;
            while (offset < whole.Length)
            {
                var count = Math.Min(random.Next(1, 20), whole.Length - offset);
                var cut = window.Cut(whole.AsMemory(offset, count), offset);
                if (!cut.IsEmpty)
                    window.Place(offset).Should().Be(kept.Count, "seed 7, turn {0}", turn);
                kept.AddRange(cut.ToArray());
                offset += count;
            }
            var expected = whole.Skip(first).Take((int)Math.Min(int.MaxValue, (last ?? int.MaxValue) - first + 1)).ToArray();
            kept.Should().Equal(expected, "seed 7, turn {0}", turn);
            window.Kept(0, whole.Length).Should().Be(expected.Length, "seed 7, turn {0}", turn);
        }
    }

    [Theory]
    [InlineData(10L, null, 100L, 90L, 100L)]
    [InlineData(10L, 19L, 100L, 10L, null)]
    [InlineData(10L, 199L, 100L, 90L, 100L)]
    [InlineData(0L, 99L, 100L, 100L, null)]
    [InlineData(10L, 19L, null, 10L, null)]
    [InlineData(10L, null, null, null, null)]
    [InlineData(200L, null, 100L, 0L, 200L)]
    [InlineData(0L, null, 100L, 100L, 100L)]
    public void Length_OfTheWindow_AndBackWhereItTells(long first, long? last, long? total, long? kept, long? back)
    {
        var window = new BodyWindow(first, last);
        window.ToKept(Identity with { Length = total }).Length.Should().Be(kept);
        window.ToWhole(Identity with { Length = kept }).Length.Should().Be(back);
    }

    [Fact]
    public void Ends_Of64Bits_DoNotOverflow()
    {
        var window = new BodyWindow(long.MaxValue - 2, long.MaxValue - 1);
        window.Cut(new byte[4], long.MaxValue - 4).Length.Should().Be(2);
        window.Kept(0, long.MaxValue).Should().Be(2);
        BodyWindow.Whole.Cut(new byte[4], long.MaxValue - 4).Length.Should().Be(4);
    }
}
