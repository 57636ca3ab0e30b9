using Ferry.Engine.Bodies;
using Ferry.Engine.Errors;
using Ferry.Engine.Requests;

namespace Ferry.Engine.Uploads;

/// <summary>
/// A stream that is uploaded: the piece on its way is held in memory, so that a broken connection costs nothing; what the server said it has is let go. One byte is
/// read ahead, since only the next one tells whether a piece is the last.
/// </summary>
internal sealed class StreamSource(StreamData stream) : UploadSource
{
    private byte[] _buffer = [];
    private byte[] _spare = [];
    private long _start;
    private int _filled;
    private int _handedOut;
    private long? _end = stream.Length;
    private bool _taken;
    private bool _reading;

    public override long? Length => _end;

    public override async ValueTask<UploadChunk> NextAsync(long from, long most, CancellationToken cancellationToken)
    {
        // A read that was given up may have taken bytes that nobody has now.
        if (_reading || (!_taken && !stream.TryTake()))
            throw StreamBody.CannotBeSentAgain();
        _taken = true;
        if (from < _start || from > _start + _handedOut)
            throw StreamBody.CannotBeSentAgain();
        if (from == _start + _handedOut)
            await FillAsync((int)most, cancellationToken);
        var place = (int)(from - _start);
        return new UploadChunk(new MemoryBody(_buffer.AsMemory(place, _handedOut - place)), _handedOut - place, _end);
    }

    private async ValueTask FillAsync(int most, CancellationToken cancellationToken)
    {
        // What was read ahead is the beginning of the next piece.
        var ahead = _filled - _handedOut;
        var next = _spare.Length == most + 1 ? _spare : new byte[most + 1];
        _buffer.AsSpan(_handedOut, ahead).CopyTo(next);
        (_start, _spare, _buffer, _filled, _handedOut) = (_start + _handedOut, _buffer, next, ahead, 0);
        while (_filled < next.Length && _start + _filled != _end)
        {
            var room = (int)Math.Min(next.Length - _filled, (_end ?? long.MaxValue) - _start - _filled);
            _reading = true;
            var count = await StreamBody.ReadAsync(stream, next.AsMemory(_filled, room), cancellationToken);
            _reading = false;
            if (count == 0 && _end is { } announced)
                throw RequestBody.ReadFailed($"The stream that is sent ended after {_start + _filled} of {announced} bytes.");
            if (count == 0)
                _end = _start + _filled;
            _filled += count;
        }
        _handedOut = Math.Min(_filled, most);
    }
}
