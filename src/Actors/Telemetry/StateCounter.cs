using Ferry.Actors.Supervisor;

namespace Ferry.Actors.Telemetry;

/// <summary>Counts transfers by what the supervisor does about them.</summary>
internal static class StateCounter
{
    /// <summary>A transfer went from one activity to another.</summary>
    public static void Moved(RowActivity from, RowActivity to)
    {
        var (before, after) = (StateOf(from), StateOf(to));
        if (before == after)
            return;
        Add(before, -1);
        Add(after, 1);
    }

    /// <summary>The supervisor stops: what it held is nobody's any more.</summary>
    public static void Left(RowActivity activity) => Add(StateOf(activity), -1);

    private static void Add(string? state, int change)
    {
        if (state is not null)
            FerryTelemetry.Active.Add(change, new KeyValuePair<string, object?>("ferry.transfer.state", state));
    }

    // Of one that is being journaled nobody was told yet; one that has ended is counted by its outcome.
    private static string? StateOf(RowActivity activity) => activity switch
    {
        RowActivity.Journaling or RowActivity.Ended => null,
        RowActivity.Queued => "queued",
        RowActivity.Running or RowActivity.Ending => "running",
        RowActivity.Waiting or RowActivity.Delayed => "waiting",
        RowActivity.Held => "paused",
        _ => "resting",
    };
}
