using Ferry.Engine.Bodies;
using Ferry.Engine.Errors;
using Ferry.Testing.Time;

namespace Ferry.Engine.Tests.Bodies;

public sealed class SourceFileTests : IDisposable
{
    // To the second: what is set back has no fractions that could be lost.
    private static readonly DateTime Noon = new(2026, 11, 25, 12, 0, 0, DateTimeKind.Utc);

    private readonly string _directory = Directory.CreateTempSubdirectory("ferry-").FullName;

    private string Name => Path.Combine(_directory, "source");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Version_Unchanged_IsTheSame()
    {
        File.WriteAllBytes(Name, new byte[100_000]);

        new SourceFile(Name).Version().Should().Be(new SourceFile(Name).Version());
        File.ReadAllBytes(Name);
        new SourceFile(Name).Version().Should().Be(new SourceFile(Name).Version());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(50_001)]
    [InlineData(999_999)]
    public void Version_OneByteWritten_IsAnotherEvenWithItsTimeSetBack(int place)
    {
        File.WriteAllBytes(Name, new byte[1_000_000]);
        File.SetLastWriteTimeUtc(Name, Noon);
        var before = new SourceFile(Name).Version();
        using (var file = File.OpenHandle(Name, FileMode.Open, FileAccess.Write))
            RandomAccess.Write(file, [1], place);
        File.SetLastWriteTimeUtc(Name, Noon);

        new SourceFile(Name).Version().ToString().Should().NotBe(before.ToString()).And.StartWith(string.Join(' ', before.ToString().Split(' ')[..2]), "length and time are as before");
    }

    [Fact]
    public void Version_ReplacedByAnEqualFileOfTheSameTime_IsAnother()
    {
        File.WriteAllBytes(Name, new byte[1000]);
        File.SetLastWriteTimeUtc(Name, Noon);
        var before = new SourceFile(Name).Version();
        File.WriteAllBytes(Name + ".new", new byte[1000]);
        File.SetLastWriteTimeUtc(Name + ".new", Noon);
        File.Move(Name + ".new", Name, overwrite: true);

        new SourceFile(Name).Version().Should().NotBe(before);
    }

    [Fact]
    public void Version_ShortFiles_HaveSamplesToo()
    {
        File.WriteAllBytes(Name, [1]);
        var one = new SourceFile(Name).Version().Fingerprint;
        File.WriteAllBytes(Name, [2]);

        new SourceFile(Name).Version().Fingerprint.Should().NotBe(one);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(19.7)]
    [InlineData(-19.7)]
    public async Task SettledVersion_WrittenJustNow_WaitsUntilALaterWriteWouldShow(double age)
    {
        File.WriteAllBytes(Name, [1]);
        var clock = new ManualTimeProvider(ChangedAt(Name).AddMilliseconds(age));

        var settled = new SourceFile(Name).SettledVersionAsync(clock, CancellationToken.None);

        settled.IsCompleted.Should().BeFalse();
        clock.Advance(TimeSpan.FromMilliseconds(19));
        settled.IsCompleted.Should().BeFalse();
        clock.Advance(TimeSpan.FromMilliseconds(21));
        (await settled).Should().Be(new SourceFile(Name).Version());
    }

    [Theory]
    [InlineData(20)]
    [InlineData(-20)]
    [InlineData(86_400_000)]
    public void SettledVersion_WrittenLongAgoOrByAnotherClock_DoesNotWait(int age)
    {
        File.WriteAllBytes(Name, [1]);

        new SourceFile(Name).SettledVersionAsync(new ManualTimeProvider(ChangedAt(Name).AddMilliseconds(age)), CancellationToken.None).IsCompletedSuccessfully.Should().BeTrue();
    }

    [Fact]
    public async Task SettledVersion_WrittenAllTheTime_Fails()
    {
        File.WriteAllBytes(Name, [1]);
        var clock = new StandingClock(ChangedAt(Name));

        (await Assert.ThrowsAsync<TransferException>(async () => await new SourceFile(Name).SettledVersionAsync(clock, CancellationToken.None))).Message.Should().Contain("changed");
    }

    // To the writer's wait it is always now.
    private sealed class StandingClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, TimeSpan.Zero, period);
    }

    private static DateTimeOffset ChangedAt(string name) => DateTimeOffset.UnixEpoch.AddTicks(new SourceFile(name).Status().Changed / 100);

    [Fact]
    public void Version_MissingOrADirectory_SaysWhatToDo()
    {
        Failure(() => new SourceFile(Name).Version()).Message.Should().Contain(Name).And.Contain("check its name");
        Failure(() => new SourceFile(_directory).Version()).Message.Should().Contain("directory");

        static TransferError Failure(Action action) => Assert.Throws<TransferException>(action).Error;
    }

    [Fact]
    public async Task Section_IsTheBytesAsked()
    {
        var bytes = Ferry.Testing.Server.Content.Bytes(3, 300_000);
        await File.WriteAllBytesAsync(Name, bytes);
        var source = new SourceFile(Name);
        using var target = new MemoryStream();

        var body = new FileBody(source, source.Status(), 100_000, 150_001);
        await body.WriteToAsync(target, CancellationToken.None);

        body.Length.Should().Be(150_001);
        target.ToArray().Should().Equal(bytes[100_000..250_001]);
    }

    [Fact]
    public async Task Section_FileChangedSinceItWasLookedAt_SendsNothing()
    {
        await File.WriteAllBytesAsync(Name, new byte[100]);
        var source = new SourceFile(Name);
        var status = source.Status();
        await File.WriteAllBytesAsync(Name, new byte[101]);
        using var target = new MemoryStream();

        await Assert.ThrowsAsync<TransferException>(async () => await new FileBody(source, status, 0, 50).WriteToAsync(target, CancellationToken.None));

        target.Length.Should().Be(0);
    }
}
