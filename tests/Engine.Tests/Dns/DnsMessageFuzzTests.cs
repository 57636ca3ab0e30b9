using System.Net.Sockets;
using Ferry.Engine.Dns;
using Ferry.Testing.Dns;

namespace Ferry.Engine.Tests.Dns;

/// <summary>Whatever bytes come, reading them ends in a message or in a reason, and never in an exception.</summary>
public sealed class DnsMessageFuzzTests
{
    private const int Seed = 20260104;
    private static readonly DnsQuestion Question = new("www.example.com", DnsType.A);

    [Fact]
    public void RandomBytes_AreAMessageOrAReason()
    {
        var random = new Random(Seed);
        for (var i = 0; i < 60_000; i++)
        {
            var bytes = new byte[random.Next(0, 200)];
            random.NextBytes(bytes);
            Read(bytes, i);
        }
    }

    [Fact]
    public void RandomBytesBehindAGoodHeader_AreAMessageOrAReason()
    {
        var random = new Random(Seed + 1);
        for (var i = 0; i < 60_000; i++)
        {
            var bytes = new byte[random.Next(12, 120)];
            random.NextBytes(bytes);
            byte[] header = [0, 7, 0x81, 0x80, 0, 1, 0, (byte)random.Next(4), 0, (byte)random.Next(3), 0, (byte)random.Next(3)];
            header.CopyTo(bytes, 0);
            Read(bytes, i);
        }
    }

    [Fact]
    public void GoodMessagesChangedInPlaces_AreAMessageOrAReason()
    {
        var random = new Random(Seed + 2);
        var good = GoodMessages();
        var read = 0;
        for (var i = 0; i < 100_000; i++)
        {
            var bytes = good[random.Next(good.Length)].ToList();
            for (var changes = random.Next(1, 5); changes > 0; changes--)
                Change(bytes, good, random);
            read += Read([.. bytes], i) ? 1 : 0;
        }
        read.Should().BeInRange(10_000, 90_000, "both ways are to be walked often");
    }

    private static void Change(List<byte> bytes, byte[][] good, Random random)
    {
        if (bytes.Count < 2)
            return;
        var at = random.Next(bytes.Count);
        switch (random.Next(7))
        {
            case 0:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                bytes[at] = (byte)random.Next(256);
                break;
            case 2:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 3:
                bytes.RemoveAt(at);
                break;
            case 4:
                bytes.Insert(at, (byte)random.Next(256));
                break;
            case 5 when at + 1 < bytes.Count:
                (bytes[at], bytes[at + 1]) = ((byte)(0xC0 | random.Next(2)), (byte)random.Next(256));
                break;
            default:
                var other = good[random.Next(good.Length)];
                bytes.AddRange(other[random.Next(other.Length)..]);
                break;
        }
    }

    // Plain comparisons: an assertion object for each of so many cases would take longer than the reading.
    private static bool Read(byte[] bytes, int number)
    {
        DnsMessage? message;
        string? problem;
        try
        {
            message = DnsMessage.TryRead(bytes, out problem);
        }
        catch (Exception thrown)
        {
            throw new InvalidOperationException($"Case {number} (seed {Seed}), {Convert.ToHexString(bytes)}", thrown);
        }
        if (message is null)
        {
            if (string.IsNullOrEmpty(problem))
                Assert.Fail($"case {number}: no reason for {Convert.ToHexString(bytes)}");
            return false;
        }
        if (problem is not null || message.Answers.Concat(message.Authority).Any(r => r.Name.Length > 4 * 254 || r.Ttl > int.MaxValue))
            Assert.Fail($"case {number}: {Convert.ToHexString(bytes)} cannot be such a message");
        if (DnsReply.Of(message, Question) is AddressesFound found && found.Addresses.Any(a => a.AddressFamily != AddressFamily.InterNetwork))
            Assert.Fail($"case {number}: {Convert.ToHexString(bytes)} answers with another family");
        return true;
    }

    private static byte[][] GoodMessages() =>
    [
        new DnsMessageWriter(7, 0x8180, "www.example.com", 1).Address("www.example.com", "192.0.2.1").ToArray(),
        new DnsMessageWriter(7, 0x8180, "www.example.com", 1)
            .Alias("www.example.com", "b.example.com").Alias("b.example.com", "c.example.net")
            .Address("c.example.net", "192.0.2.1").Address("c.example.net", "192.0.2.2").Extension().ToArray(),
        new DnsMessageWriter(7, 0x8180, "www.example.com", 28).Address("www.example.com", "2001:db8::1").Extension().ToArray(),
        new DnsMessageWriter(7, 0x8183, "www.example.com", 1).Authority("example.com", 900, 60).Extension().ToArray(),
        new DnsMessageWriter(7, 0x8180, "www.example.com", 1).NameServer("example.com", "ns.example.com").Extension(1).ToArray(),
        new DnsMessageWriter(7, 0x8380, "www.example.com", 1).ToArray(),
    ];
}
