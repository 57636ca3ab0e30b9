using Microsoft.AspNetCore.Http;

namespace Ferry.AspNetCore.Protocol;

/// <summary>What a request asks for, from its method, its URL and its version, before anything of it is processed.</summary>
internal static class UploadMethods
{
    /// <summary>Methods that the URL for new uploads knows, for Allow.</summary>
    public const string OfCollection = "OPTIONS, POST";

    /// <summary>Methods that the URL of an upload knows, for Allow.</summary>
    public const string OfUpload = "OPTIONS, HEAD, PATCH, DELETE";

    /// <summary>The method: X-HTTP-Method-Override goes before the request line.</summary>
    /// <param name="actual">The method of the request line.</param>
    /// <param name="headers">The header.</param>
    public static string Effective(string actual, IHeaderDictionary headers) =>
        HeaderValues.Single(headers, TusNames.MethodOverride) is { Length: > 0 } other ? other.ToUpperInvariant() : actual;

    /// <summary>Refuses a version of the protocol other than 1.0.0, and a request that names none.</summary>
    /// <exception cref="UploadRefusedException">412.</exception>
    public static void CheckVersion(IHeaderDictionary headers)
    {
        if (!HasVersion(headers))
            throw new UploadRefusedException(StatusCodes.Status412PreconditionFailed, $"{TusNames.Resumable} is not {TusNames.Version}: send that version.");
    }

    private static bool HasVersion(IHeaderDictionary headers) => headers[TusNames.Resumable] is [TusNames.Version];
}
