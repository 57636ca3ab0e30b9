using Ferry.Engine.Cache;
using static Ferry.Engine.Tests.Cache.Exchanges;

namespace Ferry.Engine.Tests.Cache;

/// <summary>What a request may take from the cache, as a table: the stored answer came at noon with an ETag, the request comes so many seconds later.</summary>
public sealed class CacheUseTests
{
    public static TheoryData<string, string, double, string[], string> Cases => new()
    {
        { "fresh", "max-age=60", 59.9, [], "Fresh" },
        { "at the end of its life it is stale", "max-age=60", 60, [], "Revalidate" },
        { "stale", "max-age=60", 61, [], "Revalidate" },
        { "s-maxage does not make it fresh", "s-maxage=60", 1, [], "Revalidate" },
        { "clock set back", "max-age=60", -1, [], "Revalidate" },

        { "answer: no-cache", "max-age=60, no-cache", 1, [], "Revalidate" },
        { "answer: no-cache for a field", "max-age=60, no-cache=\"x\"", 1, [], "Revalidate" },
        { "answer: must-revalidate while fresh", "max-age=60, must-revalidate", 1, [], "Fresh" },
        { "answer: private", "max-age=60, private", 1, [], "Fresh" },
        { "answer: proxy-revalidate", "max-age=60, proxy-revalidate", 1, [], "Fresh" },

        { "request: no-cache", "max-age=60", 1, ["cache-control: no-cache"], "Revalidate" },
        { "request: no-cache over immutable", "max-age=60, immutable", 1, ["cache-control: no-cache"], "Revalidate" },
        { "request: pragma", "max-age=60", 1, ["Pragma: no-cache"], "Revalidate" },
        { "request: pragma beside Cache-Control", "max-age=60", 1, ["Pragma: no-cache", "cache-control: max-age=10"], "Fresh" },
        { "request: another pragma", "max-age=60", 1, ["Pragma: x"], "Fresh" },
        { "request: no-store", "max-age=60", 1, ["cache-control: no-store"], "Fresh" },

        { "request: max-age, young enough", "max-age=60", 10, ["cache-control: max-age=10"], "Fresh" },
        { "request: max-age, too old", "max-age=60", 10.1, ["cache-control: max-age=10"], "Revalidate" },
        { "request: max-age=0", "max-age=60", 0.1, ["cache-control: max-age=0"], "Revalidate" },
        { "request: max-age=0 of an immutable", "max-age=60, immutable", 1, ["cache-control: max-age=0"], "Fresh" },
        { "request: max-age=0 of a stale immutable", "max-age=60, immutable", 61, ["cache-control: max-age=0"], "Revalidate" },
        { "request: max-age does not make it fresh", "max-age=60", 61, ["cache-control: max-age=100"], "Revalidate" },

        { "request: min-fresh, long enough", "max-age=60", 40, ["cache-control: min-fresh=20"], "Fresh" },
        { "request: min-fresh, not long enough", "max-age=60", 40.1, ["cache-control: min-fresh=20"], "Revalidate" },
        { "request: min-fresh nobody reads", "max-age=60", 1, ["cache-control: min-fresh=x"], "Revalidate" },

        { "request: max-stale, any", "max-age=60", 9999, ["cache-control: max-stale"], "Fresh" },
        { "request: max-stale, not too stale", "max-age=60", 70, ["cache-control: max-stale=10"], "Fresh" },
        { "request: max-stale, too stale", "max-age=60", 70.1, ["cache-control: max-stale=10"], "Revalidate" },
        { "request: max-stale against must-revalidate", "max-age=60, must-revalidate", 61, ["cache-control: max-stale"], "Revalidate" },
        { "request: max-stale against proxy-revalidate", "max-age=60, proxy-revalidate", 61, ["cache-control: max-stale"], "Fresh" },
        { "request: max-stale against no-cache", "max-age=60, no-cache", 61, ["cache-control: max-stale"], "Revalidate" },
        { "request: max-stale within max-age", "max-age=60", 70, ["cache-control: max-stale, max-age=100"], "Fresh" },
        { "request: max-stale beyond max-age", "max-age=60", 70, ["cache-control: max-stale, max-age=65"], "Revalidate" },

        { "request: only-if-cached, fresh", "max-age=60", 1, ["cache-control: only-if-cached"], "Fresh" },
        { "request: only-if-cached, stale", "max-age=60", 61, ["cache-control: only-if-cached"], "Unanswerable" },
        { "request: only-if-cached, stale will do", "max-age=60", 61, ["cache-control: only-if-cached, max-stale"], "Fresh" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Use_ByTheDirectivesOfBoth(string why, string answer, double seconds, string[] request, string use) =>
        CacheDecisions.Use(Request(request), Stored($"date: {Date()}", "etag: \"a\"", $"cache-control: {answer}"), Noon.AddSeconds(seconds))
            .Should().Be(Enum.Parse<CacheUse>(use), "{0}", why);

    [Fact]
    public void Use_NothingStored_IsAMiss() => CacheDecisions.Use(Request(), null, Noon).Should().Be(CacheUse.Miss);

    [Fact]
    public void Use_NothingStoredAndOnlyIfCached_CannotBeAnswered() =>
        CacheDecisions.Use(Request("cache-control: only-if-cached"), null, Noon).Should().Be(CacheUse.Unanswerable);

    [Fact]
    public void Use_StaleWithoutAValidator_IsAMiss() =>
        CacheDecisions.Use(Request(), Stored("cache-control: max-age=1"), Noon.AddSeconds(2)).Should().Be(CacheUse.Miss);

    [Theory]
    [InlineData("etag: \"a\"", true)]
    [InlineData("etag: W/\"a\"", true)]
    [InlineData("etag: unquoted", false)]
    [InlineData("last-modified: Sat, 21 Nov 2026 11:00:00 GMT", true)]
    [InlineData("last-modified: lately", false)]
    public void HasValidator_WellFormedOnesAlone(string field, bool has) => Stored(field).HasValidator.Should().Be(has);

    [Fact]
    public void Conditions_AreTheValidatorsByteForByte()
    {
        var stored = Stored("etag: W/\"\u00e4 \"", "etag-x: y", "last-modified: Saturday, 21-Nov-26 11:00:00 GMT");
        CacheDecisions.Conditions(Stored("etag: W/\"\u00e4\"", "last-modified: Saturday, 21-Nov-26 11:00:00 GMT")).Select(f => $"{f.Name}: {f.Value}")
            .Should().Equal("If-None-Match: W/\"\u00e4\"", "If-Modified-Since: Saturday, 21-Nov-26 11:00:00 GMT");
        CacheDecisions.Conditions(stored).Select(f => f.Name).Should().Equal("If-Modified-Since");
    }

    [Theory]
    [InlineData("GET", false)]
    [InlineData("HEAD", false)]
    [InlineData("OPTIONS", false)]
    [InlineData("TRACE", false)]
    [InlineData("POST", true)]
    [InlineData("PUT", true)]
    [InlineData("PATCH", true)]
    [InlineData("DELETE", true)]
    public void IsUnsafe_ByMethod(string method, bool isUnsafe) => CacheDecisions.IsUnsafe(method).Should().Be(isUnsafe);
}
