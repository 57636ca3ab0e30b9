using Ferry.AspNetCore.Storage;
using Ferry.Engine.Downloads;
using Microsoft.Win32.SafeHandles;

namespace Ferry.AspNetCore.Tests.Kit;

/// <summary>Notes what is flushed, in order, and fails or locks nothing when told to.</summary>
internal sealed class WatchedDevice : Device
{
    private readonly Lock _lock = new();
    private readonly List<string> _flushed = [];
    private bool _fails;
    private bool _failsRecord;

    /// <summary>Called before a record is flushed.</summary>
    public Action? BeforeRecord { get; set; }

    /// <summary>Called before a directory is flushed.</summary>
    public Action<string>? BeforeDirectory { get; set; }

    /// <summary>What a rename does; null for what the system does.</summary>
    public Func<string, string, FileNames.Result>? Renames { get; set; }

    /// <summary>Files are opened without a lock, as a file system opens them that has none.</summary>
    public bool LocksNothing { get; init; }

    /// <summary>The next flush of a work file fails.</summary>
    public void FailNext() => Volatile.Write(ref _fails, true);

    /// <summary>The next flush of a record fails.</summary>
    public void FailNextRecord() => Volatile.Write(ref _failsRecord, true);

    /// <summary>What was flushed since the last call: the kind of file, and of work files the length.</summary>
    public string[] Take()
    {
        lock (_lock)
        {
            var taken = _flushed.ToArray();
            _flushed.Clear();
            return taken;
        }
    }

    public override SafeFileHandle OpenAlone(string path, FileMode mode) =>
        LocksNothing ? File.OpenHandle(path, mode, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete) : base.OpenAlone(path, mode);

    public override void Flush(SafeFileHandle file, string path)
    {
        var isBytes = path.EndsWith(".bytes", StringComparison.Ordinal);
        if (!isBytes)
            BeforeRecord?.Invoke();
        if (Interlocked.Exchange(ref isBytes ? ref _fails : ref _failsRecord, false))
            throw new IOException("The device failed.");
        base.Flush(file, path);
        Note(isBytes ? $"{RandomAccess.GetLength(file)} bytes" : "record");
    }

    public override void FlushDirectory(string path)
    {
        BeforeDirectory?.Invoke(path);
        base.FlushDirectory(path);
        Note(Path.GetFileName(path) == UploadPaths.WorkName ? "work directory" : "directory");
    }

    public override FileNames.Result Rename(string from, string to) => Renames is { } other ? other(from, to) : base.Rename(from, to);

    private void Note(string what)
    {
        lock (_lock)
            _flushed.Add(what);
    }
}
