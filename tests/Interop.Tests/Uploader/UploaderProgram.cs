using System.Text.Json;
using Ferry.Actors.Client;
using Ferry.Actors.Hosting;
using Ferry.Actors.Protocol;
using Ferry.Engine.Requests;
using Microsoft.Extensions.Configuration;

namespace Ferry.Interop.Tests.Uploader;

/// <summary>
/// A service that embeds the engine and uploads one file by tus, in a process of its own, so that it can be killed. Started again with the same
/// arguments it goes on. It writes a line of JSON for what happens, and cancels when a line comes in.
/// </summary>
internal static class UploaderProgram
{
    /// <summary>Uploads.</summary>
    /// <param name="file">The file.</param>
    /// <param name="url">Where uploads are created.</param>
    /// <param name="data">The engine's data directory.</param>
    /// <param name="options">Options as <see cref="FerryClient"/> writes them.</param>
    /// <returns>0 where it completed, else 1.</returns>
    public static async Task<int> RunAsync(string file, string url, string data, string[] options)
    {
        await using var engine = await FerryEngine.StartAsync(new FerryOptions { DataDirectory = data });
        var task = new TransferSession(engine).Prepare(Request(file, url, new ConfigurationBuilder().AddCommandLine(options).Build()));
        task.On<TransferRestarted>(e => Tell(new { @event = "restarted", reason = $"{e.Reason}" }));
        task.On<TransferRetrying>(e => Tell(new { @event = "retrying", message = e.Error.Message }));
        task.Start();
        _ = AbortAtALineAsync(task);
        var end = await task.End;
        Tell(end switch
        {
            TransferCompleted c => new { @event = "completed", length = c.Outcome.Length, resumedFrom = c.ResumedFrom, sent = c.Sent },
            TransferFailed f => new { @event = "failed", code = (int)f.Error.Code, message = f.Error.Message },
            _ => new { @event = "cancelled" },
        });
        return end is TransferCompleted ? 0 : 1;
    }

    private static TransferRequest Request(string file, string url, IConfiguration options) => new()
    {
        Id = "upload",
        Url = url,
        Destination = new MemoryDestination(),
        Options = new RequestOptions
        {
            ExtraData = new FileData(file),
            Retry = new RetryOptions { MaxRetries = 100, BaseDelay = TimeSpan.FromMilliseconds(50), MaxDelay = TimeSpan.FromMilliseconds(100) },
        },
        Upload = new UploadOptions
        {
            Protocol = UploadProtocol.Tus,
            ChunkBytes = options.GetValue("chunk", 0L),
            Checksum = options.GetValue("checksum", false),
            DeferLength = options.GetValue("deferred", false),
            CreationWithUpload = options.GetValue("with-creation", false),
            Metadata = [new UploadMetadata("filename", Path.GetFileName(file))],
        },
    };

    private static async Task AbortAtALineAsync(TransferTask task)
    {
        // Console.In would block its caller.
        using var input = new StreamReader(Console.OpenStandardInput());
        if (await input.ReadLineAsync() is not null)
            task.Abort();
    }

    private static void Tell(object line) => Console.WriteLine(JsonSerializer.Serialize(line));
}
