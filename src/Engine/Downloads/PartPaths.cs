using Ferry.Engine.Http;
using Ferry.Engine.Requests;

namespace Ferry.Engine.Downloads;

/// <summary>Where a download to a file keeps its bytes until they are whole.</summary>
public static class PartPaths
{
    /// <summary>The path of a download's part file: known before its answer, and the same after a restart.</summary>
    /// <param name="destination">Where the download goes, as validated.</param>
    /// <param name="id">The transfer's id.</param>
    public static string Of(FileDestination destination, TransferId id) => PartFile.PathFor(Stem(destination, id));

    /// <summary>The part file's path without its ending: the target, or a hidden name in the directory where the target's name is not known yet.</summary>
    internal static string Stem(FileDestination destination, TransferId id)
    {
        ArgumentNullException.ThrowIfNull(destination);
        return destination.NameFromAnswer ? Path.Combine(destination.Path, $".ferry-{id}") : destination.Path;
    }

    /// <summary>The target of a download whose answer is known (rule 38).</summary>
    /// <param name="destination">Where the download goes.</param>
    /// <param name="name">The name the answer gives, or null.</param>
    /// <param name="url">The URL as written, which gives the name where the answer does not.</param>
    /// <exception cref="Errors.TransferException">The name would lead out of the directory.</exception>
    internal static string Target(FileDestination destination, string? name, string url)
    {
        if (!destination.NameFromAnswer)
            return destination.Path;
        // What comes from a journal is looked at again: nothing may lead out of the directory.
        var target = Path.GetFullPath(Path.Combine(destination.Path, name ?? SafeFileName.OfUrl(url)));
        if (Path.GetDirectoryName(target) == destination.Path)
            return target;
        throw new Errors.TransferException(FileErrors.Local(
            $"The name the server gives leads out of '{destination.Path}': name the target yourself.", Errors.ErrorStage.Writing));
    }
}
