using Ferry.Engine.Cache;
using Ferry.Engine.Errors;
using Ferry.Engine.Http;
using static Ferry.Engine.Tests.Cache.Exchanges;

namespace Ferry.Engine.Tests.Cache;

public sealed class ResponseCacheTests : IDisposable
{
    private readonly string _directory = Path.Combine(Directory.CreateTempSubdirectory("ferry-").FullName, "cache");
    private readonly List<string> _warnings = [];

    private string FilePath => Path.Combine(_directory, "responses.cache");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_directory)!, recursive: true);

    [Theory]
    [InlineData(1000, 1000)]
    [InlineData(ResponseCache.MaxSize, ResponseCache.MaxSize)]
    [InlineData(ResponseCache.MaxSize + 1, ResponseCache.MaxSize)]
    [InlineData(long.MaxValue, ResponseCache.MaxSize)]
    public void Size_MoreThan10MiB_IsClamped(long asked, long size) => New(asked).Size.Should().Be(size);

    [Fact]
    public void Size_ByDefault_Is10MiB() => new ResponseCache(new CacheSettings()).Size.Should().Be(10 * 1024 * 1024);

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void Size_LessThanOneByte_IsRefused(long size)
    {
        var make = () => New(size);
        make.Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void Store_Full_TheOneUsedLongestAgoGoesFirst()
    {
        var cache = New(4 * 11_000);
        foreach (var name in "abcd")
            Put(cache, $"http://a.test/{name}", new byte[10_000]);
        cache.Count.Should().Be(4);
        Get(cache, "http://a.test/a").Should().NotBeNull("it is used now");

        Put(cache, "http://a.test/e", new byte[10_000]);

        "abcde".Where(n => Get(cache, $"http://a.test/{n}") is not null).Should().Equal('a', 'c', 'd', 'e');
        cache.Used.Should().BeLessThanOrEqualTo(cache.Size);
    }

    [Fact]
    public void Store_LargerThanTheWhole_IsNotStored_AndNothingGoesForIt()
    {
        var cache = New(20_000);
        Put(cache, "http://a.test/a", new byte[1000]);
        Put(cache, "http://a.test/b", new byte[20_000]).Should().BeFalse();
        Get(cache, "http://a.test/a").Should().NotBeNull();
        cache.Count.Should().Be(1);
    }

    [Fact]
    public void Store_ManyAnswers_NeverMoreThanTheSize()
    {
        var random = new Random(3);
        var cache = New(100_000);
        for (var i = 0; i < 2000; i++)
        {
            Put(cache, $"http://a.test/{random.Next(300)}", new byte[random.Next(30_000)]);
            cache.Used.Should().BeInRange(0, 100_000, "seed 3, step {0}", i);
        }
        cache.Invalidate(Enumerable.Range(0, 300).Select(i => new Uri($"http://a.test/{i}")));
        cache.Count.Should().Be(0);
        cache.Used.Should().Be(0);
    }

    [Fact]
    public void Store_ANewAnswer_TakesThePlaceOfTheOld()
    {
        var cache = New();
        Put(cache, "http://a.test/a", [1]);
        Put(cache, "http://a.test/a", [2], at: 1);
        Get(cache, "http://a.test/a")!.Body.Should().Equal(2);
        cache.Count.Should().Be(1);
    }

    [Fact]
    public void Find_Variants_EachRequestGetsItsOwn()
    {
        var cache = New();
        var (english, german) = (RequestBy("GET", "http://a.test/a", "accept-language: en"), RequestBy("GET", "http://a.test/a", "accept-language: de"));
        Put(cache, english, [1], "vary: accept-language");
        Put(cache, german, [2], "vary: accept-language");
        cache.Find(english)!.Body.Should().Equal(1);
        cache.Find(german)!.Body.Should().Equal(2);
        cache.Find(RequestBy("GET", "http://a.test/a")).Should().BeNull();
        cache.Find(RequestBy("GET", "http://a.test/b", "accept-language: en")).Should().BeNull();
    }

    [Fact]
    public void Find_VariantsWithoutNumber_AreBounded()
    {
        var cache = New();
        for (var i = 0; i < 100; i++)
            Put(cache, RequestBy("GET", "http://a.test/a", $"accept-language: x{i}"), [1], "vary: accept-language");
        cache.Count.Should().Be(32);
        cache.Find(RequestBy("GET", "http://a.test/a", "accept-language: x99")).Should().NotBeNull();
    }

    [Fact]
    public void Find_Head_TheAnswerOfAGetWillDo_ButNotTheOtherWayRound()
    {
        var cache = New();
        Put(cache, RequestBy("HEAD", "http://a.test/h"), []);
        Put(cache, RequestBy("GET", "http://a.test/g"), [1]);
        cache.Find(RequestBy("HEAD", "http://a.test/h")).Should().NotBeNull();
        cache.Find(RequestBy("HEAD", "http://a.test/g")).Should().NotBeNull();
        cache.Find(RequestBy("GET", "http://a.test/h")).Should().BeNull();
    }

    [Fact]
    public void Find_HostInAnotherCaseOrDefaultPort_IsTheSameUrl()
    {
        var cache = New();
        Put(cache, "http://a.test/A", [1]);
        Get(cache, "HTTP://A.test:80/A").Should().NotBeNull();
        Get(cache, "http://a.test/a").Should().BeNull();
        Get(cache, "https://a.test/A").Should().BeNull();
    }

    [Fact]
    public void Invalidate_DropsEveryVariantOfTheUrlAlone()
    {
        var cache = New();
        Put(cache, RequestBy("GET", "http://a.test/a", "accept: x"), [1], "vary: accept");
        Put(cache, RequestBy("GET", "http://a.test/a", "accept: y"), [1], "vary: accept");
        Put(cache, RequestBy("HEAD", "http://a.test/a"), []);
        Put(cache, "http://a.test/b", [1]);
        cache.Invalidate([new Uri("http://a.test/a")]);
        cache.Count.Should().Be(1);
    }

    [Fact]
    public void Store_InvalidatedSinceItWasAsked_IsNotStored()
    {
        var cache = New();
        var asked = cache.Moment;
        cache.Invalidate([new Uri("http://a.test/a")]);
        Put(cache, "http://a.test/a", [1], asked: asked).Should().BeFalse("what it says may be from before the change");
        Put(cache, "http://a.test/b", [1], asked: asked).Should().BeTrue("nothing changed there");
        Put(cache, "http://a.test/a", [1]).Should().BeTrue("it was asked after the change");
    }

    [Fact]
    public void Store_MoreInvalidationsThanAreRemembered_IsCautious()
    {
        var cache = New();
        var asked = cache.Moment;
        for (var i = 0; i < 1100; i++)
            cache.Invalidate([new Uri($"http://a.test/{i}")]);
        Put(cache, "http://a.test/0", [1], asked: asked).Should().BeFalse();
        Put(cache, "http://a.test/0", [1]).Should().BeTrue();
    }

    [Fact]
    public void Replace_TheStoredOneHasGoneMeanwhile_NothingComesBack()
    {
        var cache = New();
        Put(cache, "http://a.test/a", [1]);
        var stored = Get(cache, "http://a.test/a")!;
        cache.Invalidate([new Uri("http://a.test/a")]);
        cache.Replace(stored, stored);
        cache.Count.Should().Be(0);
    }

    [Fact]
    public void Create_TheSameSize_KeepsWhatIsThere_AnotherSizeReplacesIt()
    {
        var cache = New();
        Put(cache, "http://a.test/a", [1]);
        cache.Create(ResponseCache.MaxSize * 2);
        cache.Count.Should().Be(1, "clamped it is the same size");
        cache.Create(50_000);
        cache.Size.Should().Be(50_000);
        cache.Count.Should().Be(0);
        cache.Used.Should().Be(0);
    }

    [Fact]
    public async Task Delete_StoresAndAnswersNothing_UntilCreated()
    {
        var cache = New();
        Put(cache, "http://a.test/a", [1]);
        await cache.FlushAsync();
        var asked = cache.Moment;

        await cache.DeleteAsync();

        cache.IsEnabled.Should().BeFalse();
        Get(cache, "http://a.test/a").Should().BeNull();
        Put(cache, "http://a.test/a", [1]).Should().BeFalse();
        File.Exists(FilePath).Should().BeFalse();
        await cache.FlushAsync();
        File.Exists(FilePath).Should().BeFalse("a deleted cache has nothing to write");
        cache.Create();
        Put(cache, "http://a.test/a", [1], asked: asked).Should().BeFalse("that was asked before the deletion");
        Put(cache, "http://a.test/a", [1]).Should().BeTrue();
    }

    [Fact]
    public async Task Flush_AnotherProcess_FindsEverything()
    {
        var cache = New();
        var request = RequestBy("GET", "http://a.test/a?q=\u00e4", "accept: x", "Cookie: user=ann");
        var body = Enumerable.Range(0, 5000).Select(i => (byte)i).ToArray();
        Put(cache, request, body, "vary: accept", "set-cookie: a=1", "set-cookie: b=\u00e9", "etag: W/\"v\"");
        Put(cache, "http://a.test/b", [2]);
        await cache.FlushAsync();

        var again = New();

        again.Count.Should().Be(2);
        var (stored, old) = (again.Find(request)!, cache.Find(request)!);
        stored.Body.Should().Equal(body);
        stored.Head.Should().BeEquivalentTo(old.Head);
        stored.Head.Headers.Where(h => h.Name == "set-cookie").Select(h => h.Value).Should().Equal("a=1", "b=\u00e9");
        (stored.RequestTime, stored.ResponseTime, stored.Lifetime, stored.Size).Should().Be((old.RequestTime, old.ResponseTime, old.Lifetime, old.Size));
        again.Find(RequestBy("GET", "http://a.test/a?q=\u00e4", "accept: x", "Cookie: user=bob")).Should().BeNull();
        again.Used.Should().Be(cache.Used);
        _warnings.Should().BeEmpty();
    }

    [Fact]
    public async Task Flush_TheOrderOfUseSurvives_AndASmallerCacheKeepsTheLastUsed()
    {
        var cache = New();
        foreach (var name in "abc")
            Put(cache, $"http://a.test/{name}", new byte[10_000]);
        Get(cache, "http://a.test/a");
        await cache.FlushAsync();
        var smaller = New(2 * 11_000);
        "abc".Where(n => Get(smaller, $"http://a.test/{n}") is not null).Should().Equal('a', 'c');
    }

    [Fact]
    public async Task Flush_TheFileIsItsOwnersAlone_AndHoldsNoCredential()
    {
        var cache = New();
        Put(cache, RequestBy("GET", "http://a.test/a", "Cookie: session=hush-hush", "Authorization: Bearer hush-hush"), [1], "vary: cookie");
        await cache.FlushAsync();
        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(FilePath).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);
            File.GetUnixFileMode(_directory).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        System.Text.Encoding.Latin1.GetString(await File.ReadAllBytesAsync(FilePath)).Should().Contain("http://a.test/a").And.NotContain("hush");
        Directory.GetFiles(_directory).Should().Equal(FilePath);
    }

    [Fact]
    public async Task Flush_TheDiskRefuses_SaysSo_AndTheOldFileStays()
    {
        var cache = New();
        Put(cache, "http://a.test/a", [1]);
        await cache.FlushAsync();
        var before = await File.ReadAllBytesAsync(FilePath);
        // A directory in the place of the file that is written first.
        Directory.CreateDirectory(FilePath + ".new");
        Put(cache, "http://a.test/b", [1]);

        var flush = () => cache.FlushAsync();

        (await flush.Should().ThrowAsync<TransferException>()).Which.Error.Code.Should().Be(ErrorCode.LocalWriteFailed);
        (await File.ReadAllBytesAsync(FilePath)).Should().Equal(before);
        Directory.Delete(FilePath + ".new");
        await cache.FlushAsync();
        New().Count.Should().Be(2);
    }

    [Fact]
    public async Task Flush_WithoutADirectory_IsDoneAtOnce()
    {
        var cache = new ResponseCache(new CacheSettings());
        await cache.FlushAsync();
        await cache.DeleteAsync();
        cache.IsEnabled.Should().BeFalse();
    }

    public static TheoryData<string, Func<byte[], byte[]>> Damages => new()
    {
        { "cut", bytes => bytes[..^7] },
        { "empty", _ => [] },
        { "another file", _ => "no cache at all, but long enough to be one, if it were"u8.ToArray() },
        { "a flipped bit in a body", bytes => Flipped(bytes, bytes.Length - 1) },
        { "a flipped bit in the digest", bytes => Flipped(bytes, 20) },
        { "more at the end", bytes => [.. bytes, 0] },
        { "too large", bytes => [.. bytes, .. new byte[11 * 1024 * 1024]] },
        { "a whole digest over nonsense", _ => WithDigest([0xff, 0xff, 0x03, 1, 2, 3]) },
        { "a whole digest over a count without its answers", _ => WithDigest([3, 1, 2, 3]) },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task Load_Damaged_IsDroppedWithAWarning_AndTheNextFlushRebuildsIt(string how, Func<byte[], byte[]> damage)
    {
        var cache = New();
        Put(cache, "http://a.test/a", [1, 2, 3]);
        await cache.FlushAsync();
        await File.WriteAllBytesAsync(FilePath, damage(await File.ReadAllBytesAsync(FilePath)));

        var again = New();

        again.Count.Should().Be(0, "{0}", how);
        _warnings.Should().ContainSingle().Which.Should().Contain("damaged");
        File.Exists(FilePath).Should().BeFalse();
        Put(again, "http://a.test/b", [1]);
        await again.FlushAsync();
        New().Count.Should().Be(1);
        _warnings.Should().ContainSingle();
    }

    [Fact]
    public async Task Load_AnyByteFlipped_ThrowsNothing()
    {
        var cache = New();
        Put(cache, "http://a.test/a", [1, 2, 3]);
        await cache.FlushAsync();
        var bytes = await File.ReadAllBytesAsync(FilePath);
        for (var i = 0; i < bytes.Length; i++)
        {
            await File.WriteAllBytesAsync(FilePath, Flipped(bytes, i));
            New().Count.Should().Be(0, "byte {0}", i);
        }
        // With a digest that fits, whatever the content says.
        for (var i = 40; i < bytes.Length; i++)
        {
            await File.WriteAllBytesAsync(FilePath, WithDigest(Flipped(bytes, i)[40..]));
            New().Count.Should().BeInRange(0, 1, "byte {0}", i);
        }
    }

    [Fact]
    public async Task EveryThread_AtOnce_TheBooksAgree()
    {
        var cache = New(200_000);
        await Parallel.ForAsync(0, 8, async (worker, token) =>
        {
            var random = new Random(worker);
            for (var i = 0; i < 500; i++)
            {
                var url = $"http://a.test/{random.Next(40)}";
                switch (random.Next(4))
                {
                    case 0: cache.Invalidate([new Uri(url)]); break;
                    case 1: Get(cache, url); break;
                    case 2 when i % 100 == 0: await cache.FlushAsync(token); break;
                    default: Put(cache, url, new byte[random.Next(20_000)]); break;
                }
            }
        });
        cache.Used.Should().BeInRange(0, 200_000);
        cache.Invalidate(Enumerable.Range(0, 40).Select(i => new Uri($"http://a.test/{i}")));
        (cache.Count, cache.Used).Should().Be((0, 0L));
    }

    private static byte[] Flipped(byte[] bytes, int at)
    {
        var copy = bytes.ToArray();
        copy[at] ^= 0x10;
        return copy;
    }

    private static byte[] WithDigest(byte[] content) => [.. "FERRYRC1"u8, .. System.Security.Cryptography.SHA256.HashData(content), .. content];

    private static CachedAnswer? Get(ResponseCache cache, string url) => cache.Find(RequestBy("GET", url));

    private static bool Put(ResponseCache cache, string url, byte[] body, double at = 0, long? asked = null) =>
        cache.Store(RequestBy("GET", url), Answer(RequestBy("GET", url), body, at), asked ?? cache.Moment);

    private static void Put(ResponseCache cache, CacheRequest request, byte[] body, params string[] fields) =>
        cache.Store(request, Answer(request, body, 0, fields), cache.Moment).Should().BeTrue();

    private static CachedAnswer Answer(CacheRequest request, byte[] body, double at, params string[] fields) =>
        Store(request, HeadOf(request.Key, 200, ["cache-control: max-age=60", .. fields]) with { FinalUrl = request.Url }, body, at);

    private ResponseCache New(long size = ResponseCache.MaxSize) => new(new CacheSettings { Size = size, Directory = _directory }, _warnings.Add);
}
