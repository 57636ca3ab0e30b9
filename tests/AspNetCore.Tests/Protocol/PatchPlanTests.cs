using Ferry.AspNetCore.Protocol;
using Microsoft.AspNetCore.Http;

namespace Ferry.AspNetCore.Tests.Protocol;

public sealed class PatchPlanTests
{
    private static readonly ChecksumPlan Unchecked = new(ChecksumKind.None, null);

    [Fact]
    public void Fields_Read()
    {
        var headers = Good().With("Upload-Length", "70");
        headers.ContentLength = 20;
        PatchPlan.Read(headers).Should().Be(new PatchPlan(50, 70, 20, Unchecked));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("application/octet-stream")]
    [InlineData("text/plain; application/offset+octet-stream")]
    public void OtherType_Refused415(string? type)
    {
        var headers = Good();
        headers.ContentType = type;
        Headers.Refusal(() => PatchPlan.Read(headers)).Should().Be(415);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("-1")]
    [InlineData("a")]
    [InlineData("1 0")]
    [InlineData("9223372036854775808")]
    public void OffsetMissingOrMalformed_Refused400(string? offset)
    {
        var headers = Headers.Of(("Content-Type", "application/offset+octet-stream"));
        if (offset is not null)
            headers.Append("Upload-Offset", offset);
        Headers.Refusal(() => PatchPlan.Read(headers)).Should().Be(400);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(49)]
    [InlineData(51)]
    public void OtherOffset_Refused409(long offset) =>
        Headers.Refusal(() => new PatchPlan(offset, null, null, Unchecked).Check(50, 100, null)).Should().Be(409);

    [Fact]
    public void Room_UpToTheLengthOrTheLargest()
    {
        new PatchPlan(50, null, 50, Unchecked).Check(50, 100, 1000).Should().Be(50);
        new PatchPlan(50, null, null, Unchecked).Check(50, null, 1000).Should().Be(950);
        new PatchPlan(50, 60, null, Unchecked).Check(50, null, 1000).Should().Be(10);
        new PatchPlan(50, null, null, Unchecked).Check(50, null, null).Should().BeNull();
    }

    [Theory]
    [InlineData(null, 100L, null, 51L)]
    [InlineData(null, null, 100L, 51L)]
    [InlineData(100L, null, null, 51L)]
    [InlineData(101L, null, 100L, 1L)]
    public void BeyondTheEnd_Refused413(long? told, long? length, long? maxSize, long body) =>
        Headers.Refusal(() => new PatchPlan(50, told, body, Unchecked).Check(50, length, maxSize)).Should().Be(413);

    [Theory]
    [InlineData(100L, 100L, 0)]
    [InlineData(99L, 100L, 400)]
    [InlineData(101L, 100L, 400)]
    [InlineData(49L, null, 400)]
    [InlineData(50L, null, 0)]
    public void Length_SetOnce(long told, long? length, int status)
    {
        var check = () => new PatchPlan(50, told, null, Unchecked).Check(50, length, null);
        if (status == 0)
            check.Should().NotThrow();
        else
            Headers.Refusal(() => check()).Should().Be(status);
    }

    private static IHeaderDictionary Good() => Headers.Of(("Content-Type", "application/offset+octet-stream"), ("Upload-Offset", "50"));
}
