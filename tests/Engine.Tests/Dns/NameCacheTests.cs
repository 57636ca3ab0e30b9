using System.Net;
using Ferry.Engine.Dns;
using Ferry.Engine.Errors;
using Ferry.Engine.Tests.Http;
using Ferry.Testing.Time;

namespace Ferry.Engine.Tests.Dns;

public sealed class NameCacheTests
{
    private static readonly NameKey Key = new("192.0.2.53", "a.example");
    private static readonly IPAddress[] Addresses = [IPAddress.Parse("192.0.2.1")];

    private readonly ManualTimeProvider _time = new();
    private readonly NameCache _cache;
    private int _lookups;

    public NameCacheTests() => _cache = new NameCache(_time, capacity: 3);

    [Fact]
    public async Task Get_WithinTheTtl_IsNotLookedUpAgain()
    {
        (await GetAsync(30)).Should().Equal(Addresses);
        _time.Advance(TimeSpan.FromSeconds(30) - TimeSpan.FromTicks(1));
        (await GetAsync(30)).Should().Equal(Addresses);
        _lookups.Should().Be(1);
    }

    [Fact]
    public async Task Get_AtTheEndOfTheTtl_IsLookedUpAgain()
    {
        await GetAsync(30);
        _time.Advance(TimeSpan.FromSeconds(30));
        await GetAsync(30);
        _lookups.Should().Be(2);
    }

    [Fact]
    public async Task Get_TheTimeOfDayIsSet_ChangesNothing()
    {
        await GetAsync(30);
        _time.SetUtcNow(_time.GetUtcNow().AddYears(1));
        await GetAsync(30);
        _lookups.Should().Be(1);
    }

    [Fact]
    public async Task Get_TtlZero_IsNotKept()
    {
        await GetAsync(0);
        _cache.Count.Should().Be(0);
        await GetAsync(0);
        _lookups.Should().Be(2);
    }

    [Fact]
    public async Task Get_TtlOfAYear_IsKeptForADay()
    {
        await GetAsync(int.MaxValue);
        _time.Advance(TimeSpan.FromDays(1) - TimeSpan.FromTicks(1));
        await GetAsync(int.MaxValue);
        _lookups.Should().Be(1);
        _time.Advance(TimeSpan.FromTicks(1));
        await GetAsync(int.MaxValue);
        _lookups.Should().Be(2);
    }

    [Fact]
    public async Task Get_Negative_IsKeptToo()
    {
        var error = new TransferError(ErrorCode.HostNotResolved, ErrorStage.Resolving, ErrorSide.Network, "No.");
        for (var i = 0; i < 2; i++)
        {
            var get = async () => await GetAsync(Key, new Lookup([], error, TimeSpan.FromSeconds(5)));
            (await get.Should().ThrowAsync<TransferException>()).Which.Error.Should().Be(error);
        }
        _lookups.Should().Be(1);
        _time.Advance(TimeSpan.FromSeconds(5));
        (await GetAsync(5)).Should().Equal(Addresses);
    }

    [Fact]
    public async Task Get_OtherServersOrOtherName_IsLookedUp()
    {
        await GetAsync(30);
        await GetAsync(30, Key with { Servers = "192.0.2.54" });
        await GetAsync(30, Key with { Name = "b.example" });
        _lookups.Should().Be(3);
        _cache.Count.Should().Be(3);
    }

    [Fact]
    public async Task Get_MoreThanItHolds_TheLongestUnusedGoes()
    {
        foreach (var name in new[] { "a", "b", "c", "a", "d" })
            await GetAsync(30, Key with { Name = name });
        _lookups.Should().Be(4);
        _cache.Count.Should().Be(3);
        await GetAsync(30, Key with { Name = "a" });
        _lookups.Should().Be(4, "a was used after b");
        await GetAsync(30, Key with { Name = "b" });
        _lookups.Should().Be(5);
    }

