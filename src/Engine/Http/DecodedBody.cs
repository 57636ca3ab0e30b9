namespace Ferry.Engine.Http;

/// <summary>
/// A coded body, read decoded. The platform's decoders take the end of their input for the end of the body, wherever it comes; here a body that
/// ends in the middle of its coding is malformed. Nothing is decoded before it is asked for, so memory does not grow with what a body decodes to.
/// </summary>
/// <param name="coding">The coding, in lower case.</param>
/// <param name="coded">The coded body; zero at its end.</param>
internal sealed class DecodedBody(string coding, Stream coded) : ReadOnlyStream
{
    // What may follow a coded body without being part of it, such as padding; more is not waited for.
    private const int MostTrailing = 64 * 1024;

    private readonly Input _input = new(coded, padded: coding is "gzip" or "x-gzip");
    private Stream? _decoder;
    private bool _ended;

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">The body is malformed, or ends before its coding does.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_ended)
            return 0;
        _decoder ??= ContentDecoder.Open(coding, _input, await _input.PeekAsync(cancellationToken));
        var count = await DecodeAsync(_decoder, buffer, cancellationToken);
        if (count == 0)
            await EndAsync(cancellationToken);
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _decoder?.Dispose();
        base.Dispose(disposing);
    }

    private async ValueTask<int> DecodeAsync(Stream decoder, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await decoder.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception thrown) when (!_input.Failed && thrown is InvalidOperationException or IOException)
        {
            // Each decoder has an exception of its own for the same thing.
            throw new InvalidDataException($"The body is not in the coding {coding}.", thrown);
        }
    }

    // The body's own end is read too: its length is checked there, and the connection can be used again.
    private async ValueTask EndAsync(CancellationToken cancellationToken)
    {
        _ended = true;
        if (_input.EndedEarly)
            throw new InvalidDataException($"The body ends in the middle of its coding, {coding}.");
        var rest = new byte[4096];
        var trailing = 0;
        int count;
        while ((count = await _input.ReadRestAsync(rest, cancellationToken)) > 0)
        {
            if ((trailing += count) > MostTrailing)
                throw new InvalidDataException($"The body goes on after the end of its coding, {coding}.");
        }
    }

    /// <summary>What a decoder reads from: tells whether it wanted more than there is.</summary>
    private sealed class Input(Stream coded, bool padded) : ReadOnlyStream
    {
        private byte[] _first = [];
        private int _given;
        private bool _padding = padded;
        private bool _any;
        private bool _ended;

        /// <summary>Whether the decoder asked for more after the end. One that was done does not; an empty body needs no coding.</summary>
        public bool EndedEarly { get; private set; }

        /// <summary>Whether reading the coded body threw, so that the decoder is not to blame.</summary>
        public bool Failed { get; private set; }

        public async ValueTask<byte[]> PeekAsync(CancellationToken cancellationToken)
        {
            var first = new byte[2];
            var have = 0;
            int count;
            while (have < first.Length && (count = await ReadRestAsync(first.AsMemory(have), cancellationToken)) > 0)
                have += count;
            return _first = first[..have];
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_given < _first.Length)
            {
                var given = Math.Min(buffer.Length, _first.Length - _given);
                _first.AsMemory(_given, given).CopyTo(buffer);
                _given += given;
                return given;
            }
            var count = await ReadRestAsync(buffer, cancellationToken);
            if (count > 0 || !_any)
                return count;
            if (_padding)
            {
                // After a whole gzip member its decoder looks for another: a byte that begins none shows it that there is none, and only a
                // decoder in the middle of a member asks on.
                _padding = false;
                buffer.Span[0] = 0;
                return 1;
            }
            EndedEarly = true;
            return 0;
        }

        /// <summary>Reads the coded body itself.</summary>
        public async ValueTask<int> ReadRestAsync(Memory<byte> buffer, CancellationToken cancellationToken)
        {
            if (_ended)
                return 0;
            try
            {
                var count = await coded.ReadAsync(buffer, cancellationToken);
                _any |= count > 0;
                _ended = count == 0;
                return count;
            }
            catch
            {
                Failed = true;
                throw;
            }
        }
    }
}
