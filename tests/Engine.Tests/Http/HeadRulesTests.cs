using Ferry.Engine.Errors;
using Ferry.Engine.Http;
using static Ferry.Engine.Tests.Http.RangeCase;

namespace Ferry.Engine.Tests.Http;

public sealed class HeadRulesTests
{
    [Theory]
    [InlineData("content-length: 10", "content-length: 20")]
    [InlineData("content-length: 10, 20")]
    [InlineData("content-length: 10, 10, 11")]
    [InlineData("content-length: +10")]
    [InlineData("content-length: -1")]
    [InlineData("content-length: 0x10")]
    [InlineData("content-length: 1 0")]
    [InlineData("content-length: ten")]
    [InlineData("content-length: ,")]
    [InlineData("content-length: 18446744073709551626")]
    [InlineData("content-length: 10", "transfer-encoding: chunked")]
    [InlineData("content-range: bytes 0-1/2", "content-range: bytes 0-1/3")]
    public void Check_ConflictingOrMalformed_InvalidAnswer(params string[] fields) =>
        HeadRules.Check(Answer(200, fields))!.Code.Should().Be(ErrorCode.InvalidAnswer);

    [Theory]
    [InlineData("content-length: 10")]
    [InlineData("content-length: 9223372036854775807")]
    [InlineData("content-length: 10", "content-length: 10")]
    [InlineData("transfer-encoding: chunked")]
    [InlineData("content-range: bytes 0-1/2", "content-length: 2")]
    public void Check_OneMeaning_Good(params string[] fields) => HeadRules.Check(Answer(200, fields)).Should().BeNull();

    [Fact]
    public void Check_SwitchingProtocolsUnasked_InvalidAnswer() => HeadRules.Check(Answer(101))!.Code.Should().Be(ErrorCode.InvalidAnswer);

    [Fact]
    public void ContentLength_RepeatedAlike_Once() => HeadRules.ContentLength(Answer(200, "content-length: 10, 10")).Should().Be(10);
}
