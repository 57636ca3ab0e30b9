using System.Globalization;
using Ferry.Actors.Hosting;
using Ferry.Actors.Tests.Kit;
using Ferry.Engine.Errors;

namespace Ferry.Actors.Tests.Hosting;

public sealed class DataDirectoryTests : IDisposable
{
    private readonly TemporaryDirectory _home = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public void Open_MakesItForTheOwnerAlone()
    {
        using var data = DataDirectory.Open(_home.File("a/b"));
        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(data.Path).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            File.GetUnixFileMode(data.KeyPath).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
        new FileInfo(data.KeyPath).Length.Should().Be(32);
    }

    [Fact]
    public void Open_Held_NamesTheOwner()
    {
        using var data = DataDirectory.Open(_home.File("d"));
        Refusal(_home.File("d")).Should().Contain($"in use by process {Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}");
    }

    [Fact]
    public void Open_AfterDispose_WorksAndKeepsTheKey()
    {
        byte[] key;
        using (var data = DataDirectory.Open(_home.File("d")))
            key = File.ReadAllBytes(data.KeyPath);
        using var again = DataDirectory.Open(_home.File("d"));
        File.ReadAllBytes(again.KeyPath).Should().Equal(key);
    }

    [Fact]
    public void Open_AFileInItsPlace_SaysSo()
    {
        File.WriteAllText(_home.File("file"), "");
        Refusal(_home.File("file")).Should().StartWith("The data directory '").And.Contain(_home.File("file"));
        Refusal(_home.File("file/below")).Should().StartWith("The data directory '");
    }

    [Fact]
    public void Open_JournalIsNoDatabase_SaysWhatToDo()
    {
        Directory.CreateDirectory(_home.File("d"));
        File.WriteAllText(Path.Combine(_home.File("d"), "journal.db"), "This is not a database at all.");
        Refusal(_home.File("d")).Should().Contain("damaged or not a journal").And.Contain("move it away");
    }

    [Fact]
    public void Open_KeyLost_MakesNoNewOne()
    {
        using (DataDirectory.Open(_home.File("d")))
            File.WriteAllBytes(Path.Combine(_home.File("d"), "journal.db"), [.. "SQLite format 3\0"u8, 1, 2, 3]);
        File.Delete(Path.Combine(_home.File("d"), "key"));
        Refusal(_home.File("d")).Should().Contain("is missing").And.Contain("restore it");
        File.Exists(Path.Combine(_home.File("d"), "key")).Should().BeFalse();
    }

    [Fact]
    public void Open_KeyCut_SaysSo()
    {
        using (DataDirectory.Open(_home.File("d")))
            File.WriteAllBytes(Path.Combine(_home.File("d"), "key"), [1, 2, 3]);
        Refusal(_home.File("d")).Should().Contain("must hold 32 bytes");
    }

    private static string Refusal(string path)
    {
        var open = () => DataDirectory.Open(path);
        var message = open.Should().Throw<TransferException>().Which.Error.Message;
        message.Should().EndWith(".").And.NotContain("\n");
        return message;
    }
}
