using System.Buffers.Binary;
using System.Net;
using Ferry.Engine.Dns;
using Ferry.Testing.Dns;

namespace Ferry.Engine.Tests.Dns;

public sealed class DnsMessageTests
{
    private const int Ok = 0x8180;

    [Fact]
    public void Query_Extended_IsWrittenByteForByte() =>
        Convert.ToHexString(DnsMessage.Query(0xBEEF, new DnsQuestion("a.example", DnsType.Aaaa), extended: true)).Should().Be(
            "BEEF" + "0100" + "0001" + "0000" + "0000" + "0001" // id, recursion desired, one question, one extension
            + "0161" + "076578616D706C65" + "00" + "001C" + "0001" // a.example AAAA IN
            + "00" + "0029" + "04D0" + "00000000" + "0000"); // OPT, 1232 bytes

    [Fact]
    public void Query_Plain_HasNoExtension() =>
        Convert.ToHexString(DnsMessage.Query(1, new DnsQuestion("example", DnsType.A), extended: false)).Should().Be(
            "0001" + "0100" + "0001" + "0000" + "0000" + "0000" + "076578616D706C65" + "00" + "0001" + "0001");

    [Fact]
    public void Read_AddressesAliasesAndAuthority_WithCompressedNames()
    {
        var bytes = new DnsMessageWriter(7, Ok, "www.Example.com", 1)
            .Alias("www.example.com", "a.example.com", 60)
            .Address("a.example.com", "192.0.2.1", 30)
            .Address("a.example.com", "2001:db8::1", 40)
            .Authority("example.com", 900, 45)
            .NameServer("example.com", "ns.example.com")
            .Extension().ToArray();

        var message = Read(bytes);

        message.Id.Should().Be(7);
        message.IsTruncated.Should().BeFalse();
        message.ResponseCode.Should().Be(DnsResponseCode.NoError);
        message.Question.Should().Be(new DnsQuestion("www.example.com", DnsType.A), "names are compared in lower case");
        message.Answers.Should().Equal(
            new AliasRecord("www.example.com", 60, "a.example.com"),
            new AddressRecord("a.example.com", DnsType.A, 30, IPAddress.Parse("192.0.2.1")),
            new AddressRecord("a.example.com", DnsType.Aaaa, 40, IPAddress.Parse("2001:db8::1")));
        message.Authority.Should().Equal(new AuthorityRecord("example.com", 900, 45), new OtherRecord("example.com", DnsType.Ns, 300));
    }

    [Fact]
    public void Read_EveryTruncationOfAGoodMessage_IsRefused()
    {
        var bytes = new DnsMessageWriter(7, Ok, "www.example.com", 1)
            .Alias("www.example.com", "a.example.com").Address("a.example.com", "192.0.2.1").Authority("example.com", 900, 45).Extension().ToArray();
        for (var length = 0; length < bytes.Length; length++)
        {
            DnsMessage.TryRead(bytes.AsSpan(0, length), out var problem).Should().BeNull("{0} bytes are not the whole", length);
            problem.Should().NotBeNullOrEmpty();
        }
        Read(bytes).Answers.Should().HaveCount(2);
    }

    [Fact]
    public void Read_Truncated_SaysSoAndReadsNoRecord()
    {
        var message = Read(new DnsMessageWriter(7, Ok | 0x0200, "a.example", 1).Address("a.example", "192.0.2.1").ToArray()[..^3]);
        message.IsTruncated.Should().BeTrue();
        message.Answers.Should().BeEmpty();
    }

    [Theory]
    [InlineData(3, 0, 3)]
    [InlineData(2, 0, 2)]
    [InlineData(0, 1, 16)]
    [InlineData(7, 2, 39)]
    public void Read_ResponseCode_TakesItsUpperBitsFromTheExtension(int code, byte upper, int whole) =>
        ((int)Read(new DnsMessageWriter(7, Ok | code, "a.example", 1).Extension(upper).ToArray()).ResponseCode).Should().Be(whole);

    [Fact]
    public void Read_NameThatPointsToItself_IsRefused()
    {
        var writer = new DnsMessageWriter(7, Ok, "a.example", 1);
        Problem(writer.Record("", 5, 300, () => writer.Raw(0xC0, (byte)writer.Length)).ToArray()).Should().Contain("circle");
    }

    [Fact]
    public void Read_NamesThatPointToEachOther_AreRefused()
    {
        // The name at 12 is a label and a pointer to 14, which is that pointer's own place.
        var bytes = Header(answers: 0, 1, (byte)'a', 0xC0, 12, 0, 1, 0, 1);
        Problem(bytes).Should().Contain("circle");
    }

    [Fact]
    public void Read_NameThatPointsForward_IsRefused() =>
        Problem(Header(answers: 0, 0xC0, 18, 0, 1, 0, 1, 1, (byte)'a', 0)).Should().Contain("forward");

