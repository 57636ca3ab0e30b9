using Ferry.Engine.Integrity;
using Ferry.Engine.Ranges;
using Ferry.Engine.Requests;

namespace Ferry.Engine.Downloads;

/// <summary>The part file as the place of a body, with the digests that follow the write head where there are some to check or to tell.</summary>
internal sealed class FileSink : IBodySink, IAsyncDisposable
{
    // A smaller file is published, and its directory flushed, before a checkpoint of it matters.
    private const long NameMatters = 1024 * 1024;
    private readonly FileDestination _destination;
    private readonly Action<ResourceIdentity> _check;
    private DigestKinds _kinds;
    private bool _nameFlushed;
    private DigestFollower? _follower;

    public FileSink(PartFile part, FileDestination destination, Action<ResourceIdentity> check)
    {
        Part = part;
        _destination = destination;
        _check = check;
        _kinds = Asked;
    }

    public PartFile Part { get; }

    public bool FlushesToDevice => _destination.Durability is Durability.Power;

    private DigestKinds Asked => _destination.ComputeSha256 || _destination.ExpectedSha256 is not null ? DigestKinds.Sha256 : DigestKinds.None;

    public void Expect(ResourceIdentity identity)
    {
        _check(identity);
        _kinds = Asked | Digests.Parse(identity.ReprDigest).Kinds;
    }

    public async ValueTask StartAtAsync(long offset, long? length)
    {
        if (_follower is { } follower && (follower.Kinds != _kinds || follower.MayReadBeyond(offset)))
            await DropFollowerAsync();
        if (offset == 0)
            Part.TakeOver();
        else
            Part.Truncate(offset);
    }

    public void Write(ReadOnlySpan<byte> data, long offset)
    {
        Part.Write(data, offset);
        if (_kinds is not DigestKinds.None)
            (_follower ??= new DigestFollower(Part.Read, _kinds)).Advance(offset + data.Length);
    }

    public void Flush()
    {
        Part.Flush();
        if (_nameFlushed || Part.Length < NameMatters)
            return;
        Part.FlushName();
        _nameFlushed = true;
    }

    /// <summary>The digests of the whole file: the one asked for, and those to check.</summary>
    public async Task<Digests> DigestAsync(Digests expected, long length, CancellationToken cancellationToken)
    {
        var kinds = Asked | expected.Kinds;
        if (_follower?.Kinds != kinds)
            await DropFollowerAsync();
        if (kinds is DigestKinds.None)
            return Digests.None;
        var follower = _follower ?? new DigestFollower(Part.Read, kinds);
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
