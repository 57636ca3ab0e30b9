using System.Security.Cryptography;

namespace Ferry.Interop.Tests.Kills;

/// <summary>A whole file, told from every other by length and digest.</summary>
/// <param name="Length">Its length in bytes.</param>
/// <param name="Sha256">The SHA-256 of its content, in lower-case hexadecimal.</param>
internal sealed record FileVersion(long Length, string Sha256)
{
    /// <summary>The version that lies at a path.</summary>
    /// <param name="path">The path.</param>
    public static FileVersion Of(string path)
    {
        using var content = File.OpenRead(path);
        return new FileVersion(content.Length, Convert.ToHexStringLower(SHA256.HashData(content)));
    }
}
