using Ferry.Engine.Downloads;

namespace Ferry.Engine.Tests.Downloads;

public sealed class FileNamesTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("ferry-names-").FullName;

    private string From => Path.Combine(_directory, "from");

    private string To => Path.Combine(_directory, "to");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void LinkAndUnlink_TheOldNameGoesOnceTheNewOneIsOnTheDevice()
    {
        File.WriteAllText(From, "mine");
        var flushed = new List<string>();

        FileNames.LinkAndUnlink(From, To, directory =>
        {
            flushed.Add(directory);
            File.ReadAllText(From).Should().Be("mine");
            File.ReadAllText(To).Should().Be("mine");
        }).Should().Be(FileNames.Result.Done);

        flushed.Should().Equal(_directory);
        Directory.GetFiles(_directory).Should().Equal(To);
    }

    [Fact]
    public void LinkAndUnlink_TheNewNameCannotBeFlushed_TheOldOneStays()
    {
        File.WriteAllText(From, "mine");

        var rename = () => FileNames.LinkAndUnlink(From, To, _ => throw new IOException("The device is gone."));

        rename.Should().Throw<IOException>().WithMessage("The device is gone.");
        Directory.GetFiles(_directory).Should().BeEquivalentTo(From, To);
    }

    [Fact]
    public void LinkAndUnlink_NameTaken_NothingChanges()
    {
        File.WriteAllText(From, "mine");
        File.WriteAllText(To, "other");

        FileNames.LinkAndUnlink(From, To, flushDirectory: null).Should().Be(FileNames.Result.TargetExists);

        (File.ReadAllText(From), File.ReadAllText(To)).Should().Be(("mine", "other"));
    }

    [Fact]
    public void LinkAndUnlink_NothingHasToSurviveALossOfPower_IsDoneAllTheSame()
    {
        File.WriteAllText(From, "mine");

        FileNames.LinkAndUnlink(From, To, flushDirectory: null).Should().Be(FileNames.Result.Done);

        Directory.GetFiles(_directory).Should().Equal(To);
    }
}
