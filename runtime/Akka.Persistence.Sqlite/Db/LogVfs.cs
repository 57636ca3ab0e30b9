using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using static Akka.Persistence.Sqlite.Db.SqliteInterop;

namespace Akka.Persistence.Sqlite.Db;

/// <summary>
/// A VFS over the system's own one, which writes a transaction's part of the log in a few pieces: see <see cref="LogFile"/>. All other files are the
/// system's own business. A connection that uses it must not spill its cache (<c>PRAGMA cache_spill = OFF</c>).
/// </summary>
internal static unsafe class LogVfs
{
    // The name that a connection asks for it by.
    private const string Name = "group-commit";

    private static readonly bool IsThere = Register();

    private static Vfs* _system;
    private static FileMethods* _methods;

    /// <summary>
    /// A connection string that asks for it; as given where it is not there, since SQLite is another library, or where it does not simply name a file.
    /// </summary>
    /// <param name="connectionString">The connection string.</param>
    public static string Of(string connectionString)
    {
        var builder = new SqliteConnectionStringBuilder(connectionString);
        if (!IsThere || !NamesAFile(builder))
            return connectionString;
        builder.Vfs = Name;
        return builder.ConnectionString;
    }

    // A database in memory is shared with those who open it with the same VFS. One that is named is the readers' too, whose locks may be others. A URI can say
    // any of that, and ask for a log that is padded to sectors (psow), where a page is written in pieces as long as a frame's header.
    private static bool NamesAFile(SqliteConnectionStringBuilder builder) =>
        string.IsNullOrEmpty(builder.Vfs)
        && !SqliteDatabase.IsInMemory(builder)
        && !builder.DataSource.StartsWith("file:", StringComparison.OrdinalIgnoreCase);

    private static bool Register()
    {
        // The structures are those of 64 bits.
        if (sizeof(nint) != sizeof(long))
            return false;
        // It chooses the provider, unless the host has.
        RuntimeHelpers.RunClassConstructor(typeof(SqliteConnection).TypeHandle);
        if (raw.GetNativeLibraryName() != Library || FindVfs(null) is var system && system == null)
            return false;
        _system = system;
        _methods = LogFile.CreateMethods();
        // SQLite keeps it as long as the process lives.
        var vfs = (Vfs*)NativeMemory.Alloc((nuint)sizeof(Vfs));
        *vfs = *system;
        vfs->Next = null;
        vfs->Name = (byte*)Marshal.StringToCoTaskMemUTF8(Name);
        vfs->FileSize = sizeof(LogFile) + system->FileSize;
        vfs->Open = &Open;
        return RegisterVfs(vfs, makeDefault: 0) == Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Open(Vfs* vfs, byte* name, OpenFile* file, int flags, int* given) => (flags & OpenWal) == 0
        ? _system->Open(_system, name, file, flags, given)
        : LogFile.Open(_system, _methods, name, (LogFile*)file, flags, given);
}
