using System.Diagnostics;

namespace Ferry.AspNetCore.Tests.Kit;

/// <summary>Waits for what the file system shows.</summary>
internal static class Waiting
{
    /// <summary>How long a test waits for what should come at once, before it gives up.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Waits until something is so.</summary>
    public static async Task UntilAsync(Func<bool> isSo)
    {
        var start = Stopwatch.GetTimestamp();
        while (!isSo())
        {
            if (Stopwatch.GetElapsedTime(start) > Patience)
                throw new TimeoutException("What the test waits for did not come.");
            await Task.Yield();
        }
    }

    /// <summary>Waits until the work file of an upload has so many bytes.</summary>
    public static Task WrittenAsync(UploadDirectory directory, string url, long bytes)
    {
        var file = directory.Paths.Bytes(UploadDirectory.IdOf(url));
        return UntilAsync(() => new FileInfo(file) is { Exists: true } info && info.Length >= bytes);
    }
}
