using Ferry.Engine.Requests;

namespace Ferry.Engine.Tests.Requests;

/// <summary>extraData of a request without a body: a part of the URL.</summary>
public sealed class QueryDataTests
{
    [Theory]
    [InlineData("https://h/f", "a=1", "https://h/f?a=1")]
    [InlineData("https://h/f?x=2", "a=1", "https://h/f?x=2&a=1")]
    [InlineData("https://h/f?", "a=1", "https://h/f?a=1")]
    [InlineData("https://h/f?x=2&", "a=1", "https://h/f?x=2&a=1")]
    [InlineData("https://h/f?x=2#part?", "a=1", "https://h/f?x=2&a=1#part?")]
    [InlineData("https://h/f#part", "a=1", "https://h/f?a=1#part")]
    [InlineData("https://h", "a=1", "https://h?a=1")]
    [InlineData("https://h/f#part", "", "https://h/f#part")]
    public void Append_WithTheRightJoint_BeforeTheFragment(string url, string query, string joined) => QueryData.Append(url, query).Should().Be(joined);

    [Theory]
    [InlineData("""{"a":"b"}""", "a=b")]
    [InlineData("""{"a b":"c&d=e","f":"\u00e4/?#%+"}""", "a%20b=c%26d%3De&f=%C3%A4%2F%3F%23%25%2B")]
    [InlineData("""{"u":"AZaz09-._~!*'()"}""", "u=AZaz09-._~%21%2A%27%28%29")]
    [InlineData("""{"n":1.50,"t":true,"z":null,"e":""}""", "n=1.50&t=true&z=null&e=")]
    [InlineData("""{"o":{"k": [1, "\u00e4"]},"l":[ ]}""", "o=%7B%22k%22%3A%5B1%2C%22%C3%A4%22%5D%7D&l=%5B%5D")]
    [InlineData("""{"a":1,"a":2}""", "a=1&a=2")]
    [InlineData("{}", "")]
    public void Object_MembersPercentEncoded_InUpperCase(string json, string query) => QueryData.Of(new JsonData(json)).Should().Be(query);

    [Theory]
    [InlineData("a=%20b&c=+d", "a=%20b&c=+d")]
    [InlineData("a=b#c", "a=b%23c")]
    [InlineData("", "")]
    public void Text_AsItIs_ForItIsEncodedAlready(string text, string query) => QueryData.Of(new TextData(text)).Should().Be(query);

    [Fact]
    public void Bytes_AreNotAppended() => QueryData.Of(new BytesData([65])).Should().BeEmpty();

    [Theory]
    [InlineData("GET")]
    [InlineData("HEAD")]
    [InlineData("OPTIONS")]
    [InlineData("DELETE")]
    [InlineData("TRACE")]
    [InlineData("CONNECT")]
    public void Validate_MethodWithoutABody_TheUrlHoldsTheData_AndTheSourceStaysAsWritten(string method)
    {
        var request = Validate(method, new TextData("a=%7e&b=\u00fc c"));
        request.Url.AbsoluteUri.Should().Be("https://h/f?x=1&a=%7e&b=%C3%BC%20c");
        request.Source.Url.Should().Be("https://h/f?x=1#part");
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    public void Validate_MethodWithABody_TheUrlStays(string method) =>
        Validate(method, new TextData("a=1")).Url.AbsoluteUri.Should().Be("https://h/f?x=1");

    private static ValidatedRequest Validate(string method, RequestData data) => RequestValidation.Validate(
        new TransferRequest
        {
            Id = "t",
            Url = "https://h/f?x=1#part",
            Destination = new MemoryDestination(),
            Options = new RequestOptions { Method = method, ExtraData = data },
        },
        () => throw new InvalidOperationException()).Request!;
}
