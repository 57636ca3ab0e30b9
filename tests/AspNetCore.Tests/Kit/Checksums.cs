using System.Security.Cryptography;

namespace Ferry.AspNetCore.Tests.Kit;

/// <summary>Values of Upload-Checksum.</summary>
internal static class Checksums
{
#pragma warning disable CA5350 // tus asks for it
    public static string Sha1(byte[] bytes) => $"sha1 {Convert.ToBase64String(SHA1.HashData(bytes))}";
#pragma warning restore CA5350

    public static string Sha256(byte[] bytes) => $"sha256 {Convert.ToBase64String(SHA256.HashData(bytes))}";
}
