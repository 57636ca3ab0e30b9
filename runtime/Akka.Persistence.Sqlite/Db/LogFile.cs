using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static Akka.Persistence.Sqlite.Db.SqliteInterop;

namespace Akka.Persistence.Sqlite.Db;

/// <summary>
/// A write-ahead log whose frames are collected until that of the commit. SQLite hands over each frame in two pieces, its header and its page, and a
/// group commit has a frame for the index page of each of its actors: a hundred and more small writes, where a few large ones do. What is
/// collected is written before anything else is done with the file, in the order it came, so that nobody sees a difference: a commit ends after its
/// frames are written. The system's file lies behind this in memory.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct LogFile
{
    // A frame's header (WAL file format, section 4.2 of SQLite's description of its files), and in it the database's size, which only a commit's has.
    private const int FrameHeader = 24;
    private const int SizeAfterCommit = 4;

    // SQLite's files for Unix write at most one byte less than 128 KiB in a call.
    private const int Capacity = 120 * 1024;

    private OpenFile _file;
    private byte* _frames;
    private long _offset;
    private int _length;

    /// <summary>The methods that SQLite calls; they are never freed.</summary>
    public static FileMethods* CreateMethods()
    {
        var methods = (FileMethods*)NativeMemory.AllocZeroed((nuint)sizeof(FileMethods));
        methods->Version = 1;
        methods->Close = &Close;
        methods->Read = &Read;
        methods->Write = &Write;
        methods->Truncate = &Truncate;
        methods->Sync = &Sync;
        methods->Size = &Size;
        methods->Lock = &Lock;
        methods->Unlock = &Unlock;
        methods->CheckReservedLock = &CheckReservedLock;
        methods->Control = &Control;
        methods->SectorSize = &SectorSize;
        methods->Characteristics = &Characteristics;
        return methods;
    }

    /// <summary>Opens a log.</summary>
    /// <param name="system">The system's VFS.</param>
    /// <param name="methods">What <see cref="CreateMethods"/> made.</param>
    /// <param name="name">The file's name.</param>
    /// <param name="log">Where SQLite keeps it.</param>
    /// <param name="flags">How to open it.</param>
    /// <param name="given">How it was opened.</param>
    /// <returns>A result code of SQLite's.</returns>
    public static int Open(Vfs* system, FileMethods* methods, byte* name, LogFile* log, int flags, int* given)
    {
        *log = default;
        if (TryAllocate() is var frames && frames == null)
            return OutOfMemory;
        var code = system->Open(system, name, System(&log->_file), flags, given);
        // A file with methods is closed by SQLite, even where it could not be opened.
        if (System(&log->_file)->Methods == null)
        {
            NativeMemory.Free(frames);
            return code;
        }
        log->_frames = frames;
        log->_file.Methods = methods;
        return code;
    }

    private static byte* TryAllocate()
    {
        try
        {
            return (byte*)NativeMemory.Alloc(Capacity);
        }
        catch (OutOfMemoryException)
        {
            // No exception may pass through SQLite.
            return null;
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Write(OpenFile* file, void* bytes, int count, long offset)
    {
        var log = (LogFile*)file;
        if (offset != log->_offset + log->_length || log->_length + count > Capacity)
        {
            if (WriteFrames(log) is not Ok and var failed)
                return failed;
            log->_offset = offset;
        }
        // The log's own header, or the page of a frame whose header is written.
        if (log->_length == 0 && count != FrameHeader)
            return System(file)->Methods->Write(System(file), bytes, count, offset);
        Buffer.MemoryCopy(bytes, log->_frames + log->_length, Capacity - log->_length, count);
        log->_length += count;
        return count == FrameHeader && IsCommit(bytes) ? WriteFrames(log) : Ok;
    }

    // Nothing is kept back: not the last page either, which follows.
    private static bool IsCommit(void* header) => BinaryPrimitives.ReadInt32BigEndian(new ReadOnlySpan<byte>((byte*)header + SizeAfterCommit, sizeof(int))) != 0;

    private static int WriteFrames(LogFile* log)
    {
        var length = log->_length;
        if (length == 0)
            return Ok;
        // Where it fails the transaction does, which writes the same place anew.
        log->_length = 0;
        var file = System(&log->_file);
        return file->Methods->Write(file, log->_frames, length, log->_offset);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Close(OpenFile* file)
    {
        // Frames that still wait belong to no commit.
        NativeMemory.Free(((LogFile*)file)->_frames);
        return System(file)->Methods->Close(System(file));
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Read(OpenFile* file, void* bytes, int count, long offset) =>
        WriteFrames((LogFile*)file) is not Ok and var failed ? failed : System(file)->Methods->Read(System(file), bytes, count, offset);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Truncate(OpenFile* file, long size) =>
        WriteFrames((LogFile*)file) is not Ok and var failed ? failed : System(file)->Methods->Truncate(System(file), size);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Sync(OpenFile* file, int flags) =>
        WriteFrames((LogFile*)file) is not Ok and var failed ? failed : System(file)->Methods->Sync(System(file), flags);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Size(OpenFile* file, long* size) =>
        WriteFrames((LogFile*)file) is not Ok and var failed ? failed : System(file)->Methods->Size(System(file), size);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Lock(OpenFile* file, int level) => System(file)->Methods->Lock(System(file), level);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Unlock(OpenFile* file, int level) => System(file)->Methods->Unlock(System(file), level);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int CheckReservedLock(OpenFile* file, int* held) => System(file)->Methods->CheckReservedLock(System(file), held);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Control(OpenFile* file, int what, void* argument) => System(file)->Methods->Control(System(file), what, argument);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int SectorSize(OpenFile* file) => System(file)->Methods->SectorSize(System(file));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Characteristics(OpenFile* file) => System(file)->Methods->Characteristics(System(file));

    // The system's file, which begins where this ends.
    private static OpenFile* System(OpenFile* file) => (OpenFile*)((LogFile*)file + 1);
}
