using System.Security.Cryptography;

namespace Ferry.Engine.Integrity;

/// <summary>Computes the digests of a content that comes in pieces. Not thread-safe.</summary>
internal sealed class DigestHasher : IDisposable
{
    private readonly IncrementalHash? _sha256;
    private readonly IncrementalHash? _sha512;

    /// <summary>Makes a hasher.</summary>
    /// <param name="kinds">Which digests.</param>
    public DigestHasher(DigestKinds kinds)
    {
        Kinds = kinds;
        _sha256 = kinds.HasFlag(DigestKinds.Sha256) ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;
        _sha512 = kinds.HasFlag(DigestKinds.Sha512) ? IncrementalHash.CreateHash(HashAlgorithmName.SHA512) : null;
    }

    /// <summary>Which digests are computed.</summary>
    public DigestKinds Kinds { get; }

    /// <summary>Takes the next bytes.</summary>
    /// <param name="data">The bytes.</param>
    public void Append(ReadOnlySpan<byte> data)
    {
        _sha256?.AppendData(data);
        _sha512?.AppendData(data);
    }

    /// <summary>The digests of all bytes so far; the next content begins then.</summary>
    public Digests Finish() => new(_sha256?.GetHashAndReset(), _sha512?.GetHashAndReset());

    /// <inheritdoc/>
    public void Dispose()
    {
        _sha256?.Dispose();
        _sha512?.Dispose();
    }
}
