using Ferry.Engine.Cache;
using static Ferry.Engine.Tests.Cache.Exchanges;

namespace Ferry.Engine.Tests.Cache;

/// <summary>RFC 9111 section 4.2, as a table: what came at noon, and how long it is fresh or how old it is.</summary>
public sealed class FreshnessTests
{
    private const int Day = 86400;

    public static TheoryData<string, int, string[], double> Lifetimes => new()
    {
        { "max-age", 200, ["cache-control: max-age=60"], 60 },
        { "max-age wins over Expires", 200, ["cache-control: max-age=60", $"date: {Date()}", $"expires: {Date(3600)}"], 60 },
        { "max-age=0 wins over Expires", 200, ["cache-control: max-age=0", $"date: {Date()}", $"expires: {Date(3600)}"], 0 },
        { "malformed max-age is stale", 200, ["cache-control: max-age=soon", $"date: {Date()}", $"expires: {Date(3600)}"], 0 },
        { "s-maxage is for others", 200, ["cache-control: s-maxage=60"], 0 },
        { "s-maxage does not hide Expires", 200, ["cache-control: s-maxage=60", $"date: {Date()}", $"expires: {Date(30)}"], 30 },
        { "s-maxage does not shorten max-age", 200, ["cache-control: max-age=60, s-maxage=1"], 60 },
        { "Expires less Date", 200, [$"date: {Date(-10)}", $"expires: {Date(50)}"], 60 },
        { "Expires without Date counts from its arrival", 200, [$"expires: {Date(50)}"], 50 },
        { "Expires with an unreadable Date", 200, ["date: yesterday", $"expires: {Date(50)}"], 50 },
        { "Expires in the past", 200, [$"date: {Date()}", $"expires: {Date(-50)}"], 0 },
        { "Expires that is no date", 200, [$"date: {Date()}", "expires: 0"], 0 },
        { "Expires that is no date stops guessing", 200, [$"date: {Date()}", $"last-modified: {Date(-Day)}", "expires: 0"], 0 },
        { "Two different Expires", 200, [$"date: {Date()}", $"expires: {Date(50)}", $"expires: {Date(60)}"], 0 },
        { "The same Expires twice", 200, [$"date: {Date()}", $"expires: {Date(50)}", $"expires: {Date(50)}"], 50 },
        { "Expires in an obsolete form", 200, [$"date: {Date()}", "expires: Saturday, 21-Nov-26 12:00:30 GMT"], 30 },
        { "a tenth of its age", 200, [$"date: {Date()}", $"last-modified: {Date(-1000)}"], 100 },
        { "a tenth of its age when it was sent", 200, [$"date: {Date(-500)}", $"last-modified: {Date(-1000)}"], 50 },
        { "modified after it was sent", 200, [$"date: {Date()}", $"last-modified: {Date(10)}"], 0 },
        { "an unreadable Last-Modified", 200, [$"date: {Date()}", "last-modified: long ago"], 0 },
        { "nothing said", 200, [], 0 },
        { "an ETag is no lifetime", 200, ["etag: \"a\""], 0 },
        { "404 is guessed", 404, [$"date: {Date()}", $"last-modified: {Date(-1000)}"], 100 },
        { "410 is guessed", 410, [$"date: {Date()}", $"last-modified: {Date(-1000)}"], 100 },
        { "301 is guessed", 301, [$"date: {Date()}", $"last-modified: {Date(-1000)}"], 100 },
        { "302 is not guessed", 302, [$"date: {Date()}", $"last-modified: {Date(-1000)}"], 0 },
        { "403 is not guessed", 403, [$"date: {Date()}", $"last-modified: {Date(-1000)}"], 0 },
        { "500 is not guessed", 500, [$"date: {Date()}", $"last-modified: {Date(-1000)}"], 0 },
        { "403 that is public is guessed", 403, ["cache-control: public", $"date: {Date()}", $"last-modified: {Date(-1000)}"], 100 },
        { "302 with max-age", 302, ["cache-control: max-age=60"], 60 },
    };

    [Theory]
    [MemberData(nameof(Lifetimes))]
    public void Lifetime_ByWhatTheAnswerSays(string why, int status, string[] fields, double seconds)
    {
        var head = Head(status, fields);
        Freshness.Lifetime(head, CacheControl.Of(head.Headers), Noon).TotalSeconds.Should().Be(seconds, "{0}", why);
    }

    public static TheoryData<string, string[], double, double> Ages => new()
    {
        { "just sent", [$"date: {Date()}"], 0, 0 },
        { "no Date", [], 0, 0 },
        { "sent a while ago", [$"date: {Date(-30)}"], 0, 30 },
        { "sent in the future", [$"date: {Date(30)}"], 0, 0 },
        { "told its Age", [$"date: {Date()}", "age: 40"], 0, 40 },
        { "the way counts to the Age told", [$"date: {Date()}", "age: 40"], -5, 45 },
        { "the way counts without an Age", [$"date: {Date()}"], -5, 5 },
        { "by Date where that is more", [$"date: {Date(-100)}", "age: 40"], -5, 100 },
        { "by Age where that is more", [$"date: {Date(-10)}", "age: 40"], -5, 45 },
        { "an unreadable Age", [$"date: {Date()}", "age: old"], 0, 0 },
        { "a negative Age", [$"date: {Date()}", "age: -7"], 0, 0 },
        { "the first of several Ages", [$"date: {Date()}", "age: 40, 50"], 0, 40 },
        { "the first of several Age lines", [$"date: {Date()}", "age: 40", "age: 50"], 0, 40 },
        { "an Age beyond numbers", [$"date: {Date()}", "age: 99999999999999999999"], 0, 2147483648 },
    };

    [Theory]
    [MemberData(nameof(Ages))]
    public void InitialAge_ByDateAndByAge(string why, string[] fields, double askedAt, double seconds) =>
        Freshness.InitialAge(Head(200, fields), Noon.AddSeconds(askedAt), Noon).TotalSeconds.Should().Be(seconds, "{0}", why);

    [Fact]
    public void AgeAt_GrowsWithTheClock()
    {
        var stored = Stored($"date: {Date(-10)}");
        stored.AgeAt(Noon).Should().Be(TimeSpan.FromSeconds(10));
        stored.AgeAt(Noon.AddMinutes(1)).Should().Be(TimeSpan.FromSeconds(70));
    }

    [Fact]
    public void AgeAt_ClockSetBack_IsUnknown() => Stored().AgeAt(Noon.AddSeconds(-1)).Should().BeNull();

    [Fact]
    public void HeadAt_TellsThePresentAgeInPlaceOfTheOld()
    {
        var stored = Stored($"date: {Date()}", "age: 7", "x: y");
        stored.HeadAt(Noon.AddSeconds(3.9)).Field("age").Should().Be("10");
        stored.HeadAt(Noon).Field("x").Should().Be("y");
    }
}
