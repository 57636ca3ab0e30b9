using System.Globalization;
using Ferry.Engine.Bodies;
using Ferry.Engine.Errors;
using Ferry.Engine.Ranges;
using Ferry.Engine.Requests;

namespace Ferry.Engine.Uploads;

/// <summary>The files that uploads send, for callers that ask before they start one.</summary>
public static class SourceFiles
{
    private const char Separator = ' ';

    /// <summary>The paths of the files a request sends, in order; empty where it sends none.</summary>
    /// <param name="options">The request's options.</param>
    public static IReadOnlyList<string> Of(RequestOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.ExtraData is FileData file
            ? [file.Path]
            : [.. options.MultiFormData.Select(p => p.Data is FileData data ? data.Path : p.Data is null ? p.FilePath : null).OfType<string>()];
    }

    /// <summary>Why a file cannot be sent, or null: it is missing, cannot be read, or is no regular file.</summary>
    /// <param name="path">The file's path.</param>
    public static TransferError? Problem(string path)
    {
        try
        {
            _ = new SourceFile(path).Status();
            return null;
        }
        catch (TransferException e)
        {
            return e.Error;
        }
    }

    /// <summary>
    /// Whether the files of a completed upload are still those that were sent: the same lengths, times of the last write and samples of the content. Unlike an
    /// upload that goes on, one that is complete does not mind a file whose name, owner or permissions changed.
    /// </summary>
    /// <param name="options">The upload's options.</param>
    /// <param name="sent">What was sent, as the outcome tells it; null where that is not known.</param>
    /// <exception cref="TransferException">A file cannot be read.</exception>
    public static bool IsAsSent(RequestOptions options, ResourceIdentity? sent)
    {
        ArgumentNullException.ThrowIfNull(options);
        return sent?.Upload?.Source is { } before && UploadFiles.Versions(options) is { } now
            && now.Split('\n').Select(Content).SequenceEqual(before.Split('\n').Select(Content));
    }

    // A version is written: length, time of the last write, time of the last change of anything, fingerprint.
    private static string Content(string version) =>
        version.Split(Separator) is [var length, var modified, _, var fingerprint]
            ? string.Create(CultureInfo.InvariantCulture, $"{length} {modified} {fingerprint}")
            : version;
}
