using Ferry.Engine.Errors;
using Ferry.Engine.Http;
using Ferry.Engine.Requests;
using static Ferry.Engine.Tests.Http.RangeCase;

namespace Ferry.Engine.Tests.Http;

public sealed class RedirectRulesTests
{
    private static readonly Hop First = new("GET", new Uri("https://h/a/b?q=1"), WithBody: false, WithSecrets: true);
    private static readonly ValidatedRequest Request = Calls.Request("https://h/a/b?q=1");
    private static readonly ValidatedRequest Upload = Calls.Request("https://h/a/b?q=1", o => o with { ExtraData = new TextData("{}") }, upload: new UploadOptions());

    [Theory]
    [InlineData(301, "POST", "GET", false)]
    [InlineData(302, "POST", "GET", false)]
    [InlineData(301, "PUT", "PUT", true)]
    [InlineData(302, "DELETE", "DELETE", true)]
    [InlineData(303, "POST", "GET", false)]
    [InlineData(303, "PUT", "GET", false)]
    [InlineData(303, "HEAD", "HEAD", true)]
    [InlineData(307, "POST", "POST", true)]
    [InlineData(308, "POST", "POST", true)]
    [InlineData(302, "GET", "GET", true)]
    public void After_MethodAndBody(int status, string method, string becomes, bool body)
    {
        var hop = First with { Method = method, WithBody = true };
        var next = Follow(hop, status, "/c");
        (next.Method, next.WithBody).Should().Be((becomes, body));
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    public void After_AnUploadThatWouldLoseItsBody_Refused(int status)
    {
        var decision = RedirectRules.After(Upload, [First with { Method = "POST", WithBody = true }], Answer(status, "location: /c?key=secret"));

        decision.Next.Should().BeNull();
        decision.Error!.Code.Should().Be(ErrorCode.UploadFailed);
        decision.Error.Message.Should().Contain("https://h/c").And.NotContain("secret");
    }

    [Fact]
    public void After_AnUploadThatIsSentOnOrWasTaken_Followed()
    {
        var post = First with { Method = "POST", WithBody = true };
        Follow(post, 303, "/c", Upload).Method.Should().Be("GET", "the server took it, and says where its answer is");
        var moved = Follow(post, 307, "/c", Upload);
        (moved.Method, moved.WithBody).Should().Be(("POST", true));
        Follow(post with { Method = "PUT" }, 302, "/c", Upload).WithBody.Should().BeTrue();
    }

    [Theory]
    [InlineData("https://h/x", true)]
    [InlineData("https://H:443/x", true)]
    [InlineData("https://h:8443/x", false)]
    [InlineData("https://other/x", false)]
    [InlineData("https://sub.h/x", false)]
    [InlineData("//other/x", false)]
    public void After_SecretsOnlyToTheSameOrigin(string location, bool kept) => Follow(First, 302, location).WithSecrets.Should().Be(kept);

    [Fact]
    public void After_BackToTheOrigin_SecretsStayDropped()
    {
        var away = Follow(First, 302, "https://other/x");
        Follow(away, 302, "https://h/y").WithSecrets.Should().BeFalse();
        Follow(away, 302, "https://other/y").WithSecrets.Should().BeFalse("the other origin was never meant to have them");
    }

    [Theory]
    [InlineData("c", "https://h/a/c")]
    [InlineData("../c%7e?x=%2F", "https://h/c%7e?x=%2F")]
    [InlineData("/c/./d/../e", "https://h/c/e")]
    [InlineData("?r=2", "https://h/a/b?r=2")]
    [InlineData("//o/x", "https://o/x")]
    [InlineData("https://o", "https://o/")]
    [InlineData("https://o/a/../b%7E#part", "https://o/a/../b%7E")]
    [InlineData("https://user:secret@o/x", "https://o/x")]
    [InlineData("/\u00c3\u00bc d", "https://h/%C3%BC%20d")]
    [InlineData("HTTPS://O/x", "https://o/x")]
    public void After_LocationIsResolvedAsWritten(string location, string to) => Follow(First, 302, location).Url.AbsoluteUri.Should().Be(to);

    [Fact]
    public void After_HttpsToHttp_Refused() => Refused(First, 302, "http://h/x").Should().Be(ErrorCode.CleartextNotAllowed);

    [Fact]
    public void After_HttpToHttps_Followed() => Follow(First with { Url = new Uri("http://h/a") }, 301, "https://h/a").Url.Scheme.Should().Be("https");

    [Theory]
    [InlineData("ftp://h/x")]
    [InlineData("file:///etc/passwd")]
    [InlineData("javascript:alert(1)")]
    [InlineData("https://")]
    [InlineData("https://h:99999/")]
    public void After_NoHttpUrl_Refused(string location) => Refused(First, 302, location).Should().Be(ErrorCode.UnsupportedProtocol);

    [Fact]
    public void After_Circle_Refused() => Refused(First, 302, "https://h/a/b?q=1#again").Should().Be(ErrorCode.TooManyRedirects);

    [Fact]
    public void After_MoreThanAllowed_Refused()
    {
        Hop[] hops = [First, First with { Url = new Uri("https://h/2") }, First with { Url = new Uri("https://h/3") }];
        After(3, hops).Next.Should().NotBeNull();
        After(2, hops).Error!.Code.Should().Be(ErrorCode.TooManyRedirects);
        After(0, First).Error!.Code.Should().Be(ErrorCode.TooManyRedirects);

        static RedirectDecision After(int most, params Hop[] hops) =>
            RedirectRules.After(Calls.Request("https://h/1", o => o with { MaxRedirects = most }), hops, Answer(302, "location: /4"));
    }

    [Theory]
    [InlineData(300)]
    [InlineData(304)]
    [InlineData(305)]
    [InlineData(200)]
    [InlineData(201)]
    public void After_NoRedirectStatus_IsTheAnswer(int status) =>
        RedirectRules.After(Request, [First], Answer(status, "location: /c")).Should().Be(new RedirectDecision(null, null));

    [Fact]
    public void After_WithoutLocation_IsTheAnswer() =>
        RedirectRules.After(Request, [First], Answer(302)).Should().Be(new RedirectDecision(null, null));

    [Fact]
    public void After_TwoLocations_Invalid() =>
        RedirectRules.After(Request, [First], Answer(302, "location: /c", "location: /d")).Error!.Code.Should().Be(ErrorCode.InvalidAnswer);

    [Fact]
    public void First_RememberedUrlOfAnotherOrigin_WithoutSecrets()
    {
        var request = Calls.Request("https://h/f");
        RedirectRules.First(new HttpCall(request, [], true, new Uri("https://mirror/f"))).WithSecrets.Should().BeFalse();
        RedirectRules.First(new HttpCall(request, [], true, request.Url)).WithSecrets.Should().BeTrue();
    }

    private static Hop Follow(Hop hop, int status, string location, ValidatedRequest? request = null)
    {
        var decision = RedirectRules.After(request ?? Request, [hop], Answer(status, $"location: {location}"));
        decision.Error.Should().BeNull();
        return decision.Next!;
    }

    private static ErrorCode Refused(Hop hop, int status, string location) =>
        RedirectRules.After(Request, [hop], Answer(status, $"location: {location}")).Error!.Code;
}
