using Ferry.Engine.Bodies;
using Ferry.Engine.Errors;
using Ferry.Engine.Requests;

namespace Ferry.Engine.Uploads;

/// <summary>The files an upload sends, and which versions of them: what goes on after a restart must be the same (docs/decisions/0015).</summary>
internal static class UploadFiles
{
    /// <summary>The versions of a request's files, one line each, or null where it sends none.</summary>
    /// <param name="options">The request's options.</param>
    /// <exception cref="TransferException">A file cannot be read.</exception>
    public static string? Versions(RequestOptions options) => Lines(SourceFiles.Of(options).Select(p => new SourceFile(p).Version()));

    /// <summary>The same, of files of which any later change will show.</summary>
    /// <param name="options">The request's options.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the wait for files that were written to just now.</param>
    /// <exception cref="TransferException">A file cannot be read, or is written to all the time.</exception>
    public static async ValueTask<string?> SettledVersionsAsync(RequestOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        var versions = new List<SourceVersion>();
        foreach (var path in SourceFiles.Of(options))
            versions.Add(await new SourceFile(path).SettledVersionAsync(time, cancellationToken));
        return Lines(versions);
    }

    /// <summary>Why an upload that was prepared with other versions cannot go on; null where they are the same.</summary>
    /// <param name="options">The request's options.</param>
    /// <param name="prepared">The versions it was prepared with.</param>
    /// <exception cref="TransferException">A file cannot be read.</exception>
    public static TransferError? Changed(RequestOptions options, string? prepared)
    {
        if (prepared is null)
            return null;
        var before = prepared.Split('\n');
        foreach (var (path, version) in SourceFiles.Of(options).Zip(before))
        {
            if (new SourceFile(path).Version().ToString() != version)
                return HasChanged(path);
        }
        return null;
    }

    /// <summary>That a file is no longer what its upload was prepared with.</summary>
    /// <param name="path">The file.</param>
    public static TransferError HasChanged(string path) => new(
        ErrorCode.LocalReadFailed, ErrorStage.Sending, ErrorSide.Caller,
        $"'{path}' changed since its upload began, so the upload cannot go on: start it again to send the file as it is now, from the start.");

    private static string? Lines(IEnumerable<SourceVersion> versions) => string.Join('\n', versions) is { Length: > 0 } lines ? lines : null;
}
