using Ferry.Engine.Cache;
using Ferry.Engine.Requests;
using static Ferry.Engine.Tests.Cache.Exchanges;

namespace Ferry.Engine.Tests.Cache;

/// <summary>Which answers are stored, which fields of them, what renews them and what drops them (RFC 9111 sections 3, 4.3 and 4.4).</summary>
public sealed class CacheStoringTests
{
    public static TheoryData<string, int, string[], string[], bool> Cases => new()
    {
        { "max-age", 200, ["cache-control: max-age=60"], [], true },
        { "Expires", 200, [$"expires: {Date(60)}"], [], true },
        { "an ETag alone", 200, ["etag: \"a\""], [], true },
        { "Last-Modified alone", 200, [$"last-modified: {Date(-60)}"], [], true },
        { "nothing to reuse it by", 200, [], [], false },
        { "nothing to reuse it by, though public", 200, ["cache-control: public"], [], false },
        { "max-age=0 without a validator", 200, ["cache-control: max-age=0"], [], false },
        { "max-age=0 with a validator", 200, ["cache-control: max-age=0", "etag: \"a\""], [], true },
        { "no-cache with a validator", 200, ["cache-control: no-cache", "etag: \"a\""], [], true },
        { "s-maxage alone", 200, ["cache-control: s-maxage=60"], [], false },
        { "private", 200, ["cache-control: private, max-age=60"], [], true },
        { "no-transform", 200, ["cache-control: no-transform, max-age=60"], [], true },

        { "answer: no-store", 200, ["cache-control: no-store, max-age=60"], [], false },
        { "request: no-store", 200, ["cache-control: max-age=60"], ["cache-control: no-store"], false },
        { "must-understand over no-store", 200, ["cache-control: max-age=60, no-store, must-understand"], [], true },
        { "must-understand what nobody understands", 299, ["cache-control: max-age=60, must-understand"], [], false },

        { "a part", 206, ["cache-control: max-age=60"], [], false },
        { "not modified", 304, ["cache-control: max-age=60"], [], false },
        { "404 by its validator", 404, ["etag: \"a\""], [], true },
        { "302 without a lifetime", 302, ["etag: \"a\""], [], false },
        { "302 with a lifetime", 302, ["cache-control: max-age=60"], [], true },
        { "500 with a lifetime", 500, ["cache-control: max-age=60"], [], true },
        { "500 without", 500, ["etag: \"a\""], [], false },
        { "an unknown status with a lifetime", 299, ["cache-control: max-age=60"], [], true },
        { "an unknown status without", 299, ["etag: \"a\""], [], false },
        { "403 that is private", 403, ["cache-control: private", "etag: \"a\""], [], true },

        { "Vary: *", 200, ["cache-control: max-age=60", "vary: *"], [], false },
        { "Vary: * among others", 200, ["cache-control: max-age=60", "vary: accept, *"], [], false },
        { "Vary", 200, ["cache-control: max-age=60", "vary: accept"], [], true },

        { "authorized", 200, ["cache-control: max-age=60"], ["Authorization: Basic x"], false },
        { "authorized, private", 200, ["cache-control: private, max-age=60"], ["Authorization: Basic x"], false },
        { "authorized, public", 200, ["cache-control: public, max-age=60"], ["Authorization: Basic x"], true },
        { "authorized, must-revalidate", 200, ["cache-control: must-revalidate, max-age=60"], ["authorization: Basic x"], true },
        { "authorized, s-maxage", 200, ["cache-control: s-maxage=5, max-age=60"], ["Authorization: Basic x"], true },
        { "with a cookie", 200, ["cache-control: max-age=60"], ["Cookie: a=b"], true },
        { "conditional by the caller", 200, ["cache-control: max-age=60"], ["If-None-Match: \"z\""], true },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void MayStore_ByStatusAndFields(string why, int status, string[] answer, string[] request, bool stored) =>
        CacheDecisions.MayStore(Request(request), Head(status, answer), Noon).Should().Be(stored, "{0}", why);

    [Theory]
    [InlineData("GET", true)]
    [InlineData("HEAD", true)]
    [InlineData("POST", false)]
    [InlineData("PUT", false)]
    [InlineData("OPTIONS", false)]
    public void MayStore_ByMethod(string method, bool stored) =>
        CacheDecisions.MayStore(RequestBy(method, "http://a.test/x"), Head(200, "cache-control: max-age=60"), Noon).Should().Be(stored);

    [Fact]
    public void MayStore_ARangeWasAsked_IsNotStored() =>
        CacheDecisions.MayStore(Request(o => o with { ResumeFrom = 5 }), Head(200, "cache-control: max-age=60"), Noon).Should().BeFalse();

    [Fact]
    public void StoredHeader_LeavesOutWhatBelongsToTheConnection()
    {
        var stored = StoredHeader.Of(
            Head(200, "connection: close, X-Hop", "x-hop: 1", "keep-alive: 5", "transfer-encoding: chunked", "upgrade: h2c", "te: x", "proxy-authenticate: Basic",
                "set-cookie: a=1", "set-cookie: b=2", "cache-control: no-transform", "x-end: 1"),
            Noon);
        stored.Headers.Select(h => $"{h.Name}: {h.Value}")
            .Should().Equal("set-cookie: a=1", "set-cookie: b=2", "cache-control: no-transform", "x-end: 1", $"date: {Date()}");
    }

    [Fact]
    public void Renewed_TakesTheNewFields_ButNotThoseOfTheBytes()
    {
        var stored = Head(
            200, "etag: \"a\"", "age: 500", $"date: {Date(-500)}", "content-length: 10", "content-encoding: gzip", "content-type: text/plain", "x-old: 1", "x-two: 1", "x-two: 2");
        var answer = Head(
            304, "etag: \"a\"", $"date: {Date()}", "content-length: 0", "content-encoding: br", "content-range: bytes 0-1/2", "connection: x-hop", "x-hop: 1",
            "cache-control: max-age=9", "x-two: 3");
        StoredHeader.Renewed(stored, answer, Noon).Headers.Select(h => $"{h.Name}: {h.Value}").Should().Equal(
            "content-length: 10", "content-encoding: gzip", "content-type: text/plain", "x-old: 1", "etag: \"a\"", $"date: {Date()}", "cache-control: max-age=9", "x-two: 3");
    }

    [Theory]
    [InlineData("etag: \"a\"", "etag: \"a\"", true)]
    [InlineData("etag: \"a\"", "etag: \"b\"", false)]
    [InlineData("etag: \"a\"", "etag: W/\"a\"", true)]
    [InlineData("etag: W/\"a\"", "etag: W/\"a\"", true)]
    [InlineData("etag: W/\"a\"", "etag: \"a\"", false)]
    [InlineData("etag: W/\"a\"", "etag: W/\"b\"", false)]
    [InlineData("etag: \"a\"", "x: y", true)]
    [InlineData("last-modified: Sat, 21 Nov 2026 11:00:00 GMT", "last-modified: Sat, 21 Nov 2026 11:00:00 GMT", true)]
    [InlineData("last-modified: Sat, 21 Nov 2026 11:00:00 GMT", "last-modified: Sat, 21 Nov 2026 11:00:01 GMT", false)]
    [InlineData("last-modified: Sat, 21 Nov 2026 11:00:00 GMT", "etag: \"new\"", false)]
    public void Confirms_ByTheStrongestValidatorThatIsThere(string stored, string notModified, bool confirms) =>
        CacheDecisions.Confirms(Head(304, notModified), Stored(stored)).Should().Be(confirms);

    [Theory]
    [InlineData("etag: \"a\"", true)]
    [InlineData("etag: \"b\"", false)]
    [InlineData("content-length: 10", true)]
    [InlineData("content-length: 11", false)]
    [InlineData("last-modified: Sat, 21 Nov 2026 11:00:01 GMT", false)]
    [InlineData("x: y", true)]
    public void Agrees_WhereNothingContradicts(string field, bool agrees) =>
        CacheDecisions.Agrees(Head(200, field), Stored("etag: \"a\"", "content-length: 10", "last-modified: Sat, 21 Nov 2026 11:00:00 GMT")).Should().Be(agrees);

    [Fact]
    public void Renew_IsFreshAgainFromThe304On()
    {
        var stored = Stored("etag: \"a\"", "cache-control: max-age=60", "age: 50");
        var renewed = CacheDecisions.Renew(stored, Request(), Head(304, "etag: \"a\"", $"date: {Date(100)}"), Noon.AddSeconds(99), Noon.AddSeconds(100))!;
        CacheDecisions.Use(Request(), stored, Noon.AddSeconds(120)).Should().Be(CacheUse.Revalidate);
        CacheDecisions.Use(Request(), renewed, Noon.AddSeconds(120)).Should().Be(CacheUse.Fresh);
        renewed.AgeAt(Noon.AddSeconds(100)).Should().Be(TimeSpan.FromSeconds(1), "the way took a second");
        renewed.Head.Status.Should().Be(200);
    }

    [Fact]
    public void Renew_NowNoStore_IsGivenUp() => CacheDecisions.Renew(
        Stored("etag: \"a\"", "cache-control: max-age=60"), Request(), Head(304, "cache-control: no-store"), Noon, Noon).Should().BeNull();

    [Theory]
    [InlineData(200, "x: y", "http://a.test/x")]
    [InlineData(201, "location: /new", "http://a.test/x http://a.test/new")]
    [InlineData(303, "location: http://a.test/new?q", "http://a.test/x http://a.test/new?q")]
    [InlineData(200, "content-location: other", "http://a.test/x http://a.test/other")]
    [InlineData(201, "location: http://b.test/new", "http://a.test/x")]
    [InlineData(201, "location: https://a.test/new", "http://a.test/x")]
    [InlineData(201, "location: http://a.test:81/new", "http://a.test/x")]
    [InlineData(201, "location: mailto:x@y", "http://a.test/x")]
    [InlineData(404, "location: /new", "")]
    [InlineData(500, "x: y", "")]
    public void Invalidated_TheUrlAndWhatItNamesOfItsOrigin(int status, string field, string urls) =>
        string.Join(' ', CacheDecisions.Invalidated(new Uri("http://a.test/x"), Head(status, field)).Select(u => u.AbsoluteUri)).Should().Be(urls);

    [Fact]
    public void VaryKey_FieldsInAnyCaseAndOrder_TheSameValuesMatch()
    {
        var key = VaryKey.Of(Head(200, "vary: Accept, X-A", "vary: accept"), Request("accept: a", "Accept: b", "x-a:  1 "))!;
        key.Names.Should().Equal("accept", "x-a");
        key.Matches(Request("X-A: 1", "ACCEPT: a, b")).Should().BeTrue();
        key.Matches(Request("X-A: 1", "ACCEPT: b, a")).Should().BeFalse("order tells values apart");
        key.Matches(Request("X-A: 1")).Should().BeFalse("an absent field matches absent ones alone");
        key.Matches(Request("X-A: 1", "Accept: a, b", "X-B: 2")).Should().BeTrue("what is not named does not count");
    }

    [Fact]
    public void VaryKey_AbsentThen_MatchesAbsentNow()
    {
        var key = VaryKey.Of(Head(200, "vary: accept"), Request())!;
        key.Matches(Request()).Should().BeTrue();
        key.Matches(Request("Accept: ")).Should().BeFalse();
    }

    public static TheoryData<string, Func<RequestOptions, RequestOptions>> Audiences => new()
    {
        { "another cookie", o => o with { Headers = [new("Cookie", "user=bob")] } },
        { "no cookie", o => o with { Headers = [] } },
        { "a secret field", o => o with { Headers = [new("Cookie", "user=ann"), new("X-Key", "k")], SecretHeaders = ["x-key"] } },
        { "a pin", o => o with { CertificatePinning = [new CertificatePin(new string('A', 43) + "=")] } },
        { "other trust anchors", o => o with { CaPath = "/ca.pem" } },
        { "a proxy", o => o with { UsingProxy = new ProxyServer("p.test", 3128) } },
        { "another resolver", o => o with { DnsServers = ["192.0.2.1"] } },
    };

    [Theory]
    [MemberData(nameof(Audiences))]
    public void VaryKey_AnotherAudience_DoesNotMatch(string why, Func<RequestOptions, RequestOptions> change)
    {
        Func<RequestOptions, RequestOptions> ann = o => o with { Headers = [new("Cookie", "user=ann")] };
        var key = VaryKey.Of(Head(200), Request(ann))!;
        key.Matches(Request(ann)).Should().BeTrue();
        key.Matches(Request(o => change(ann(o)))).Should().BeFalse("{0}", why);
        key.Digest.Should().NotContain("ann");
    }
}
