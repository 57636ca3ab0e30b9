using System.Net;
using System.Text;
using System.Text.Json;
using Ferry.Engine.Http;
using Ferry.Engine.Requests;

namespace Ferry.Engine.Tests.Http;

public sealed class ResponseReaderTests
{
    private static readonly byte[] Gruen = "gr\u00fcn"u8.ToArray();

    [Theory]
    [InlineData("application/json", HttpDataType.String)]
    [InlineData("Application/JSON; charset=utf-8", HttpDataType.String)]
    [InlineData("application/octet-stream", HttpDataType.ArrayBuffer)]
    [InlineData("image/png", HttpDataType.ArrayBuffer)]
    [InlineData("IMAGE/SVG+XML; x=y", HttpDataType.ArrayBuffer)]
    [InlineData("application/octet-stream-like", HttpDataType.String)]
    [InlineData("text/html", HttpDataType.String)]
    [InlineData("application/xml", HttpDataType.String)]
    [InlineData("", HttpDataType.String)]
    [InlineData(null, HttpDataType.String)]
    public void Result_NothingExpected_ByContentType(string? contentType, HttpDataType expected)
    {
        var response = Read("[1]"u8.ToArray(), contentType);
        response.ResultType.Should().Be(expected);
        response.Result.Should().BeOfType(expected is HttpDataType.String ? typeof(string) : typeof(byte[]));
        response.Warnings.Should().BeEmpty();
    }

    [Theory]
    [InlineData(HttpDataType.String, "image/png")]
    [InlineData(HttpDataType.ArrayBuffer, "text/plain")]
    [InlineData(HttpDataType.Object, "image/png")]
    public void Result_TypeExpected_WhateverTheContentType(HttpDataType expected, string contentType) =>
        Read("{\"a\":1}"u8.ToArray(), contentType, expected).ResultType.Should().Be(expected);

    [Fact]
    public void Result_Values_AreThoseOfTheBody()
    {
        Read(Gruen, "text/plain", HttpDataType.ArrayBuffer).Result.Should().BeEquivalentTo(Gruen);
        Read(Gruen, "image/png", HttpDataType.String).Result.Should().Be("gr\u00fcn");
        Read("{\"a\":[1,\"gr\u00fcn\"]}"u8.ToArray(), null, HttpDataType.Object).Result
            .Should().BeOfType<JsonElement>().Which.GetProperty("a")[1].GetString().Should().Be("gr\u00fcn");
        Read([.. Encoding.UTF8.Preamble, .. "{}"u8], null, HttpDataType.Object).ResultType.Should().Be(HttpDataType.Object);
    }

    [Theory]
    [InlineData(65_536, HttpDataType.Object)]
    [InlineData(65_537, HttpDataType.String)]
    public void Object_LargerThanTheLimit_ComesAsItsContentTypeSays(int length, HttpDataType expected)
    {
        var json = Encoding.ASCII.GetBytes($"[\"{new string('x', length - 4)}\"]");
        var response = Read(json, "application/json", HttpDataType.Object);
        response.ResultType.Should().Be(expected);
        response.Warnings.Count.Should().Be(expected is HttpDataType.Object ? 0 : 1);
    }

    [Theory]
    [InlineData("{\"a\":", "application/json", HttpDataType.String)]
    [InlineData("", "text/plain", HttpDataType.String)]
    [InlineData("PNG", "image/png", HttpDataType.ArrayBuffer)]
    public void Object_NotJson_ComesAsItsContentTypeSaysWithAWarning(string body, string contentType, HttpDataType expected)
    {
        var response = Read(Encoding.ASCII.GetBytes(body), contentType, HttpDataType.Object);
        response.ResultType.Should().Be(expected);
        response.Warnings.Should().ContainSingle().Which.Should().Contain("expectDataType");
    }

    [Theory]
    [InlineData("gb2312", "\u6587\u4ef6", "cec4bcfe")]
    [InlineData("gbk", "\u6587", "cec4")]
    [InlineData("gb18030", "\u6587", "cec4")]
    [InlineData("big5", "\u6587", "a4e5")]
    [InlineData("shift_jis", "\u6587", "95b6")]
    [InlineData("Shift_JIS", "\u6587", "95b6")]
    [InlineData("euc-kr", "\ud55c", "c7d1")]
    [InlineData("windows-1252", "\u20ac", "80")]
    [InlineData("iso-8859-1", "\u00fc", "fc")]
    [InlineData("\"utf-8\"", "\u00fc", "c3bc")]
    [InlineData("utf-8", "\u00fc", "efbbbfc3bc")]
    [InlineData("utf-16le", "\u00fc", "fc00")]
    [InlineData("utf-16", "\u00fc", "feff00fc")]
    [InlineData("utf-16", "\u00fc", "fffefc00")]
    public void Text_CharsetNamed_IsReadByIt(string charset, string expected, string hex)
    {
        var response = Read(Convert.FromHexString(hex), $"text/plain; x=1; CharSet={charset}");
        response.Result.Should().Be(expected);
        response.Warnings.Should().BeEmpty();
    }

