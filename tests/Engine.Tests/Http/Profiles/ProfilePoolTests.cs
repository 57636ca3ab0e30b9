using Ferry.Engine.Http;

namespace Ferry.Engine.Tests.Http.Profiles;

public sealed class ProfilePoolTests : IDisposable
{
    private readonly List<Made> _made = [];
    private readonly ProfilePool<string, Made> _pool;

    public ProfilePoolTests() => _pool = new ProfilePool<string, Made>(2, Make);

    public void Dispose() => _pool.Dispose();

    [Fact]
    public void Rent_SameKey_Shared()
    {
        using var one = _pool.Rent("a");
        using var two = _pool.Rent("a");
        two.Value.Should().BeSameAs(one.Value);
        _made.Should().ContainSingle();
    }

    [Fact]
    public void Rent_BeyondTheBound_TheLeastRecentlyUsedGoes()
    {
        Use("a");
        Use("b");
        Use("a");
        Use("c");
        Of("a").Disposed.Should().Be(0);
        Of("b").Disposed.Should().Be(1);
        Of("c").Disposed.Should().Be(0);
        Use("b");
        _made.Should().HaveCount(4, "what went is made anew");
    }

    [Fact]
    public void Rent_TheOneThatGoesIsInUse_DisposedOnlyWithItsLastLease()
    {
        var first = _pool.Rent("a");
        var second = _pool.Rent("a");
        Use("b");
        Use("c");
        first.Dispose();
        first.Dispose();
        Of("a").Disposed.Should().Be(0, "another call uses it");
        second.Dispose();
        Of("a").Disposed.Should().Be(1);
    }

    [Fact]
    public void Rent_MakingFails_NothingIsKept()
    {
        var fails = true;
        using var pool = new ProfilePool<string, Made>(2, k => fails ? throw new IOException("no file") : Make(k));
        pool.Invoking(p => p.Rent("a")).Should().Throw<IOException>();
        fails = false;
        pool.Rent("a").Value.Key.Should().Be("a");
    }

    [Fact]
    public void Rent_AnotherMadeItMeanwhile_OneIsSharedAndTheOtherDisposed()
    {
        ProfilePool<string, Made>? pool = null;
        var inner = true;
        pool = new ProfilePool<string, Made>(2, k =>
        {
            if (inner)
            {
                inner = false;
                pool!.Rent(k);
            }
            return Make(k);
        });
        using var lease = pool.Rent("a");
        _made.Select(m => m.Disposed).Should().Equal(0, 1);
        lease.Value.Should().BeSameAs(_made[0]);
        pool.Dispose();
    }

    [Fact]
    public void Dispose_EverythingIsDisposedOnce_InUseOrNot()
    {
        var used = _pool.Rent("a");
        Use("b");
        Use("c");
        _pool.Dispose();
        used.Dispose();
        _made.Select(m => m.Disposed).Should().Equal(1, 1, 1);
        _pool.Invoking(p => p.Rent("d")).Should().Throw<ObjectDisposedException>();
    }

    private void Use(string key) => _pool.Rent(key).Dispose();

    private Made Of(string key) => _made.First(m => m.Key == key);

    private Made Make(string key)
    {
        var made = new Made(key);
        _made.Add(made);
        return made;
    }

    private sealed class Made(string key) : IDisposable
    {
        public string Key { get; } = key;

        public int Disposed { get; private set; }

        public void Dispose() => Disposed++;
    }
}
