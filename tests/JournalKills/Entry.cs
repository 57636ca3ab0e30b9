using System.Globalization;
using System.Text;
using Akka.Actor;
using Akka.Serialization;

namespace Ferry.JournalKills;

/// <summary>An event of a ledger.</summary>
/// <param name="Number">Its number in the ledger, from 1, which must be its sequence number.</param>
/// <param name="Last">The number of the last event that is persisted together with it.</param>
/// <param name="Value">A random value, that makes it unlike all others.</param>
public sealed record Entry(long Number, long Last, int Value);

/// <summary>A ledger's state: how many entries made it, and a sum that depends on each of them and on their order.</summary>
/// <param name="Count">How many.</param>
/// <param name="Sum">The sum.</param>
public sealed record LedgerState(long Count, ulong Sum)
{
    /// <summary>The state before the first entry.</summary>
    public static LedgerState Empty { get; } = new(0, 0);

    /// <summary>The state after one more entry.</summary>
    /// <param name="value">The entry's value.</param>
    public LedgerState With(int value) => new(Count + 1, unchecked((Sum * 31) + (uint)value));
}

/// <summary>Writes events and snapshots as a few numbers.</summary>
/// <param name="system">The actor system.</param>
public sealed class LedgerSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    /// <inheritdoc/>
    public override int Identifier => 2301;

    /// <inheritdoc/>
    public override string Manifest(object o) => o is Entry ? "entry/1" : "state/1";

    /// <inheritdoc/>
    public override byte[] ToBinary(object obj) => Encoding.ASCII.GetBytes(obj switch
    {
        Entry entry => string.Create(CultureInfo.InvariantCulture, $"{entry.Number} {entry.Last} {entry.Value}"),
        LedgerState state => string.Create(CultureInfo.InvariantCulture, $"{state.Count} {state.Sum}"),
        _ => throw new ArgumentException($"{obj.GetType()} is not of a ledger.", nameof(obj)),
    });

    /// <inheritdoc/>
    public override object FromBinary(byte[] bytes, string manifest)
    {
        var parts = Encoding.ASCII.GetString(bytes).Split(' ');
        var (first, second) = (long.Parse(parts[0], CultureInfo.InvariantCulture), parts[1]);
        return manifest == "entry/1"
            ? new Entry(first, long.Parse(second, CultureInfo.InvariantCulture), int.Parse(parts[2], CultureInfo.InvariantCulture))
            : new LedgerState(first, ulong.Parse(second, CultureInfo.InvariantCulture));
    }
}
