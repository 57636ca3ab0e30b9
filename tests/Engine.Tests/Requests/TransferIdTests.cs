using Ferry.Engine.Requests;
using Ferry.Testing.Time;

namespace Ferry.Engine.Tests.Requests;

public sealed class TransferIdTests
{
    [Theory]
    [InlineData("a", true)]
    [InlineData("A-b_9", true)]
    [InlineData("", false)]
    [InlineData("a b", false)]
    [InlineData("a/b", false)]
    [InlineData("\u00fc", false)]
    [InlineData(null, false)]
    public void IsValid(string? text, bool valid) => TransferId.IsValid(text).Should().Be(valid);

    [Fact]
    public void IsValid_UpTo64Characters()
    {
        TransferId.IsValid(new string('a', 64)).Should().BeTrue();
        TransferId.IsValid(new string('a', 65)).Should().BeFalse();
    }

    [Fact]
    public void New_ValidAndSortsByTime()
    {
        var time = new ManualTimeProvider();
        var random = new Random(1);
        var first = TransferId.New(time, random);
        time.Advance(TimeSpan.FromMilliseconds(1));
        var second = TransferId.New(time, random);
        TransferId.IsValid(first.Value).Should().BeTrue();
        first.Value.Should().HaveLength(26);
        string.CompareOrdinal(first.Value, second.Value).Should().BeNegative();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1001)]
    public void Priority_Outside_Throws(int value) => FluentActions.Invoking(() => new Priority(value)).Should().Throw<ArgumentOutOfRangeException>();

    [Fact]
    public void Priority_Default_IsOne() => default(Priority).Should().Be(new Priority(1));

    [Fact]
    public void Priority_LargerIsMoreUrgent() => (new Priority(1000) > new Priority(999)).Should().BeTrue();
}
