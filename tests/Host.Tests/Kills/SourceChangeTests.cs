using Ferry.Interop.Tests.Kills;
using Ferry.Soak;
using Ferry.Testing.Processes;

namespace Ferry.Host.Tests.Kills;

/// <summary>Changed files, and files mixed of two versions, as they lie on the disk.</summary>
public sealed class SourceChangeTests : IAsyncLifetime
{
    private const int Size = 3 * 1024 * 1024;
    private const int Sent = 2 * 1024 * 1024;

    private readonly string _place = Directory.CreateTempSubdirectory("ferry-changes-").FullName;

    public static IEnumerable<object[]> Changes => Enum.GetValues<SourceEdit>().SelectMany(edit => new object[][] { [edit, false], [edit, true] });

    private string Source => Path.Combine(_place, "file.bin");

    private string Received => Directory.CreateDirectory(Path.Combine(_place, "received")).FullName;

    public Task InitializeAsync() => SoakFiles.CreateAsync(Source, Size);

    public Task DisposeAsync()
    {
        Directory.Delete(_place, recursive: true);
        return Task.CompletedTask;
    }

    [Theory]
    [MemberData(nameof(Changes))]
    internal async Task Change_LeavesAnotherVersion_AndTheTimeWhereItIsToBeKept(SourceEdit edit, bool keepsTime)
    {
        var (before, written) = (FileVersion.Of(Source), File.GetLastWriteTimeUtc(Source));
        var change = new SourceChange(edit, keepsTime);

        await change.ApplyAsync(Source, Sent);

        var after = FileVersion.Of(Source);
        after.Should().NotBe(before);
        after.Length.Should().Be(change.LengthOf(Size));
        (File.GetLastWriteTimeUtc(Source) == written).Should().Be(keepsTime);
    }

    [Theory]
    [InlineData(SourceEdit.Rewritten)]
    [InlineData(SourceEdit.Edited)]
    [InlineData(SourceEdit.Replaced)]
    internal async Task FileSplicedWhereTheUploadStood_IsFound_AtBothServers(SourceEdit edit)
    {
        var (first, begin) = (FileVersion.Of(Source), File.ReadAllBytes(Source).AsMemory(0, Sent));
        await new SourceChange(edit, KeepsTime: true).ApplyAsync(Source, Sent);
        byte[] spliced = [.. begin.Span, .. File.ReadAllBytes(Source).AsSpan(Sent)];

        File.WriteAllBytes(Path.Combine(Received, "file.bin"), spliced);
        File.WriteAllBytes(Path.Combine(Received, "1234"), spliced);
        File.WriteAllText(Path.Combine(Received, "1234.json"), $$"""{"id":"1234","size":{{Size}},"offset":0}""");

        var end = new UploadEnd(new FerryEnd(1, """{"event":"failed","code":2300026}""", ""), [first, FileVersion.Of(Source)], ReceivedFiles.Finished(Received), [], []);
        end.ProblemsAfterChange().Should().HaveCount(2).And.OnlyContain(p => p.Contains("which is none of"));
    }

    [Fact]
    public void WhatIsNotFinished_IsNoReceivedFile()
    {
        Directory.CreateDirectory(Path.Combine(Received, ".ferry-uploads"));
        File.WriteAllBytes(Path.Combine(Received, ".ferry-uploads", "1.bytes"), new byte[5]);
        File.WriteAllBytes(Path.Combine(Received, "1234"), new byte[5]);
        File.WriteAllText(Path.Combine(Received, "1234.json"), """{"id":"1234","size":6,"offset":0}""");

        ReceivedFiles.Finished(Received).Should().BeEmpty();
    }
}
