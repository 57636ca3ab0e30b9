namespace Ferry.Engine.Ranges;

/// <summary>A run of bytes of a representation, both ends inclusive (RFC 9110 section 14.1.2).</summary>
public readonly record struct ByteRange
{
    /// <summary>Makes a range.</summary>
    /// <param name="from">The first byte, zero or more.</param>
    /// <param name="to">The last byte, not before <paramref name="from"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The ends are negative or the wrong way round.</exception>
    public ByteRange(long from, long to)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(from);
        ArgumentOutOfRangeException.ThrowIfLessThan(to, from);
        From = from;
        To = to;
    }

    /// <summary>The first byte.</summary>
    public long From { get; }

    /// <summary>The last byte.</summary>
    public long To { get; }

    /// <summary>The number of bytes.</summary>
    public long Length => checked(To - From + 1);

    /// <inheritdoc/>
    public override string ToString() => $"{From}-{To}";
}
