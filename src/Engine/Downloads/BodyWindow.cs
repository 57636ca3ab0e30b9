using Ferry.Engine.Ranges;
using Ferry.Engine.Requests;

namespace Ferry.Engine.Downloads;

/// <summary>
/// The bytes of a representation that a request wants (resumeFrom, resumeTo). What is kept, told and counted begins at zero with the first of
/// them; what is asked of the server, and its version, are of the whole. Pure arithmetic between the two.
/// </summary>
/// <param name="First">The first byte wanted.</param>
/// <param name="Last">The last byte wanted, inclusive, or null for the end.</param>
internal readonly record struct BodyWindow(long First, long? Last)
{
    /// <summary>Every byte.</summary>
    public static BodyWindow Whole { get; }

    /// <summary>The window of a request.</summary>
    public static BodyWindow Of(RequestOptions options) => new(options.ResumeFrom ?? 0, options.ResumeTo);

    /// <summary>Where a byte of the representation lies in what is kept; one before the window lies at its start.</summary>
    public long Place(long offset) => Math.Max(0, offset - First);

    /// <summary>How many of the bytes that begin at an offset are wanted, or null where it is not known how many there are.</summary>
    public long? Kept(long offset, long? length) => offset + length is { } end
        ? Math.Max(0, Math.Min(end, Last + 1 ?? long.MaxValue) - Math.Max(offset, First))
        : null;

    /// <summary>The wanted bytes among those that were read.</summary>
    /// <param name="data">What was read.</param>
    /// <param name="offset">The place of its first byte in the representation.</param>
    public Memory<byte> Cut(Memory<byte> data, long offset)
    {
        var from = (int)Math.Clamp(First - offset, 0, data.Length);
        var to = (int)Math.Clamp((Last ?? long.MaxValue - 1) - offset + 1, from, data.Length);
        return data[from..to];
    }

    /// <summary>Whether no byte from an offset on is wanted.</summary>
    public bool EndsBefore(long offset) => offset > Last;

    /// <summary>
    /// A version as what is kept of it is known: with the length of the window, and no digest of the whole. Where the whole's length is unknown,
    /// the window is taken to be full.
    /// </summary>
    public ResourceIdentity ToKept(ResourceIdentity identity) => this == Whole
        ? identity
        : identity with { Length = identity.Length is { } total ? Kept(0, total) : Last - First + 1, ReprDigest = null };

    /// <summary>The version as the server knows it: with the length of the whole where it can be told.</summary>
    public ResourceIdentity ToWhole(ResourceIdentity kept) => this == Whole
        ? kept
        : kept with { Length = kept.Length < (Last - First + 1 ?? long.MaxValue) ? First + kept.Length : null };
}
