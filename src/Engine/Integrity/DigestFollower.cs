using System.Buffers;

namespace Ferry.Engine.Integrity;

/// <summary>Reads bytes of a file at an offset.</summary>
/// <param name="buffer">Where to.</param>
/// <param name="offset">From where.</param>
/// <returns>How many; zero at the end.</returns>
internal delegate int ReadAt(Span<byte> buffer, long offset);

/// <summary>
/// Computes the digests of a file that is being written, behind the write head and beside the transfer, so that they are there right
/// after the last byte, also where the first bytes were received by an earlier process.
/// </summary>
internal sealed class DigestFollower : IDisposable
{
    private const int Lag = 1024 * 1024;
    private const int BufferBytes = 256 * 1024;
    private readonly ReadAt _read;
    private readonly DigestHasher _hasher;
    private Task _running = Task.CompletedTask;
    private long _position;
    private long _head;
    private volatile bool _stopped;

    /// <summary>Makes a follower that starts at byte zero.</summary>
    /// <param name="read">Reads the file.</param>
    /// <param name="kinds">Which digests.</param>
    public DigestFollower(ReadAt read, DigestKinds kinds)
    {
        _read = read;
        _hasher = new DigestHasher(kinds);
    }

    /// <summary>Which digests it computes.</summary>
    public DigestKinds Kinds => _hasher.Kinds;

    /// <summary>How far the digests came.</summary>
    public long Position => Volatile.Read(ref _position);

    /// <summary>Whether bytes beyond an offset were read, or may be read any moment.</summary>
    /// <param name="offset">The offset.</param>
    public bool MayReadBeyond(long offset) => Volatile.Read(ref _head) > offset;

    /// <summary>Bytes up to here are in the file. Called by one writer at a time.</summary>
    /// <param name="head">The write head.</param>
    public void Advance(long head)
    {
        Volatile.Write(ref _head, head);
        if (_running.IsCompletedSuccessfully && head - Position >= Lag)
            _running = FollowAsync();
    }

    /// <summary>Reads the rest and gives the digests; the follower is used up then.</summary>
    /// <param name="length">The file's length.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="EndOfStreamException">The file is shorter than that.</exception>
    public async Task<Digests> FinishAsync(long length, CancellationToken cancellationToken)
    {
        await _running.WaitAsync(cancellationToken);
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        CatchUp(() => length, cancellationToken);
        return _hasher.Finish();
    }

    /// <summary>Ends the reading; the digests are given up.</summary>
    public async Task StopAsync()
    {
        _stopped = true;
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <inheritdoc/>
    public void Dispose() => _hasher.Dispose();

    private async Task FollowAsync()
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        CatchUp(() => Volatile.Read(ref _head), CancellationToken.None);
    }

    private void CatchUp(Func<long> end, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            while (_position < end() && !_stopped)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var wanted = (int)Math.Min(BufferBytes, end() - _position);
                var count = _read(buffer.AsSpan(0, wanted), _position);
                if (count == 0)
                    throw new EndOfStreamException($"The file ends at byte {_position}.");
                _hasher.Append(buffer.AsSpan(0, count));
                Volatile.Write(ref _position, _position + count);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
