namespace Ferry.AspNetCore.Storage;

/// <summary>Where the files of uploads lie.</summary>
internal sealed class UploadPaths
{
    public const string WorkName = ".ferry-uploads";
    private const string RecordSuffix = ".upload";
    private const string NewSuffix = ".new";
    private const string BytesSuffix = ".bytes";
    private const string DamagedSuffix = ".damaged";

    public UploadPaths(string directory)
    {
        Finished = Path.GetFullPath(directory);
        Work = Path.Combine(Finished, WorkName);
    }

    /// <summary>The directory of finished uploads.</summary>
    public string Finished { get; }

    /// <summary>The directory of records and work files.</summary>
    public string Work { get; }

    /// <summary>The record of an upload, which is its lock too.</summary>
    public string Record(string id) => Path.Combine(Work, id + RecordSuffix);

    /// <summary>The record of an upload while it is made: nobody looks for it under this name.</summary>
    public string NewRecord(string id) => Path.Combine(Work, id + NewSuffix);

    /// <summary>The work file of an upload.</summary>
    public string Bytes(string id) => Path.Combine(Work, id + BytesSuffix);

    /// <summary>Where a record or a work file is kept once nothing can be made of it.</summary>
    public static string Damaged(string path) => path + DamagedSuffix;

    /// <summary>The paths of what is kept so.</summary>
    public IEnumerable<string> DamagedFiles() =>
        Directory.EnumerateFiles(Work, "*" + DamagedSuffix).Where(f => UploadId.IsValid(Path.GetFileName(f).Split('.')[0]));

    /// <summary>The ids that have a record.</summary>
    public IEnumerable<string> RecordIds() => Ids(RecordSuffix);

    /// <summary>The ids whose record is made right now, or was when a process ended.</summary>
    public IEnumerable<string> NewIds() => Ids(NewSuffix);

    /// <summary>The ids that have a work file.</summary>
    public IEnumerable<string> BytesIds() => Ids(BytesSuffix);

    private IEnumerable<string> Ids(string suffix) =>
        Directory.EnumerateFiles(Work, "*" + suffix).Select(f => Path.GetFileNameWithoutExtension(f)).Where(UploadId.IsValid);
}
