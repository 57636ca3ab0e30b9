using System.Collections.Concurrent;

namespace Ferry.AspNetCore.Storage;

/// <summary>
/// Which state of which unfinished upload this process flushed last. What an earlier process wrote is read back whether it is on the device or not, and after
/// a flush that failed the system says so no second time: such a state is written and flushed anew before a client is told of it.
/// </summary>
internal sealed class FlushedRecords
{
    private readonly ConcurrentDictionary<string, long> _sequences = new(StringComparer.Ordinal);

    /// <summary>The state is on the device.</summary>
    /// <param name="id">The upload.</param>
    /// <param name="sequence">See <see cref="UploadRecord.Sequence"/>.</param>
    public void Add(string id, long sequence) => _sequences[id] = sequence;

    /// <summary>Whether this process knows that the state is on the device.</summary>
    /// <param name="id">The upload.</param>
    /// <param name="sequence">See <see cref="UploadRecord.Sequence"/>.</param>
    public bool Has(string id, long sequence) => _sequences.TryGetValue(id, out var flushed) && flushed == sequence;

    /// <summary>Nobody asks for it any more.</summary>
    /// <param name="id">The upload.</param>
    public void Forget(string id) => _sequences.TryRemove(id, out _);
}
