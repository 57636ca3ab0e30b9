namespace Ferry.Engine.Requests;

/// <summary>What the methods differ in (spec/requests.md section 1).</summary>
internal static class MethodRules
{
    /// <summary>The methods, in the order of the source API; PATCH is an extension.</summary>
    public static IReadOnlyList<string> All { get; } = ["OPTIONS", "GET", "HEAD", "POST", "PUT", "DELETE", "TRACE", "CONNECT", "PATCH"];

    /// <summary>Whether the data of a request is its body; with another method it is appended to the URL's query.</summary>
    /// <param name="method">The method, in upper case.</param>
    public static bool SendsBody(string method) => method is "POST" or "PUT" or "PATCH";

    /// <summary>Whether a request has a body.</summary>
    /// <param name="options">Options with the method in upper case.</param>
    public static bool HasBody(RequestOptions options) =>
        SendsBody(options.Method) && (options.ExtraData is not null || options.MultiFormData.Count > 0);

    /// <summary>The content-type where the caller gives none; sent only with a body or query data. Of an upload it says no more than that it is bytes.</summary>
    /// <param name="request">A request with the method in upper case.</param>
    public static string DefaultContentType(TransferRequest request) => request.Upload is not null && request.Options.ExtraData is not (TextData or JsonData)
        ? "application/octet-stream"
        : DefaultContentType(request.Options.Method);

    private static string DefaultContentType(string method) =>
        method is "POST" or "PUT" or "DELETE" or "PATCH" ? "application/json" : "application/x-www-form-urlencoded";
}