    [Theory]
    [InlineData("c3bc", "\u00fc")]
    [InlineData("efbbbfc3bc", "\u00fc")]
    [InlineData("fffefc00", "\u00fc")]
    [InlineData("feff00fc", "\u00fc")]
    [InlineData("fffe0000fc000000", "\u00fc")]
    [InlineData("0000feff000000fc", "\u00fc")]
    [InlineData("fc", "\ufffd")]
    [InlineData("", "")]
    public void Text_NoCharset_ByItsMarkElseUtf8(string hex, string expected) => Read(Convert.FromHexString(hex), "text/plain").Result.Should().Be(expected);

    [Theory]
    [InlineData("x-nobody-knows")]
    [InlineData("utf-7")]
    [InlineData("a\"b")]
    public void Text_CharsetUnknown_Utf8WithAWarning(string charset)
    {
        var response = Read(Gruen, $"text/plain; charset={charset}");
        response.Result.Should().Be("gr\u00fcn");
        response.Warnings.Should().ContainSingle().Which.Should().Contain("charset").And.Contain("utf-8");
    }

    [Fact]
    public void Text_Charsets_NothingIsRegisteredForTheWholeProcess()
    {
        Read([0xce, 0xc4], "text/plain; charset=gbk").Result.Should().Be("\u6587");
        var everywhere = () => Encoding.GetEncoding("gbk");
        everywhere.Should().Throw<ArgumentException>();
    }

    [Fact]
    public void Header_LowerCaseWithStatusLine_RepeatedFieldsApart()
    {
        var head = Head("text/plain",
            new("set-cookie", "a=1; Expires=Wed, 25 Nov 2026 10:00:00 GMT"), new("X-Upper", "v"), new("set-cookie", "b=2"), new("status-line", "forged"));
        var response = ResponseReader.Read(new RequestOptions(), head, default, PerformanceTiming.None, fromCache: false, []);
        response.Header.Keys.Should().BeEquivalentTo("status-line", "content-type", "set-cookie", "x-upper");
        response.Header["status-line"].Should().Equal("HTTP/1.1 404 Nicht da");
        response.Header["set-cookie"].Should().Equal("a=1; Expires=Wed, 25 Nov 2026 10:00:00 GMT", "b=2");
        response.Cookies.Should().Equal("a=1; Expires=Wed, 25 Nov 2026 10:00:00 GMT", "b=2");
        response.ResponseCode.Should().Be(404);
    }

    [Fact]
    public void Header_Http2_StatusLineHasNoReason() =>
        Respond(Head(null) with { HttpVersion = HttpVersion.Version20, Reason = "OK" }).Header["status-line"].Should().Equal("HTTP/2 404");

    [Fact]
    public void Response_CarriesWhatItIsGiven()
    {
        var timing = new PerformanceTiming { DnsTiming = 3 };
        var response = ResponseReader.Read(new RequestOptions(), Head(null), default, timing, fromCache: true, ["a range was ignored"]);
        response.PerformanceTiming.Should().Be(timing);
        response.FromCache.Should().BeTrue();
        response.Warnings.Should().Equal("a range was ignored");
        response.HttpVersion.Should().Be(HttpVersion.Version11);
        response.FinalUrl.Should().Be(new Uri("http://final.test/x"));
        response.Cookies.Should().BeEmpty();
    }

    [Fact]
    public void Streamed_HasNoBytesAndTheRest()
    {
        var response = ResponseReader.ReadStreamed(Head("application/json"), new PerformanceTiming { TotalTiming = 1 }, fromCache: true, ["w"]);
        response.ResultType.Should().Be(HttpDataType.ArrayBuffer);
        response.Result.Should().BeEquivalentTo(Array.Empty<byte>());
        (response.ResponseCode, response.FromCache, response.PerformanceTiming.TotalTiming).Should().Be((404, true, 1));
        response.Warnings.Should().Equal("w");
    }

    private static TransferResponse Respond(AnswerHead head) =>
        ResponseReader.Read(new RequestOptions(), head, default, PerformanceTiming.None, fromCache: false, []);

    private static TransferResponse Read(byte[] body, string? contentType, HttpDataType? expect = null) => ResponseReader.Read(
        new RequestOptions { ExpectDataType = expect }, Head(contentType), body, PerformanceTiming.None, fromCache: false, []);

    private static AnswerHead Head(string? contentType, params HeaderField[] more) => new(
        404, "Nicht da", HttpVersion.Version11, new Uri("http://final.test/x"),
        [.. contentType is null ? Array.Empty<HeaderField>() : [new HeaderField("content-type", contentType)], .. more]);
}
