using Ferry.AspNetCore.Tests.Kit;
using Ferry.Engine.Requests;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Ferry.AspNetCore.Tests;

public sealed class OptionsTests : IDisposable
{
    private readonly UploadDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Defaults_HaveNoProblems() => _directory.Options.Problems().Should().BeEmpty();

    [Fact]
    public void Add_TellsEveryProblemAtOnce()
    {
        var options = new UploadReceiverOptions
        {
            Directory = " ",
            MaxSize = 0,
            Expiration = TimeSpan.FromSeconds(-1),
            Durability = (Durability)7,
            LockPatience = TimeSpan.FromHours(2),
        };
        options.Problems().Should().HaveCount(5);
        var add = () => new ServiceCollection().AddFerryUploads(options);
        add.Should().Throw<ArgumentException>().WithMessage("*Directory*MaxSize is 0*Expiration is -00:00:01*Durability is 7*LockPatience is 02:00:00*");
    }

    [Fact]
    public void AddedTwice_Refused()
    {
        var services = new ServiceCollection().AddFerryUploads(_directory.Options);
        services.Invoking(s => s.AddFerryUploads(_directory.Options)).Should().Throw<InvalidOperationException>().WithMessage("*called before*");
    }

    [Fact]
    public void MappedWithoutServices_Refused()
    {
        var app = WebApplication.CreateSlimBuilder().Build();
        app.Invoking(a => a.MapFerryUploads("/files")).Should().Throw<InvalidOperationException>().WithMessage("*AddFerryUploads*");
    }

    [Fact]
    public async Task DirectoryCannotBeMade_TheHostDoesNotStart()
    {
        File.WriteAllText(_directory.File("taken"), "");
        var start = async () =>
        {
            await using var receiver = await Receiver.StartAsync(_directory.Options with { Directory = _directory.File("taken") });
        };
        (await start.Should().ThrowAsync<InvalidOperationException>()).WithMessage($"*{_directory.File("taken")}*permission*another Directory*");
    }

    [Fact]
    public async Task Start_MakesTheDirectory_AndItsHiddenOneIsTheOwnersAlone()
    {
        await using var receiver = await Receiver.StartAsync(_directory.Options with { Directory = _directory.File("a/b") });
        var work = new DirectoryInfo(_directory.File("a/b/.ferry-uploads"));
        work.Exists.Should().BeTrue();
        work.EnumerateFileSystemInfos().Should().BeEmpty();
        if (!OperatingSystem.IsWindows())
            work.UnixFileMode.Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
