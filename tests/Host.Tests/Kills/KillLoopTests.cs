using Ferry.Interop.Tests.Kills;
using Ferry.Testing.Processes;
using Ferry.Testing.Server;
using Xunit.Abstractions;

namespace Ferry.Host.Tests.Kills;

/// <summary>The loop that kills, where a run ends before the point it is to be killed at.</summary>
public sealed class KillLoopTests(ITestOutputHelper output) : ReceivedFileTest("file.bin", KillLoopTests.Size)
{
    private const int Size = 3 * 1024 * 1024;

    [Fact]
    public async Task ThreePointsInTheLastChunk_WhatIsOnItsWayEndsTheUpload_AndTheNextRunFindsItDone()
    {
        var (kills, end) = await Loop().RunAsync([Size - 1, Size - 1, Size - 1]);

        end.ExitCode.Should().Be(0, $"{end}");
        kills.Should().NotBeEmpty().And.OnlyContain(k => k.ResumedAt <= k.Written && k.Lost <= KilledUpload.Chunk);
        File.ReadAllBytes(Received).Should().Equal(Content.Bytes(1, Size));
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

    [Fact]
    public async Task PointIsNeverReached_IsNoKill()
    {
        var loop = () => Loop(new NeverReached(Upload())).RunAsync([Size / 2]);

        (await loop.Should().ThrowAsync<TimeoutException>()).Which.Message.Should().StartWith("The point was not reached. The run was ended: exit code 137");
    }

    [Fact]
    public void RunThatWroteNothingForAMinute_Hung_AndOneThatWroteIsTooSlow()
    {
        var end = new FerryEnd(137, "{}\n", "");
        var tooLong = new TimeoutException("Too long.");

        end.GivenUp(tooLong, TimeSpan.FromSeconds(59)).Should().BeOfType<TimeoutException>();
        end.GivenUp(tooLong, TimeSpan.FromSeconds(60)).Should().BeOfType<InvalidOperationException>("the soak calls that a violation")
            .Which.Message.Should().StartWith("The run hung, without a word for 60 s. Too long.");
    }

    private KilledUpload Upload() => new(Server, Source, Size, Path.Combine(Place, "state"), 16 * Size);

    private KillLoop Loop() => Loop(Upload());

    private KillLoop Loop(IKilledTransfer transfer) => new(transfer) { Told = kill => output.WriteLine($"{kill}") };

    /// <summary>An upload whose server cannot tell that it is at the point.</summary>
    private sealed class NeverReached(IKilledTransfer upload) : IKilledTransfer
    {
        public IReadOnlyList<string> Command => upload.Command;

        public TimeSpan Limit => upload.Limit;

        public Task PrepareAsync(long point) => upload.PrepareAsync(point);

        public Task<long?> BeginsAtAsync(FerryProcess process) => upload.BeginsAtAsync(process);

        public Task ReachedAsync() => Task.FromException(new TimeoutException("The point was not reached."));

        public Task<(long Sent, long Written)> GoneAsync() => upload.GoneAsync();
    }
}
