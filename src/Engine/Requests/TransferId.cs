namespace Ferry.Engine.Requests;

/// <summary>
/// The name of a transfer: 1 to 64 characters of <c>A-Za-z0-9_-</c>, so that it can be an actor's name and a journal's key.
/// </summary>
public readonly record struct TransferId
{
    /// <summary>The most characters an id may have.</summary>
    public const int MaxLength = 64;

    private TransferId(string value) => Value = value;

    /// <summary>The id as text.</summary>
    public string Value { get; }

    /// <summary>Whether a text is a valid id.</summary>
    /// <param name="text">The text.</param>
    public static bool IsValid(string? text) =>
        text is { Length: > 0 and <= MaxLength } && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');

    /// <summary>Reads an id.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="FormatException">The text is not a valid id.</exception>
    public static TransferId Parse(string text) => IsValid(text)
        ? new TransferId(text)
        : throw new FormatException($"'{text}' is not a transfer id: use 1 to {MaxLength} letters, digits, '-' or '_'.");

    /// <summary>Makes a new id: 26 characters that sort by time and then by chance.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="random">The source of chance.</param>
    public static TransferId New(TimeProvider time, Random random)
    {
        ArgumentNullException.ThrowIfNull(time);
        ArgumentNullException.ThrowIfNull(random);
        return new TransferId($"{time.GetUtcNow().ToUnixTimeMilliseconds():x11}-{random.NextInt64(1L << 56):x14}");
    }

    /// <inheritdoc/>
    public override string ToString() => Value;
}
