using System.Security.Cryptography;
using System.Text;
using Ferry.Engine.Errors;

namespace Ferry.Actors.Transfers;

/// <summary>
/// Encrypts a payload whole (AES-256-GCM): URLs can be secrets. Layout: format 1, length and text of the name it is bound to, the key's
/// fingerprint (8 bytes), nonce (12), tag (16), the encrypted bytes. Name and fingerprint are authenticated.
/// </summary>
internal sealed class JournalCipher : IDisposable
{
    private const byte Format = 1;
    private const int FingerprintBytes = 8;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    private readonly AesGcm _aes;
    private readonly Lock _gate = new();
    private readonly byte[] _fingerprint;
    private readonly string _source;

    /// <summary>Takes a key.</summary>
    /// <param name="key">32 bytes.</param>
    /// <param name="source">The file it stands in, for messages.</param>
    public JournalCipher(ReadOnlySpan<byte> key, string source)
    {
        _aes = new AesGcm(key, TagBytes);
        _fingerprint = SHA256.HashData(key)[..FingerprintBytes];
        _source = source;
    }

    /// <summary>Reads the key of a file.</summary>
    /// <exception cref="TransferException">The file cannot be read.</exception>
    public static JournalCipher FromFile(string path)
    {
        try
        {
            return new JournalCipher(File.ReadAllBytes(path), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw Failure($"The journal's key file '{path}' cannot be read, and without it the journal cannot be: restore it.", e);
        }
    }

    /// <summary>Encrypts.</summary>
    public byte[] Seal(string name, ReadOnlySpan<byte> plain)
    {
        var bound = Encoding.ASCII.GetBytes(name);
        var head = 2 + bound.Length + FingerprintBytes;
        var sealedBytes = new byte[head + NonceBytes + TagBytes + plain.Length];
        sealedBytes[0] = Format;
        sealedBytes[1] = checked((byte)bound.Length);
        bound.CopyTo(sealedBytes, 2);
        _fingerprint.CopyTo(sealedBytes, 2 + bound.Length);
        var nonce = sealedBytes.AsSpan(head, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        var tag = sealedBytes.AsSpan(head + NonceBytes, TagBytes);
        lock (_gate)
            _aes.Encrypt(nonce, plain, sealedBytes.AsSpan(head + NonceBytes + TagBytes), tag, sealedBytes.AsSpan(0, head));
        return sealedBytes;
    }

    /// <summary>Decrypts.</summary>
    /// <exception cref="TransferException">The bytes were sealed with another key, or are damaged.</exception>
    public byte[] Open(ReadOnlySpan<byte> sealedBytes, out string name)
    {
        var head = sealedBytes.Length < 2 ? int.MaxValue : 2 + sealedBytes[1] + FingerprintBytes;
        if (sealedBytes.Length < (long)head + NonceBytes + TagBytes || sealedBytes[0] != Format)
            throw Failure("A payload of the journal is damaged: restore the data directory from a copy.");
        name = Encoding.ASCII.GetString(sealedBytes.Slice(2, sealedBytes[1]));
        if (!sealedBytes.Slice(head - FingerprintBytes, FingerprintBytes).SequenceEqual(_fingerprint))
            throw Failure($"The journal was written with another key than the one in '{_source}': restore that key, or move journal.db away to start empty.");
        var plain = new byte[sealedBytes.Length - head - NonceBytes - TagBytes];
        try
        {
            lock (_gate)
            {
                _aes.Decrypt(
                    sealedBytes.Slice(head, NonceBytes), sealedBytes[(head + NonceBytes + TagBytes)..],
                    sealedBytes.Slice(head + NonceBytes, TagBytes), plain, sealedBytes[..head]);
            }
        }
        catch (CryptographicException e)
        {
            throw Failure("A payload of the journal is damaged: restore the data directory from a copy.", e);
        }
        return plain;
    }

    public void Dispose() => _aes.Dispose();

    private static TransferException Failure(string message, Exception? inner = null) =>
        new(new TransferError(ErrorCode.LocalReadFailed, ErrorStage.Journaling, ErrorSide.Local, message), inner);
}
