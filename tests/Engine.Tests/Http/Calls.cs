using Ferry.Engine.Http;
using Ferry.Engine.Requests;

namespace Ferry.Engine.Tests.Http;

/// <summary>Calls and reads of the transport's tests.</summary>
internal static class Calls
{
    /// <summary>No test waits longer than this for what must happen.</summary>
    public static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    public static ValidatedRequest Request(string url, Func<RequestOptions, RequestOptions>? change = null, bool file = false, UploadOptions? upload = null)
    {
        var options = new RequestOptions();
        var checkedRequest = RequestValidation.Validate(
            new TransferRequest
            {
                Id = "t",
                Url = url,
                Options = change?.Invoke(options) ?? options,
                Upload = upload,
                Destination = file ? new FileDestination("/tmp/never-written") : upload is null ? new ChunkDestination() : new MemoryDestination(),
            },
            () => throw new InvalidOperationException("The id is given."));
        return checkedRequest.Request ?? throw new ArgumentException(string.Join(" ", checkedRequest.Problems.Select(p => p.Message)));
    }

    public static HttpCall Get(string url, Func<RequestOptions, RequestOptions>? change = null, params HeaderField[] fields)
    {
        var request = Request(url, change);
        return new HttpCall(request, fields, Identity: true, request.Url);
    }

    public static async Task<byte[]> ReadAllAsync(HttpAnswer answer)
    {
        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int count;
        while ((count = await answer.ReadAsync(buffer, CancellationToken.None)) > 0)
            body.Write(buffer, 0, count);
        return body.ToArray();
    }
}
