using Ferry.Engine.Integrity;
using Ferry.Engine.Requests;

namespace Ferry.Engine.Downloads;

/// <summary>The part file as the place of a body, with the digest that follows the write head where one is asked for.</summary>
internal sealed class FileSink : IBodySink, IAsyncDisposable
{
    // A smaller file is published, and its directory flushed, before a checkpoint of it matters.
    private const long NameMatters = 1024 * 1024;
    private readonly FileDestination _destination;
    private readonly bool _digests;
    private bool _nameFlushed;
    private DigestFollower? _follower;

    public FileSink(PartFile part, FileDestination destination)
    {
        Part = part;
        _destination = destination;
        _digests = destination.ComputeSha256 || destination.ExpectedSha256 is not null;
    }

    public PartFile Part { get; }

    public bool FlushesToDevice => _destination.Durability is Durability.Power;

    public async ValueTask StartAtAsync(long offset, long? length)
    {
        if (_follower?.MayReadBeyond(offset) == true)
            await DropFollowerAsync();
        if (offset == 0)
            Part.TakeOver();
        else
            Part.Truncate(offset);
    }

    public void Write(ReadOnlySpan<byte> data, long offset)
    {
        Part.Write(data, offset);
        if (_digests)
            (_follower ??= new DigestFollower(Part.Read)).Advance(offset + data.Length);
    }

    public void Flush()
    {
        Part.Flush();
        if (_nameFlushed || Part.Length < NameMatters)
            return;
        Part.FlushName();
        _nameFlushed = true;
    }

    /// <summary>The SHA-256 of the whole file, or null where none is asked for.</summary>
    public async Task<string?> DigestAsync(long length, CancellationToken cancellationToken)
    {
        if (!_digests)
            return null;
        var follower = _follower ?? new DigestFollower(Part.Read);
        _follower = null;
        try
        {
            return await follower.FinishAsync(length, cancellationToken);
        }
        finally
        {
            await follower.StopAsync();
            follower.Dispose();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await DropFollowerAsync();
        Part.Dispose();
    }

    private async ValueTask DropFollowerAsync()
    {
        if (_follower is not { } follower)
            return;
        _follower = null;
        await follower.StopAsync();
        follower.Dispose();
    }
}
