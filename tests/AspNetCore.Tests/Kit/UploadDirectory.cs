using System.Diagnostics;
using Ferry.AspNetCore.Storage;

namespace Ferry.AspNetCore.Tests.Kit;

/// <summary>A directory for uploads, removed with all in it at the end.</summary>
internal sealed class UploadDirectory : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("ferry-uploads-");

    public string Path => _directory.FullName;

    public UploadPaths Paths => new(Path);

    public UploadReceiverOptions Options => new() { Directory = Path };

    /// <summary>The names of finished files, in order.</summary>
    public string[] Names => [.. Directory.GetFiles(Path).Select(f => System.IO.Path.GetFileName(f)!).Order(StringComparer.Ordinal)];

    /// <summary>The names of records and work files, in order.</summary>
    public string[] WorkNames => [.. Directory.GetFiles(Paths.Work).Select(f => System.IO.Path.GetFileName(f)!).Order(StringComparer.Ordinal)];

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public byte[] Read(string name) => System.IO.File.ReadAllBytes(File(name));

    /// <summary>
    /// A copy of all files as they are at this moment, while requests are under way: what the end of the process by SIGKILL would leave.
    /// </summary>
    public UploadDirectory Snapshot()
    {
        var copy = new UploadDirectory();
        // Another process copies: it does not care for locks.
        using var process = Process.Start("cp", ["-a", Path + "/.", copy.Path]);
        process.WaitForExit();
        process.ExitCode.Should().Be(0);
        return copy;
    }

    public void Dispose() => _directory.Delete(recursive: true);

    /// <summary>The id in an upload's URL.</summary>
    public static string IdOf(string url) => url[(url.LastIndexOf('/') + 1)..];
}