    [Fact]
    public void Read_MorePointersThanANameCanNeed_AreRefused()
    {
        // A ladder of pointers, each to the one before it, hidden in the data of a record of an unknown type.
        var writer = new DnsMessageWriter(7, Ok, "a.example", 1);
        var first = 0;
        writer.Record("", 65280, 300, () =>
        {
            first = writer.Length;
            writer.Raw(0, 0);
            for (var i = 0; i < 200; i++)
                writer.Raw((byte)(0xC0 | ((writer.Length - 2) >> 8)), (byte)(writer.Length - 2));
        });
        var enough = first + 2 * 120;
        var tooFar = first + 2 * 200;
        Problem(AliasTo(writer.ToArray(), tooFar)).Should().Contain("circle");
        Read(AliasTo(writer.ToArray(), enough)).Answers.Should().HaveCount(2);
    }

    [Fact]
    public void Read_NameOf254Bytes_IsRefused_AndOf253Accepted()
    {
        var label = new string('a', 63);
        var longest = $"{label}.{label}.{label}.{new string('b', 61)}";
        Read(new DnsMessageWriter(7, Ok, longest, 1).ToArray()).Question.Name.Should().Be(longest).And.HaveLength(253);
        Problem(new DnsMessageWriter(7, Ok, longest + "b", 1).ToArray()).Should().Contain("too long");
    }

    [Theory]
    [InlineData(0x40)]
    [InlineData(0x80)]
    public void Read_UnknownKindOfLabel_IsRefused(byte first) => Problem(Header(answers: 0, first, 0, 0, 1, 0, 1)).Should().Contain("label");

    [Fact]
    public void Read_BytesThatNamesDoNotHold_AreToldApart() =>
        Read(Header(answers: 0, 3, (byte)'a', (byte)'.', 0xFF, 0, 0, 1, 0, 1)).Question.Name
            .Should().Be(@"a\046\255", "a dot in a label is no dot between labels");

    [Theory]
    [InlineData(1, 3)]
    [InlineData(1, 5)]
    [InlineData(1, 16)]
    [InlineData(28, 4)]
    [InlineData(28, 0)]
    public void Read_AddressOfTheWrongLength_IsRefused(int type, int length)
    {
        var writer = new DnsMessageWriter(7, Ok, "a.example", type);
        Problem(writer.Record("a.example", type, 300, () => writer.Raw(new byte[length])).ToArray()).Should().Contain("length");
    }

    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    public void Read_DataLongerThanItsFields_IsRefused(int type)
    {
        var writer = new DnsMessageWriter(7, Ok, "a.example", 1);
        Problem(writer.Record("a.example", type, 300, () => writer.Raw(new byte[30])).ToArray()).Should().Contain("wrong length");
    }

    [Theory]
    [InlineData(0x0180)] // a question
    [InlineData(0x9180)] // of another kind
    public void Read_NotAnAnswerToAQuery_IsRefused(int flags) =>
        Problem(new DnsMessageWriter(7, flags, "a.example", 1).ToArray()).Should().Contain("not an answer");

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Read_NotOneQuestion_IsRefused(byte count)
    {
        var bytes = new DnsMessageWriter(7, Ok, "a.example", 1).ToArray();
        bytes[5] = count;
        Problem(bytes).Should().Contain("question");
    }

    [Fact]
    public void Read_OtherClass_IsPassedOver()
    {
        var writer = new DnsMessageWriter(7, Ok, "a.example", 1);
        Read(writer.Record("a.example", 1, 300, () => writer.Raw(192, 0, 2, 1), dataClass: 3).ToArray()).Answers.Should().BeEmpty();
    }

    [Theory]
    [InlineData(0x7FFFFFFFu, 0x7FFFFFFFu)]
    [InlineData(0x80000000u, 0u)]
    [InlineData(0xFFFFFFFFu, 0u)]
    public void Read_TtlWithTheHighestBit_CountsAsZero(uint written, uint read) =>
        Read(new DnsMessageWriter(7, Ok, "a.example", 1).Address("a.example", "192.0.2.1", written).ToArray()).Answers[0].Ttl.Should().Be(read);

    [Fact]
    public void IsFor_OnlyTheSameIdNameAndType()
    {
        var asked = new DnsQuestion("a.example", DnsType.A);
        var message = Read(new DnsMessageWriter(7, Ok, "A.eXample", 1).ToArray());
        message.IsFor(7, asked).Should().BeTrue();
        message.IsFor(8, asked).Should().BeFalse();
        message.IsFor(7, asked with { Name = "b.example" }).Should().BeFalse();
        message.IsFor(7, asked with { Type = DnsType.Aaaa }).Should().BeFalse();
    }

    private static DnsMessage Read(byte[] bytes)
    {
        var message = DnsMessage.TryRead(bytes, out var problem);
        problem.Should().BeNull();
        return message!;
    }

    private static string Problem(byte[] bytes)
    {
        DnsMessage.TryRead(bytes, out var problem).Should().BeNull();
        return problem!;
    }

    private static byte[] Header(byte answers, params byte[] rest) => [0, 7, 0x81, 0x80, 0, 1, 0, answers, 0, 0, 0, 0, .. rest];

    // One more answer: an alias whose target is a pointer.
    private static byte[] AliasTo(byte[] message, int target)
    {
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(6), 2);
        return [.. message, 0, 0, 5, 0, 1, 0, 0, 0, 60, 0, 2, (byte)(0xC0 | (target >> 8)), (byte)target];
    }
}
