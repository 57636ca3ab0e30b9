namespace Ferry.Soak;

/// <summary>What came of a soak; its number is the exit code of the program.</summary>
internal enum SoakVerdict
{
    /// <summary>All kills were made, and nothing is wrong.</summary>
    Right = 0,

    /// <summary>Something is wrong, or nothing could be judged at all.</summary>
    Wrong = 1,

    /// <summary>What was judged is right, but time ran out before all was.</summary>
    Inconclusive = 3,
}

/// <summary>What a soak counted.</summary>
/// <param name="Wanted">Kills that were asked for.</param>
/// <param name="Kills">Kills that were made.</param>
/// <param name="Judged">Rounds that came to their end and were judged.</param>
/// <param name="Undecided">Rounds that took too long to be judged.</param>
/// <param name="Violations">What is wrong.</param>
internal readonly record struct SoakTally(int Wanted, int Kills, int Judged, int Undecided, int Violations)
{
    /// <summary>Rounds in which a file was to be changed between a kill and the next run.</summary>
    public int ChangesPlanned { get; init; }

    /// <summary>Those in which it was: the upload was not complete before.</summary>
    public int ChangesMade { get; init; }

    /// <summary>What comes of it. Time that ran out is no fault, but whoever judged nothing has not shown that anything is right.</summary>
    public SoakVerdict Verdict => this switch
    {
        { Violations: > 0 } or { Judged: 0 } or { Kills: 0 } => SoakVerdict.Wrong,
        { Undecided: > 0 } or { ChangesPlanned: > 0, ChangesMade: 0 } => SoakVerdict.Inconclusive,
        _ => Kills < Wanted ? SoakVerdict.Inconclusive : SoakVerdict.Right,
    };

    /// <summary>The verdict in words.</summary>
    public string Text => Verdict switch
    {
        SoakVerdict.Right => "all right",
        SoakVerdict.Inconclusive => $"INCONCLUSIVE: {Kills} of {Wanted} kills, {Undecided} rounds took too long, {ChangesMade} of {ChangesPlanned} changes made; what was judged is right",
        _ when Violations > 0 => $"FAILED: {Violations} violations",
        _ => $"FAILED: nothing was judged: {Kills} of {Wanted} kills, {Undecided} rounds took too long",
    };

    /// <summary>The verdict on two soaks: the worse of theirs.</summary>
    /// <param name="one">One.</param>
    /// <param name="other">The other.</param>
    public static SoakVerdict Worse(SoakVerdict one, SoakVerdict other) =>
        one == SoakVerdict.Wrong || other == SoakVerdict.Wrong ? SoakVerdict.Wrong : (SoakVerdict)Math.Max((int)one, (int)other);
}
