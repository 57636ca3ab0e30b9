using System.Runtime.CompilerServices;
using Ferry.Engine.Errors;

namespace Ferry.Engine.Http;

/// <summary>An answer whose header was received; its body is read here. One reader at a time.</summary>
public sealed class HttpAnswer : IAsyncDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly CallWatch _watch;
    private readonly CallTiming _timing;
    private readonly Stream _raw;
    private DecodedBody? _decoded;
    private MessageDigests? _digests;
    private long? _expected;
    private long _read;

    internal HttpAnswer(AnswerHead head, HttpResponseMessage response, CallWatch watch, CallTiming timing, bool hasBody)
    {
        Head = head;
        _timing = timing;
        _response = response;
        _watch = watch;
        _raw = response.Content.ReadAsStream(CancellationToken.None);
        ContentLength = HeadRules.ContentLength(head);
        _expected = hasBody ? ContentLength : null;
    }

    /// <summary>Status and header.</summary>
    public AnswerHead Head { get; }

    /// <summary>The length of this message's body in bytes as announced, checked to be one number (rule 27), or null.</summary>
    public long? ContentLength { get; }

    /// <summary>Bytes of the body that came over the network so far: of a coded body, before decoding.</summary>
    public long Received => _read;

    /// <summary>The phases of the call so far; whole once the body was read to its end.</summary>
    public PerformanceTiming Timing => _timing.Read();

    /// <summary>
    /// Takes the verdict into account before the first read: a body longer or shorter than the range it announced is refused, and a coded one
    /// is decoded. A digest of this message is checked at its end (rule 35); one of the whole representation too, where only the coded bytes
    /// can tell (rule 34): otherwise it stands in the verdict, for whoever has the whole.
    /// </summary>
    /// <param name="accepted">The verdict on this answer.</param>
    public void Open(AcceptFrom accepted)
    {
        ArgumentNullException.ThrowIfNull(accepted);
        _expected = accepted.BodyLength ?? _expected;
        _digests = MessageDigests.For(Head, isCoded: accepted.Identity.ContentCoding is not null);
        if (accepted.Identity.ContentCoding is { } coding)
            _decoded = new DecodedBody(coding, new RawBody(this));
    }

    /// <summary>Reads bytes of the body; zero only at its proper end.</summary>
    /// <param name="buffer">Where to put them; not empty.</param>
    /// <param name="cancellationToken">Closes the connection at once; the answer is then over.</param>
    /// <exception cref="TransferException">
    /// <see cref="ErrorCode.PartialFile"/> where the body ended early, <see cref="ErrorCode.Encoding"/> where its coding is malformed,
    /// <see cref="ErrorCode.InvalidAnswer"/> where it is not what its digest says, <see cref="ErrorCode.ReceiveFailed"/> where the connection broke,
    /// <see cref="ErrorCode.TimedOut"/> after too long a silence.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token, or that of the call, fired.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var registration = _watch.IsCallers(cancellationToken)
            ? default
            : cancellationToken.UnsafeRegister(static w => ((CallWatch)w!).Stop(), _watch);
        try
        {
            return _decoded is null
                ? await ReadRawAsync(buffer)
                : await _decoded.ReadAsync(buffer, CancellationToken.None);
        }
        catch (Exception thrown) when (thrown is not TransferException || cancellationToken.IsCancellationRequested)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw _watch.Translate(thrown, ErrorStage.Receiving, Head.FinalUrl.Authority);
        }
        finally
        {
            // Not waiting for a callback that runs: it does nothing that a finished read minds.
            registration.Unregister();
        }
    }

    /// <summary>Ends the answer. Before the end of its body this closes the connection at once.</summary>
    public ValueTask DisposeAsync()
    {
        _response.Dispose();
        _decoded?.Dispose();
        _digests?.Dispose();
        _watch.Dispose();
        return ValueTask.CompletedTask;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> ReadRawAsync(Memory<byte> buffer)
    {
        _watch.BeginWait();
        var count = await _raw.ReadAsync(buffer, _watch.Token);
        _watch.EndWait();
        _read += count;
        if (_expected is { } expected && (count == 0 ? _read < expected : _read > expected))
            throw WrongLength(expected);
        _digests?.Append(buffer.Span[..count]);
        if (count == 0)
            EndBody();
        return count;
    }

    private void EndBody()
    {
        _timing.BodyEnded();
        var wrong = _digests?.Check();
        _digests?.Dispose();
        _digests = null;
        if (wrong is not null)
            throw new TransferException(wrong);
    }

    private TransferException WrongLength(long expected) => new(_read < expected
        ? new TransferError(
            ErrorCode.PartialFile, ErrorStage.Receiving, ErrorSide.Network, $"The body ended after {_read} of {expected} bytes.")
        { RetryCanHelp = true }
        : new TransferError(
            ErrorCode.InvalidAnswer, ErrorStage.Receiving, ErrorSide.Remote, $"The server sends more than the {expected} bytes it announced."));

    // What a decoder reads from: the limits and checks of the raw body hold there.
    private sealed class RawBody(HttpAnswer answer) : ReadOnlyStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => answer.ReadRawAsync(buffer);
    }
}
