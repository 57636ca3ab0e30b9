using Ferry.Interop.Tests.Kills;
using Ferry.Interop.Tests.Tus;
using Ferry.Testing.Processes;
using Ferry.Testing.Server;
using Xunit.Abstractions;

namespace Ferry.Host.Tests.Kills;

/// <summary>The loop that kills, where a run ends before the point it is to be killed at.</summary>
public sealed class KillLoopTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Size = 3 * 1024 * 1024;

    private readonly string _place = Directory.CreateTempSubdirectory("ferry-kill-loop-").FullName;
    private TusServer _server = null!;

    private string Source => Path.Combine(_place, "file.bin");

    public async Task InitializeAsync()
    {
        await File.WriteAllBytesAsync(Source, Content.Bytes(1, Size));
        _server = await TusServer.FerryAsync(Path.Combine(_place, "received"));
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_place, recursive: true);
    }

    [Fact]
    public async Task ThreePointsInTheLastChunk_WhatIsOnItsWayEndsTheUpload_AndTheNextRunFindsItDone()
    {
        var (kills, end) = await Loop().RunAsync([Size - 1, Size - 1, Size - 1]);

        end.ExitCode.Should().Be(0, $"{end}");
        kills.Should().NotBeEmpty().And.OnlyContain(k => k.ResumedAt <= k.Written && k.Lost <= KilledUpload.Chunk);
        File.ReadAllBytes(Path.Combine(_place, "received", "file.bin")).Should().Equal(Content.Bytes(1, Size));
    }

    [Fact]
    public async Task RunFailsBeforeItsPoint_ItsEndIsGiven()
    {
        File.Delete(Source);

        var (kills, end) = await Loop().RunAsync([Size / 2]);

        kills.Should().BeEmpty();
        end.ExitCode.Should().NotBe(0);
        end.Error.Should().Contain("file.bin");
    }

    private KillLoop Loop() => new(new KilledUpload(_server, Source, Size, Path.Combine(_place, "state"), 16 * Size)) { Told = kill => output.WriteLine($"{kill}") };
}
