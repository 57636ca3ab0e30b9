using Ferry.AspNetCore.Protocol;
using Microsoft.AspNetCore.Http;

namespace Ferry.AspNetCore.Tests.Protocol;

public sealed class CreationPlanTests
{
    private const string Type = "application/offset+octet-stream";

    [Fact]
    public void Length_Read() => Read(("Upload-Length", "100")).Should().Be(new CreationPlan(100, "", false, false, new ChecksumPlan(ChecksumKind.None, null)));

    [Fact]
    public void Deferred_LengthIsNull() => Read(("Upload-Defer-Length", "1")).Length.Should().BeNull();

    [Theory]
    [InlineData("Upload-Defer-Length", "0")]
    [InlineData("Upload-Defer-Length", "true")]
    [InlineData("Upload-Length", "-1")]
    [InlineData("Upload-Length", "+1")]
    [InlineData("Upload-Length", "1.0")]
    [InlineData("Upload-Length", "0x10")]
    [InlineData("Upload-Length", "")]
    [InlineData("Upload-Length", "99999999999999999999")]
    [InlineData("X-Nothing", "1")]
    public void LengthMissingOrMalformed_Refused400(string name, string value) => Headers.Refusal(() => Read((name, value))).Should().Be(400);

    [Fact]
    public void BothLengthAndDeferred_Refused400() =>
        Headers.Refusal(() => Read(("Upload-Length", "1"), ("Upload-Defer-Length", "1"))).Should().Be(400);

    [Fact]
    public void LengthTwice_Refused400() => Headers.Refusal(() => Read(("Upload-Length", "1"), ("Upload-Length", "1"))).Should().Be(400);

    [Theory]
    [InlineData("1000", 0)]
    [InlineData("1001", 413)]
    public void MaxSize_RefusedBeyond(string length, int status)
    {
        var read = () => CreationPlan.Read(Headers.Of(("Upload-Length", length)), hasBody: false, maxSize: 1000);
        if (status == 0)
            read.Should().NotThrow();
        else
            Headers.Refusal(() => read()).Should().Be(status);
    }

    [Theory]
    [InlineData("partial")]
    [InlineData("final;/files/a /files/b")]
    public void Concatenation_Refused400(string value) =>
        Headers.Refusal(() => Read(("Upload-Length", "1"), ("Upload-Concat", value))).Should().Be(400);

    [Theory]
    [InlineData(65534, 0)]
    [InlineData(65538, 400)]
    public void Metadata_NoLongerThanARecordHasRoomFor(int length, int status)
    {
        var read = () => Read(("Upload-Length", "1"), ("Upload-Metadata", "a " + new string('+', length - 2)));
        if (status == 0)
            read.Should().NotThrow();
        else
            Headers.Refusal(() => read()).Should().Be(status);
    }

    [Fact]
    public void Metadata_KeptAsItCame()
    {
        Read(("Upload-Length", "1"), ("Upload-Metadata", "b Yg==, a")).Metadata.Should().Be("b Yg==, a");
        Headers.Refusal(() => Read(("Upload-Length", "1"), ("Upload-Metadata", "b ?"))).Should().Be(400);
    }

    [Theory]
    [InlineData(Type, true)]
    [InlineData("Application/Offset+Octet-Stream; x=y", true)]
    [InlineData("application/octet-stream", false)]
    [InlineData(null, false)]
    public void BodyOfAnotherType_Refused415(string? type, bool taken)
    {
        var headers = Headers.Of(("Upload-Length", "10"));
        headers.ContentType = type;
        var read = () => CreationPlan.Read(headers, hasBody: true, maxSize: null);
        if (taken)
            read().Should().Match<CreationPlan>(p => p.HasBody && p.TellsOffset);
        else
            Headers.Refusal(() => read()).Should().Be(415);
    }

    [Theory]
    [InlineData("10", null, 11, true)]
    [InlineData("10", null, 10, false)]
    [InlineData(null, 10L, 11, true)]
    [InlineData(null, 10L, 10, false)]
    public void BodyBeyondTheEnd_Refused413(string? length, long? maxSize, long body, bool refused)
    {
        var headers = length is null ? Headers.Of(("Upload-Defer-Length", "1")) : Headers.Of(("Upload-Length", length));
        headers.ContentType = Type;
        headers.ContentLength = body;
        var read = () => CreationPlan.Read(headers, hasBody: true, maxSize);
        if (refused)
            Headers.Refusal(() => read()).Should().Be(413);
        else
            read.Should().NotThrow();
    }

    private static CreationPlan Read(params (string Name, string Value)[] fields) => CreationPlan.Read(Headers.Of(fields), hasBody: false, maxSize: null);
}
