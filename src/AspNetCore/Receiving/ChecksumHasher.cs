using System.Buffers;
using System.Security.Cryptography;
using Ferry.AspNetCore.Protocol;

namespace Ferry.AspNetCore.Receiving;

/// <summary>The digests of a body that comes in pieces. Before a trailer names its algorithm, every one is computed.</summary>
internal sealed class ChecksumHasher : IDisposable
{
    private readonly Dictionary<string, IncrementalHash> _hashes = [];

    /// <summary>Makes one.</summary>
    /// <param name="plan">How the body is checked.</param>
    // SHA-1 is what every tus server has to know; it is asked by the client, against accidents, and guards nothing else.
#pragma warning disable CA5350
    public ChecksumHasher(ChecksumPlan plan)
    {
        if (Wants(plan, UploadChecksum.Sha1))
            _hashes[UploadChecksum.Sha1] = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        if (Wants(plan, UploadChecksum.Sha256))
            _hashes[UploadChecksum.Sha256] = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    }
#pragma warning restore CA5350

    /// <summary>Takes the next bytes.</summary>
    public void Append(in ReadOnlySequence<byte> data)
    {
        foreach (var hash in _hashes.Values)
        {
            foreach (var piece in data)
                hash.AppendData(piece.Span);
        }
    }

    /// <summary>Whether all bytes together have this digest.</summary>
    public bool Matches(UploadChecksum expected) =>
        CryptographicOperations.FixedTimeEquals(_hashes[expected.Algorithm].GetCurrentHash(), expected.Digest);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var hash in _hashes.Values)
            hash.Dispose();
    }

    private static bool Wants(ChecksumPlan plan, string algorithm) =>
        plan.Kind is ChecksumKind.Trailer || plan.Expected?.Algorithm == algorithm;
}