    [Fact]
    public async Task Get_ManyAtOnce_OneLookup()
    {
        var found = new TaskCompletionSource<Lookup>();
        var all = Enumerable.Range(0, 10).Select(_ => GetAsync(Key, found.Task)).ToArray();
        _lookups.Should().Be(1);
        found.SetResult(Found(0));
        foreach (var one in all)
            (await one.WaitAsync(Calls.Soon)).Should().Equal(Addresses);
        _lookups.Should().Be(1, "not even a TTL of 0 makes those who asked meanwhile ask again");
    }

    [Fact]
    public async Task Get_OneOfTwoGivesUp_TheOtherGetsTheAnswer()
    {
        var found = new TaskCompletionSource<Lookup>();
        using var cancel = new CancellationTokenSource();
        CancellationToken lookup = default;
        var first = GetAsync(Key, found.Task, cancel.Token, t => lookup = t);
        var second = GetAsync(Key, found.Task);

        await cancel.CancelAsync();
        await first.Invoking(f => f.WaitAsync(Calls.Soon)).Should().ThrowAsync<OperationCanceledException>();
        lookup.IsCancellationRequested.Should().BeFalse();

        found.SetResult(Found(30));
        (await second.WaitAsync(Calls.Soon)).Should().Equal(Addresses);
    }

    [Fact]
    public async Task Get_AllGiveUp_TheLookupIsCancelledAndTheNextBeginsAnew()
    {
        using var cancel = new CancellationTokenSource();
        CancellationToken lookup = default;
        var never = new TaskCompletionSource<Lookup>();
        var first = GetAsync(Key, never.Task, cancel.Token, t => lookup = t);
        var second = GetAsync(Key, never.Task, cancel.Token);
        await cancel.CancelAsync();
        await first.Invoking(f => f.WaitAsync(Calls.Soon)).Should().ThrowAsync<OperationCanceledException>();
        await second.Invoking(f => f.WaitAsync(Calls.Soon)).Should().ThrowAsync<OperationCanceledException>();
        lookup.IsCancellationRequested.Should().BeTrue();

        (await GetAsync(30)).Should().Equal(Addresses);
        _lookups.Should().Be(2);

        never.SetException(new InvalidOperationException("Nobody waits for this any more."));
        (await GetAsync(30)).Should().Equal(Addresses);
        _lookups.Should().Be(2, "the end of the lookup given up does not touch what came after it");
    }

    [Fact]
    public async Task Get_LookupThrows_IsNotKept()
    {
        var get = () => GetAsync(Key, Task.FromException<Lookup>(new InvalidOperationException("x")));
        await get.Should().ThrowAsync<InvalidOperationException>();
        (await GetAsync(30)).Should().Equal(Addresses);
    }

    [Fact]
    public async Task Get_AlreadyCancelled_AsksNobody()
    {
        var get = () => GetAsync(Key, Task.FromResult(Found(30)), new CancellationToken(canceled: true));
        await get.Should().ThrowAsync<OperationCanceledException>();
        _lookups.Should().Be(0);
    }

    private static Lookup Found(int seconds) => new(Addresses, Error: null, TimeSpan.FromSeconds(seconds));

    private Task<IReadOnlyList<IPAddress>> GetAsync(int seconds, NameKey? key = null) => GetAsync(key ?? Key, Found(seconds));

    private Task<IReadOnlyList<IPAddress>> GetAsync(NameKey key, Lookup lookup) => GetAsync(key, Task.FromResult(lookup));

    private Task<IReadOnlyList<IPAddress>> GetAsync(
        NameKey key, Task<Lookup> lookup, CancellationToken cancellationToken = default, Action<CancellationToken>? seen = null) =>
        _cache.GetAsync(
            key,
            token =>
            {
                _lookups++;
                seen?.Invoke(token);
                return lookup;
            },
            cancellationToken).AsTask();
}
