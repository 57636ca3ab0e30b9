using Ferry.AspNetCore.Protocol;
using Microsoft.AspNetCore.Http;

namespace Ferry.AspNetCore.Tests.Protocol;

/// <summary>Headers of requests, without a request.</summary>
internal static class Headers
{
    public static IHeaderDictionary Of(params (string Name, string Value)[] fields)
    {
        var headers = new HeaderDictionary();
        foreach (var (name, value) in fields)
            headers.Append(name, value);
        return headers;
    }

    public static IHeaderDictionary With(this IHeaderDictionary headers, string name, string value)
    {
        headers.Append(name, value);
        return headers;
    }

    /// <summary>The status that something is refused with.</summary>
    public static int Refusal(Action action)
    {
        var thrown = action.Should().Throw<UploadRefusedException>().Which;
        thrown.Message.Should().MatchRegex(@"^[A-Z].*[.]$").And.Contain(":", "it names the remedy");
        return thrown.Status;
    }
}
