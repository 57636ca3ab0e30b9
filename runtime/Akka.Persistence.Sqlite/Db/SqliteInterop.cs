using System.Runtime.InteropServices;

namespace Akka.Persistence.Sqlite.Db;

/// <summary>What SQLite calls to reach files, as its header declares it (sqlite3.h, OS interface objects), and the two functions that know of it.</summary>
internal static unsafe partial class SqliteInterop
{
    /// <summary>The library that the functions are in.</summary>
    public const string Library = "e_sqlite3";

    /// <summary>SQLITE_OK.</summary>
    public const int Ok = 0;

    /// <summary>SQLITE_NOMEM.</summary>
    public const int OutOfMemory = 7;

    /// <summary>SQLITE_OPEN_WAL: the file is a write-ahead log.</summary>
    public const int OpenWal = 0x00080000;

    /// <summary>Finds a VFS by its name; the default one for null.</summary>
    [LibraryImport(Library, EntryPoint = "sqlite3_vfs_find")]
    public static partial Vfs* FindVfs(byte* name);

    /// <summary>Adds a VFS, which must live as long as the process.</summary>
    [LibraryImport(Library, EntryPoint = "sqlite3_vfs_register")]
    public static partial int RegisterVfs(Vfs* vfs, int makeDefault);

    /// <summary>An open file, <c>sqlite3_file</c>: what follows is its VFS's own.</summary>
    public struct OpenFile
    {
        public FileMethods* Methods;
    }

    /// <summary>A VFS, <c>sqlite3_vfs</c> of version 3.</summary>
    public struct Vfs
    {
        public int Version;
        public int FileSize;
        public int LongestPath;
        public Vfs* Next;
        public byte* Name;
        public void* Data;
        public delegate* unmanaged[Cdecl]<Vfs*, byte*, OpenFile*, int, int*, int> Open;

        // Eleven of version 1, one of version 2, three of version 3.
        public fixed long OtherMethods[15];
    }

    /// <summary>What can be done with an open file, <c>sqlite3_io_methods</c> of version 1: a log is neither shared memory nor mapped.</summary>
    public struct FileMethods
    {
        public int Version;
        public delegate* unmanaged[Cdecl]<OpenFile*, int> Close;
        public delegate* unmanaged[Cdecl]<OpenFile*, void*, int, long, int> Read;
        public delegate* unmanaged[Cdecl]<OpenFile*, void*, int, long, int> Write;
        public delegate* unmanaged[Cdecl]<OpenFile*, long, int> Truncate;
        public delegate* unmanaged[Cdecl]<OpenFile*, int, int> Sync;
        public delegate* unmanaged[Cdecl]<OpenFile*, long*, int> Size;
        public delegate* unmanaged[Cdecl]<OpenFile*, int, int> Lock;
        public delegate* unmanaged[Cdecl]<OpenFile*, int, int> Unlock;
        public delegate* unmanaged[Cdecl]<OpenFile*, int*, int> CheckReservedLock;
        public delegate* unmanaged[Cdecl]<OpenFile*, int, void*, int> Control;
        public delegate* unmanaged[Cdecl]<OpenFile*, int> SectorSize;
        public delegate* unmanaged[Cdecl]<OpenFile*, int> Characteristics;
    }
}
