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
    public static string? Versions(RequestOptions options)
    {
        var versions = SourceFiles.Of(options).Select(p => new SourceFile(p).Version()).ToArray();
        return versions.Length == 0 ? null : string.Join('\n', versions);
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
            if (new SourceFile(path).Version() != version)
                return Changed(path);
        }
        return null;
    }

    private static TransferError Changed(string path) => new(
        ErrorCode.LocalReadFailed, ErrorStage.Sending, ErrorSide.Caller,
        $"'{path}' changed since its upload began, so the upload cannot go on: start it again to send the file as it is now, from the start.");
}
