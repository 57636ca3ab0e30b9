namespace Ferry.Engine.Requests;

/// <summary>How urgent a transfer is: 1 (the default) to 1000, larger is more urgent (spec/requests.md section 1).</summary>
public readonly record struct Priority : IComparable<Priority>
{
    /// <summary>The least urgent priority, and the default.</summary>
    public const int Min = 1;

    /// <summary>The most urgent priority.</summary>
    public const int Max = 1000;

    private readonly int _above;

    /// <summary>Makes a priority.</summary>
    /// <param name="value">1 to 1000.</param>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside 1 to 1000.</exception>
    public Priority(int value)
    {
        if (!IsValid(value))
            throw new ArgumentOutOfRangeException(nameof(value), value, $"A priority is a whole number from {Min} to {Max}.");
        _above = value - Min;
    }

    /// <summary>The number, 1 to 1000.</summary>
    public int Value => _above + Min;

    /// <summary>Whether a number is a priority.</summary>
    /// <param name="value">The number.</param>
    public static bool IsValid(int value) => value is >= Min and <= Max;

    /// <summary>Compares by urgency.</summary>
    public static bool operator <(Priority left, Priority right) => left._above < right._above;

    /// <summary>Compares by urgency.</summary>
    public static bool operator >(Priority left, Priority right) => left._above > right._above;

    /// <summary>Compares by urgency.</summary>
    public static bool operator <=(Priority left, Priority right) => left._above <= right._above;

    /// <summary>Compares by urgency.</summary>
    public static bool operator >=(Priority left, Priority right) => left._above >= right._above;

    /// <inheritdoc/>
    public int CompareTo(Priority other) => _above.CompareTo(other._above);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}
