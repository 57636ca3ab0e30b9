using Ferry.Engine.Errors;
using Ferry.Engine.Ranges;
using Ferry.Engine.Requests;
using Ferry.Engine.Uploads;

namespace Ferry.Engine.Tests.Uploads;

public sealed class SourceFilesTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("ferry-").FullName;

    private string Path => System.IO.Path.Combine(_directory, "file.bin");

    private RequestOptions Options => new() { ExtraData = new FileData(Path) };

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Of_AFileOrTheFilesOfAForm_InTheirOrder()
    {
        SourceFiles.Of(Options).Should().Equal(Path);
        SourceFiles.Of(new RequestOptions
        {
            MultiFormData =
            [
                new FormPart("a", "text/plain") { Data = new TextData("no file") },
                new FormPart("b", "text/plain") { FilePath = "/b" },
                new FormPart("c", "text/plain") { Data = new FileData("/c"), FilePath = "/not-this-one" },
            ],
        }).Should().Equal("/b", "/c");
        SourceFiles.Of(new RequestOptions { ExtraData = new TextData("no file") }).Should().BeEmpty();
    }

    [Fact]
    public void Problem_FileMissingOrADirectory_IsNamed_WithTheRemedy()
    {
        SourceFiles.Problem(Path)!.Message.Should().Contain(Path).And.Contain("does not exist");
        SourceFiles.Problem(_directory)!.Message.Should().Contain("is a directory");
        SourceFiles.Problem("/dev/null")!.Code.Should().Be(ErrorCode.LocalReadFailed);
        File.WriteAllText(Path, "here");
        SourceFiles.Problem(Path).Should().BeNull();
    }

    [Fact]
    public void IsAsSent_Untouched_True() => Sent(() => { }).Should().BeTrue();

    [Fact]
    public void IsAsSent_RenamedAndBack_True() => Sent(() =>
    {
        File.Move(Path, Path + "2");
        File.Move(Path + "2", Path);
    }).Should().BeTrue();

    [Fact]
    public void IsAsSent_Longer_False() => Sent(() => File.AppendAllText(Path, "more")).Should().BeFalse();

    [Fact]
    public void IsAsSent_WrittenLater_False() =>
        Sent(() => File.SetLastWriteTimeUtc(Path, File.GetLastWriteTimeUtc(Path).AddSeconds(1))).Should().BeFalse();

    [Fact]
    public void IsAsSent_OtherContentUnderTheSameTime_False() => Sent(() =>
    {
        var time = File.GetLastWriteTimeUtc(Path);
        File.WriteAllText(Path, "CONTENT");
        File.SetLastWriteTimeUtc(Path, time);
    }).Should().BeFalse();

    [Fact]
    public void IsAsSent_NotKnownWhatWasSent_False()
    {
        File.WriteAllText(Path, "content");
        SourceFiles.IsAsSent(Options, null).Should().BeFalse();
        SourceFiles.IsAsSent(Options, new ResourceIdentity { FinalUrl = "http://a/" }).Should().BeFalse();
    }

    [Fact]
    public void IsAsSent_FileIsGone_CannotBeTold() =>
        FluentActions.Invoking(() => Sent(() => File.Delete(Path))).Should().Throw<TransferException>().Which.Error.Code.Should().Be(ErrorCode.LocalReadFailed);

    // Whole seconds: a file system may keep no more of a time that is set back.
    private bool Sent(Action change)
    {
        File.WriteAllText(Path, "content");
        File.SetLastWriteTimeUtc(Path, new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        var identity = new ResourceIdentity { FinalUrl = "http://a/", Upload = new UploadIdentity { Source = UploadFiles.Versions(Options) } };
        change();
        return SourceFiles.IsAsSent(Options, identity);
    }
}
