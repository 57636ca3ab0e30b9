using System.Security.Cryptography;
using System.Text;

namespace Ferry.Host.Targets;

/// <summary>Short names made from what they stand for, so that a rerun finds what an earlier run left.</summary>
internal static class ShortHash
{
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";

    /// <summary>The first 80 bits of the SHA-256 over the texts, as 16 letters and digits that can be typed.</summary>
    /// <param name="texts">The texts; none may hold NUL.</param>
    public static string Of(params IEnumerable<string> texts)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', texts)));
        var name = new char[16];
        for (var i = 0; i < name.Length; i++)
        {
            var bit = i * 5;
            var pair = (hash[bit / 8] << 8) | hash[(bit / 8) + 1];
            name[i] = Alphabet[(pair >> (11 - (bit % 8))) & 31];
        }
        return new string(name);
    }
}
