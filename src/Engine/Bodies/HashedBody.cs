using System.Security.Cryptography;

namespace Ferry.Engine.Bodies;

/// <summary>The digest of a body, taken by writing it to nowhere.</summary>
internal static class HashedBody
{
    /// <summary>Takes a digest.</summary>
    /// <param name="body">A body that can be written again afterwards.</param>
    /// <param name="algorithm">The algorithm.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async ValueTask<byte[]> DigestAsync(RequestBody body, HashAlgorithmName algorithm, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(algorithm);
        await body.WriteToAsync(new HashStream(hash), cancellationToken);
        return hash.GetHashAndReset();
    }

    private sealed class HashStream(IncrementalHash hash) : WriteOnlyStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            hash.AppendData(buffer.Span);
            return ValueTask.CompletedTask;
        }

        public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
