using Ferry.Engine.Errors;

namespace Ferry.Engine.Requests;

/// <summary>What an upload may be (spec/requests.md section 2, <c>upload</c>).</summary>
internal static class UploadRules
{
    /// <summary>The most bytes of a stream that are held to be sent again.</summary>
    public const long MaxStreamChunk = 64 * 1024 * 1024;

    /// <summary>Adds a problem for whatever cannot be an upload.</summary>
    /// <returns>The options with the method an upload has; unchanged where the request is none.</returns>
    public static RequestOptions Check(TransferRequest request, RequestOptions options, List<TransferError> problems, List<string> warnings)
    {
        if (request.Upload is not { } upload)
            return options;
        if (upload.Metadata is null || upload.Metadata.Any(m => m is null || m.Value is null))
        {
            problems.Add(RequestValidation.Problem("upload.metadata is missing, or one of its pairs is: leave it empty for none."));
            return options;
        }
        if (!Enum.IsDefined(upload.Protocol))
            problems.Add(RequestValidation.Problem($"upload.protocol is {(int)upload.Protocol}; it must be plain or tus."));
        if (request.Destination is FileDestination or ChunkDestination)
            problems.Add(RequestValidation.Problem("The answer of an upload goes to memory: use a MemoryDestination."));
        if (options.ExtraData is null && options.MultiFormData is not { Count: > 0 })
            problems.Add(RequestValidation.Problem("The upload has no body: give extraData a file, bytes, a text or a stream, or give multiFormDataList."));
        return upload.Protocol is UploadProtocol.Tus ? CheckTus(upload, options, problems, warnings) : CheckPlain(upload, options, problems);
    }

    private static RequestOptions CheckPlain(UploadOptions upload, RequestOptions options, List<TransferError> problems)
    {
        if (upload.Metadata.Count > 0 || upload.DeferLength || upload.CreationWithUpload)
            problems.Add(RequestValidation.Problem("upload.metadata, deferLength and creationWithUpload are for tus: set upload.protocol to tus, or leave them out."));
        return WithMethod(options, "PUT", ["PUT", "POST", "PATCH"], "An upload", problems);
    }

    private static RequestOptions CheckTus(UploadOptions upload, RequestOptions options, List<TransferError> problems, List<string> warnings)
    {
        if (options.MultiFormData is { Count: > 0 })
            problems.Add(RequestValidation.Problem("multiFormDataList cannot be sent by tus: give extraData, or set upload.protocol to plain."));
        if (upload.ChunkBytes < 0)
            problems.Add(RequestValidation.Problem($"upload.chunkBytes is {upload.ChunkBytes}; it must be 1 or more, or 0 for the whole in one request."));
        else if (options.ExtraData is StreamData && upload.ChunkBytes is 0 or > MaxStreamChunk)
            problems.Add(RequestValidation.Problem($"upload.chunkBytes is {upload.ChunkBytes}; of a stream so much is held in memory: it must be from 1 to {MaxStreamChunk}."));
        foreach (var key in upload.Metadata.Select(m => m.Key))
        {
            if (string.IsNullOrEmpty(key) || key.Any(c => c is <= ' ' or ',' or > '~'))
                problems.Add(RequestValidation.Problem($"The metadata key '{key}' is not allowed: use ASCII characters without spaces and commas."));
        }
        if (upload.Metadata.GroupBy(m => m.Key, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
            problems.Add(RequestValidation.Problem($"The metadata key '{twice.Key}' is given {twice.Count()} times: give it once."));
        if (BodyRules.ContentType(options) is { } contentType)
            warnings.Add($"The content-type '{contentType}' does not take effect: tus prescribes its own. Tell the server in the metadata, as filetype.");
        return WithMethod(
            options with { Headers = [.. options.Headers.Where(h => !BodyRules.IsContentType(h))] }, "POST", ["POST"], "A tus upload", problems);
    }

    // GET is what a request has whose method nobody set.
    private static RequestOptions WithMethod(RequestOptions options, string own, string[] allowed, string what, List<TransferError> problems)
    {
        var method = options.Method.ToUpperInvariant();
        if (method == "GET")
            return options with { Method = own };
        if (!allowed.Contains(method))
            problems.Add(RequestValidation.Problem($"{what} uses {string.Join(" or ", allowed)}, not {options.Method}."));
        return options;
    }
}
