using Ferry.Engine.Errors;
using Ferry.Engine.Integrity;

namespace Ferry.Engine.Http;

/// <summary>The digests that the bytes of one message, as they come over the network, are checked against.</summary>
internal sealed class MessageDigests : IDisposable
{
    private readonly Digests[] _expected;
    private readonly DigestHasher _hasher;

    private MessageDigests(Digests[] expected)
    {
        _expected = expected;
        _hasher = new DigestHasher(expected.Aggregate(DigestKinds.None, (kinds, e) => kinds | e.Kinds));
    }

    /// <summary>
    /// What one message is checked against by itself, or null for nothing. A part has only its Content-Digest. The digests of a coded body are
    /// over its coded bytes. Those of a whole, uncoded body stand in its identity (see <see cref="AnswerIdentity"/>): they hold for it also
    /// where it comes in several messages.
    /// </summary>
    /// <param name="head">The answer's header.</param>
    /// <param name="isCoded">Whether its body has a content coding.</param>
    public static MessageDigests? For(AnswerHead head, bool isCoded)
    {
        var isPart = head.Status == 206;
        if (!isCoded && !isPart)
            return null;
        string?[] fields = isPart ? [head.Field("content-digest")] : [head.Field("content-digest"), head.Field("repr-digest")];
        var expected = fields.Select(Digests.Parse).Where(d => d.Kinds is not DigestKinds.None).ToArray();
        return expected.Length == 0 ? null : new MessageDigests(expected);
    }

    /// <summary>Takes the next bytes of the message.</summary>
    /// <param name="data">The bytes.</param>
    public void Append(ReadOnlySpan<byte> data) => _hasher.Append(data);

    /// <summary>The error where the message is not what a digest says, or null. At its end, once.</summary>
    public TransferError? Check()
    {
        var found = _hasher.Finish();
        return _expected.Select(e => DigestErrors.Check(e, found)).FirstOrDefault(e => e is not null);
    }

    /// <inheritdoc/>
    public void Dispose() => _hasher.Dispose();
}
