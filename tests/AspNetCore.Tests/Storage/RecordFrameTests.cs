using Ferry.AspNetCore.Storage;

namespace Ferry.AspNetCore.Tests.Storage;

public sealed class RecordFrameTests
{
    private static readonly byte[] Content = "what was written"u8.ToArray();

    [Fact]
    public void Whole_Read()
    {
        RecordFrame.TryDecode([.. RecordFrame.Encode(7, Content), 1, 2, 3], out var sequence, out var content).Should().BeTrue();
        sequence.Should().Be(7);
        content.Should().Equal(Content);
    }

    [Fact]
    public void CutAnywhere_Noticed()
    {
        var frame = RecordFrame.Encode(7, Content);
        for (var length = 0; length < frame.Length; length++)
            RecordFrame.TryDecode(frame.AsSpan(0, length), out _, out _).Should().BeFalse($"{length} of {frame.Length} bytes are there");
    }

    [Fact]
    public void AnyByteChanged_Noticed()
    {
        var frame = RecordFrame.Encode(7, Content);
        for (var at = 0; at < frame.Length; at++)
        {
            var changed = frame.ToArray();
            changed[at] ^= 0x40;
            RecordFrame.TryDecode(changed, out _, out _).Should().BeFalse($"byte {at} is another");
        }
    }

    [Fact]
    public void HalfOfANewerFrame_OverAnOlderOne_Noticed()
    {
        var older = RecordFrame.Encode(7, Content);
        var newer = RecordFrame.Encode(9, "what was altered"u8);
        for (var torn = 1; torn < newer.Length; torn++)
        {
            var mixed = newer[..torn].Concat(older[torn..]).ToArray();
            if (!mixed.SequenceEqual(older) && !mixed.SequenceEqual(newer))
                RecordFrame.TryDecode(mixed, out _, out _).Should().BeFalse($"torn at {torn}");
        }
    }

    [Fact]
    public void Zeros_AreNoFrame() => RecordFrame.TryDecode(new byte[4096], out _, out _).Should().BeFalse();
}
