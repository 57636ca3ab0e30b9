using Ferry.Engine.Errors;
using Microsoft.Win32.SafeHandles;

namespace Ferry.Engine.Downloads;

/// <summary>
/// The file beside the target that bytes are written to, each at its offset, before it is given the target's name (rules 43 to 47). Holds an
/// exclusive lock on it: two transfers never write one part file, whatever process they are in. Not thread-safe, except that reads and
/// flushes may run beside writes.
/// </summary>
internal sealed class PartFile : IDisposable
{
    /// <summary>What is added to the target's name.</summary>
    public const string Suffix = Http.SafeFileName.PartSuffix;

    private const int Tries = 100;
    private readonly SafeFileHandle _handle;
    private readonly string _target;
    private readonly string _owner;

    private PartFile(SafeFileHandle handle, string target, string owner)
    {
        _handle = handle;
        _target = target;
        _owner = owner;
        Id = FileId.Of(handle);
    }

    /// <summary>Device and inode, or null where the system does not tell.</summary>
    public FileId? Id { get; }

    /// <summary>The part file's path.</summary>
    public string Path => PathFor(_target);

    /// <summary>Its length in bytes.</summary>
    public long Length => RandomAccess.GetLength(_handle);

    /// <summary>The path of a target's part file.</summary>
    /// <param name="target">The target's path.</param>
    public static string PathFor(string target) => target + Suffix;

    /// <summary>Opens the part file of a target and locks it; makes it where there is none.</summary>
    /// <param name="target">The target's path.</param>
    /// <param name="owner">The id of the transfer that opens it.</param>
    /// <exception cref="TransferException">It cannot be made or locked; the error names path and remedy.</exception>
    public static PartFile Open(string target, string owner) => Open(target, owner, create: true)!;

    /// <summary>Opens the part file of a target and locks it, or gives null where there is none.</summary>
    /// <param name="target">The target's path.</param>
    /// <param name="owner">The id of the transfer that opens it.</param>
    /// <exception cref="TransferException">It is locked by another transfer, or cannot be opened.</exception>
    public static PartFile? OpenExisting(string target, string owner) => Open(target, owner, create: false);

    /// <summary>Whether its bytes are known to be another transfer's, which rests.</summary>
    public bool IsForeign => OwnerMark.IsForeign(_handle, _owner);

    /// <summary>Makes it this transfer's own, empty.</summary>
    /// <exception cref="TransferException">The disk failed.</exception>
    public void TakeOver()
    {
        Truncate(0);
        OwnerMark.Set(_handle, _owner);
    }

    /// <summary>Takes off what only a part file carries.</summary>
    public void PrepareForPublishing() => OwnerMark.Clear(_handle);

    /// <summary>Reads bytes.</summary>
    /// <param name="buffer">Where to.</param>
    /// <param name="offset">From where in the file.</param>
    /// <returns>How many; zero at the end.</returns>
    public int Read(Span<byte> buffer, long offset) => RandomAccess.Read(_handle, buffer, offset);

    /// <summary>Writes bytes at their place.</summary>
    /// <param name="data">The bytes.</param>
    /// <param name="offset">Their place.</param>
    /// <exception cref="TransferException">The disk is full or failed.</exception>
    public void Write(ReadOnlySpan<byte> data, long offset)
    {
        try
        {
            RandomAccess.Write(_handle, data, offset);
        }
        catch (Exception e) when (FileErrors.IsFileFailure(e))
        {
            throw Failed(e);
        }
    }

    /// <summary>Cuts the file, or does nothing where it has this length.</summary>
    /// <param name="length">Its new length.</param>
    /// <exception cref="TransferException">The disk failed.</exception>
    public void Truncate(long length) => Guarded(() =>
    {
        if (Length != length)
            RandomAccess.SetLength(_handle, length);
    });

    /// <summary>Flushes what was written before this call to the device.</summary>
    /// <exception cref="TransferException">The disk failed.</exception>
    public void Flush() => Guarded(() => RandomAccess.FlushToDisk(_handle));

    /// <summary>Makes the part file's name survive a loss of power.</summary>
    /// <exception cref="TransferException">The disk failed.</exception>
    public void FlushName() => Guarded(() => FileNames.FlushDirectory(System.IO.Path.GetDirectoryName(_target) ?? "."));

    /// <summary>Removes the file, if its name still means this one, and lets the lock go.</summary>
    public void Delete()
    {
        if (StillNamed())
            File.Delete(Path);
        Dispose();
    }

    /// <summary>Whether its name still means this file.</summary>
    public bool StillNamed() => Id is null ? File.Exists(Path) : FileId.Of(Path) == Id;

    /// <summary>Closes the file and lets the lock go.</summary>
    public void Dispose() => _handle.Dispose();

    private void Guarded(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (FileErrors.IsFileFailure(e))
        {
            throw Failed(e);
        }
    }

    private TransferException Failed(Exception thrown) => new(FileErrors.From(thrown, _target, ErrorStage.Writing), thrown);

    private static PartFile? Open(string target, string owner, bool create)
    {
        var path = PathFor(target);
        for (var i = 0; i < Tries; i++)
        {
            CheckKind(path);
            SafeFileHandle handle;
            try
            {
                handle = File.OpenHandle(path, create ? FileMode.OpenOrCreate : FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            }
            catch (FileNotFoundException) when (!create)
            {
                return null;
            }
            catch (DirectoryNotFoundException) when (!create)
            {
                return null;
            }
            catch (Exception e) when (FileErrors.IsFileFailure(e))
            {
                throw new TransferException(LockOwner.IsConflict(e) ? LockOwner.Describe(path) : FileErrors.From(e, target, ErrorStage.Writing), e);
            }
            // The one who held the lock may have renamed or removed the file between our open and our lock: then we hold a file of another name.
            var part = new PartFile(handle, target, owner);
            if (part.StillNamed())
                return part;
            part.Dispose();
        }
        throw new TransferException(FileErrors.Local($"'{path}' is taken away again and again by another program.", ErrorStage.Writing));
    }

    // A link or a pipe of this name was not made by us: it is not followed and not touched.
    private static void CheckKind(string path)
    {
        if (FileId.KindOf(path) is not (FileId.Kind.Nothing or FileId.Kind.File))
            throw new TransferException(FileErrors.Local($"'{path}' is not a regular file: remove it, or choose another target.", ErrorStage.Writing));
    }
}
