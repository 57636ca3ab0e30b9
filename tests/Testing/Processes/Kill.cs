using System.Globalization;

namespace Ferry.Testing.Processes;

/// <summary>What one kill of a transfer cost.</summary>
/// <param name="Number">Which kill, from 1.</param>
/// <param name="Asked">The first byte the killed run had asked for, or sent.</param>
/// <param name="Sent">How far had been sent when the process was gone, from the start of the file; of an upload, how far the server had read.</param>
/// <param name="Written">How far had arrived when the process was gone: the length of the part file, or what the server had of an upload.</param>
/// <param name="ResumedAt">The first byte the next run asked for, or sent.</param>
public sealed record Kill(int Number, long Asked, long Sent, long Written, long ResumedAt)
{
    /// <summary>Bytes that had arrived and were moved again all the same.</summary>
    public long Lost => Written - ResumedAt;

    /// <summary>Bytes that were on their way.</summary>
    public long InFlight => Sent - Written;

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"kill {Number}: asked from {Asked:#,0}, sent to {Sent:#,0}, written {Written:#,0}, resumed at {ResumedAt:#,0}: {Lost:#,0} moved again, {InFlight:#,0} in flight");
}
