using System.Security.Cryptography;

namespace Ferry.Host.Demo;

/// <summary>A file of the demo's origin.</summary>
internal sealed class DemoFile
{
    /// <summary>Makes a file of bytes that differ everywhere, so that a byte in a wrong place shows in the digest.</summary>
    /// <param name="name">The name.</param>
    /// <param name="size">The size in bytes.</param>
    /// <param name="priority">The priority it is downloaded with.</param>
    /// <param name="random">The source of the bytes.</param>
    public DemoFile(string name, int size, int priority, Random random)
    {
        (Name, Priority) = (name, priority);
        Content = new byte[size];
        random.NextBytes(Content);
        Sha256 = Convert.ToHexStringLower(SHA256.HashData(Content));
    }

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>The priority it is downloaded with.</summary>
    public int Priority { get; }

    /// <summary>The content.</summary>
    public byte[] Content { get; }

    /// <summary>The SHA-256 of the content.</summary>
    public string Sha256 { get; }
}
