using System.Globalization;
using System.Text;

namespace Ferry.JournalKills;

/// <summary>What a ledger was told.</summary>
public enum Acknowledged
{
    /// <summary>All ledgers have recovered.</summary>
    Ready,

    /// <summary>An entry was written.</summary>
    Entry,

    /// <summary>A snapshot was saved.</summary>
    Snapshot,

    /// <summary>Entries up to a number were deleted.</summary>
    Deletion,

    /// <summary>Something failed, which nothing here should.</summary>
    Failure,
}

/// <summary>One line of the program that is killed.</summary>
/// <param name="What">What was acknowledged.</param>
/// <param name="Ledger">Whose it is.</param>
/// <param name="Number">The entry's sequence number, or that of the snapshot, or the last that was deleted.</param>
/// <param name="Value">The entry's value.</param>
public sealed record Acknowledgement(Acknowledged What, int Ledger = 0, long Number = 0, int Value = 0)
{
    /// <summary>Reads a line.</summary>
    /// <param name="line">The line.</param>
    public static Acknowledgement Parse(string line)
    {
        var parts = line.Split(' ');
        return new Acknowledgement(
            Enum.Parse<Acknowledged>(parts[0]),
            int.Parse(parts[1], CultureInfo.InvariantCulture),
            long.Parse(parts[2], CultureInfo.InvariantCulture),
            int.Parse(parts[3], CultureInfo.InvariantCulture));
    }

    /// <summary>The line.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{What} {Ledger} {Number} {Value}");
}

/// <summary>Writes acknowledgements, each in one call of the operating system: a kill leaves a line whole or out.</summary>
/// <param name="output">Where to.</param>
internal sealed class AcknowledgementWriter(Stream output)
{
    private readonly Lock _lock = new();

    public void Write(Acknowledgement acknowledgement)
    {
        var line = Encoding.ASCII.GetBytes($"{acknowledgement}\n");
        lock (_lock)
            output.Write(line);
    }
}
