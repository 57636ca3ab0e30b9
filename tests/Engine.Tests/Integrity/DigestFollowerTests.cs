using System.Security.Cryptography;
using Ferry.Engine.Integrity;
using Ferry.Testing.Server;

namespace Ferry.Engine.Tests.Integrity;

public sealed class DigestFollowerTests
{
    private const int Size = 5_000_001;
    private readonly byte[] _file = Content.Bytes(3, Size);

    [Theory]
    [InlineData(1)]
    [InlineData(4096)]
    [InlineData(1_500_000)]
    [InlineData(Size)]
    public async Task Digest_IsOfTheWholeFile_WhateverTheStepsOfTheWriteHead(int step)
    {
        using var follower = new DigestFollower(Read, DigestKinds.Sha256);
        if (step > 1)
        {
            for (var head = step; head <= Size; head += step)
                follower.Advance(head);
        }
        (await follower.FinishAsync(Size, CancellationToken.None)).Sha256Hex.Should().Be(Convert.ToHexStringLower(SHA256.HashData(_file)));
    }

    [Fact]
    public async Task Digest_NeverReadsPastTheWriteHead()
    {
        const long Head = 3_000_000;
        long furthest = 0;
        using var follower = new DigestFollower((buffer, offset) =>
        {
            furthest = Math.Max(furthest, offset + buffer.Length);
            return Read(buffer, offset);
        }, DigestKinds.Sha256);
        follower.Advance(Head);
        await follower.StopAsync();
        furthest.Should().BeLessThanOrEqualTo(Head);
        follower.Position.Should().BeLessThanOrEqualTo(Head);
    }

    [Fact]
    public async Task MayReadBeyond_IsToldByTheWriteHead_NotByHowFarTheReadingIs()
    {
        using var reading = new ManualResetEventSlim();
        using var follower = new DigestFollower((buffer, offset) =>
        {
            reading.Wait(TimeSpan.FromSeconds(30));
            return Read(buffer, offset);
        }, DigestKinds.Sha256);
        follower.Advance(3_000_000);
        follower.Position.Should().Be(0);
        follower.MayReadBeyond(2_000_000).Should().BeTrue("it is on its way, and the file is about to be cut there");
        follower.MayReadBeyond(3_000_000).Should().BeFalse();
        reading.Set();
        await follower.StopAsync();
    }

    [Fact]
    public async Task Finish_FileTooShort_Fails()
    {
        using var follower = new DigestFollower(Read, DigestKinds.Sha256);
        await Assert.ThrowsAsync<EndOfStreamException>(() => follower.FinishAsync(Size + 1, CancellationToken.None));
    }

    [Fact]
    public async Task Finish_ReadFailedBeside_Fails()
    {
        using var follower = new DigestFollower((_, _) => throw new IOException("The disk is broken."), DigestKinds.Sha256);
        follower.Advance(Size);
        await Assert.ThrowsAsync<IOException>(() => follower.FinishAsync(Size, CancellationToken.None));
    }

    [Fact]
    public async Task Finish_Cancelled_Ends()
    {
        using var follower = new DigestFollower(Read, DigestKinds.Sha256);
        using var cancel = new CancellationTokenSource();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => follower.FinishAsync(Size, cancel.Token));
    }

    private int Read(Span<byte> buffer, long offset)
    {
        var count = (int)Math.Min(buffer.Length, _file.Length - offset);
        _file.AsSpan((int)offset, count).CopyTo(buffer);
        return count;
    }
}
