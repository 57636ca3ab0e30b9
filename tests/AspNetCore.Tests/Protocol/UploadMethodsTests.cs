using Ferry.AspNetCore.Protocol;

namespace Ferry.AspNetCore.Tests.Protocol;

public sealed class UploadMethodsTests
{
    [Theory]
    [InlineData("POST", "PATCH", "PATCH")]
    [InlineData("POST", "delete", "DELETE")]
    [InlineData("GET", "HEAD", "HEAD")]
    [InlineData("PATCH", "", "PATCH")]
    public void Override_GoesBeforeTheRequestLine(string actual, string other, string effective) =>
        UploadMethods.Effective(actual, Headers.Of(("X-HTTP-Method-Override", other))).Should().Be(effective);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("0.2.2")]
    [InlineData("1.0.1")]
    [InlineData("2.0.0")]
    public void OtherVersion_Refused412(string? version)
    {
        var headers = version is null ? Headers.Of() : Headers.Of(("Tus-Resumable", version));
        Headers.Refusal(() => UploadMethods.CheckVersion(headers)).Should().Be(412);
    }

    [Fact]
    public void Version100_Taken()
    {
        var check = () => UploadMethods.CheckVersion(Headers.Of(("Tus-Resumable", "1.0.0")));
        check.Should().NotThrow();
    }
}
