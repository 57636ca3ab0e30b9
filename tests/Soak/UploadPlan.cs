using Ferry.Testing.Processes;

namespace Ferry.Soak;

/// <summary>What becomes of one upload.</summary>
/// <param name="Points">Where it is killed.</param>
/// <param name="Change">How its file changes after the last of these; null where it does not.</param>
/// <param name="PointsAfter">Where the upload of the changed file is killed.</param>
internal sealed record UploadPlan(IReadOnlyList<long> Points, SourceChange? Change, IReadOnlyList<long> PointsAfter);

/// <summary>
/// Plans uploads by a seed: of every two the file of one changes, which of them is a matter of chance. In ten changes each edit comes twice, once with the time
/// set back, as far as that is seen here.
/// </summary>
/// <param name="random">The source of chance.</param>
/// <param name="size">The file's size in bytes.</param>
/// <param name="isSeen">Whether a change can be told from none; null where no file is to change.</param>
internal sealed class UploadPlans(Random random, long size, Func<SourceChange, bool>? isSeen)
{
    private readonly Queue<SourceChange> _changes = new();
    private bool? _second;

    /// <summary>The next upload's plan.</summary>
    /// <param name="kills">How many kills it is to take.</param>
    public UploadPlan Next(int kills)
    {
        if (isSeen is null || !IsToChange())
            return new UploadPlan(KillLoop.Points(random, size, kills), null, []);
        var change = NextChange(isSeen);
        var before = random.Next(1, kills + 1);
        return new UploadPlan(KillLoop.Points(random, size, before), change, KillLoop.Points(random, change.LengthOf(size), kills - before));
    }

    private bool IsToChange()
    {
        var changes = _second ?? random.Next(2) == 0;
        _second = _second is null ? !changes : null;
        return changes;
    }

    private SourceChange NextChange(Func<SourceChange, bool> isSeen)
    {
        if (_changes.Count == 0)
            Refill(isSeen);
        return _changes.Dequeue();
    }

    private void Refill(Func<SourceChange, bool> isSeen)
    {
        var edits = Enum.GetValues<SourceEdit>();
        random.Shuffle(edits);
        var first = edits.Select(e => new SourceChange(e, random.Next(2) == 0)).ToList();
        foreach (var change in first.Concat(first.Select(c => c with { KeepsTime = !c.KeepsTime })).Where(isSeen))
            _changes.Enqueue(change);
    }
}
