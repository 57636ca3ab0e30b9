using System.Text.RegularExpressions;

namespace Ferry.Engine.Tests.House;

/// <summary>The rooms of src/Engine form a star around Errors, Requests and Ranges: who may use whom, read from the sources.</summary>
public sealed partial class RoomsTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Errors"] = [],
        ["Ranges"] = [],
        ["Requests"] = ["Errors"],
        ["Integrity"] = ["Errors"],
        ["Bodies"] = ["Errors", "Requests"],
        ["Dns"] = ["Errors", "Requests"],
        ["Http"] = ["Errors", "Requests", "Ranges", "Integrity", "Bodies", "Dns"],
        ["Transfers"] = ["Errors", "Requests", "Ranges", "Http"],
        ["Downloads"] = ["Errors", "Requests", "Ranges", "Http", "Transfers", "Integrity", "Cache"],
        ["Uploads"] = ["Errors", "Requests", "Ranges", "Bodies", "Http", "Transfers", "Integrity"],
        ["Cache"] = ["Errors", "Requests", "Ranges", "Http"],
    };

    public static TheoryData<string> Rooms()
    {
        var rooms = new TheoryData<string>();
        foreach (var directory in Directory.GetDirectories(EngineFolder()).Select(Path.GetFileName).Order())
            rooms.Add(directory!);
        return rooms;
    }

    [Theory]
    [MemberData(nameof(Rooms))]
    public void Room_UsesOnlyWhatItMay(string room)
    {
        Allowed.Should().ContainKey(room, "a new room says what it may use");
        var files = Directory.GetFiles(Path.Combine(EngineFolder(), room), "*.cs", SearchOption.AllDirectories);
        files.Should().NotBeEmpty();
        var used = files.SelectMany(f => Uses(File.ReadAllText(f))).Where(u => u != room).Distinct().Order().ToArray();
        used.Except(Allowed[room]).Should().BeEmpty();
    }

    [Fact]
    public void Allowed_HasNoCycle()
    {
        var left = Allowed.ToDictionary(a => a.Key, a => a.Value.ToHashSet());
        while (left.Count > 0)
        {
            var free = left.Where(l => !l.Value.Overlaps(left.Keys)).Select(l => l.Key).ToArray();
            free.Should().NotBeEmpty("{0} use each other", string.Join(", ", left.Keys));
            Array.ForEach(free, f => left.Remove(f));
        }
    }

    [Fact]
    public void Uses_SeesUsingLinesAndQualifiedNames() =>
        Uses("using Ferry.Engine.Http;\nusing static Ferry.Engine.Ranges.X;\nvar a = Ferry.Engine.Errors.B;\n/// <see cref=\"Errors.C\"/>\n var d = Transfers.E.F; // Downloads.G")
            .Should().BeEquivalentTo("Http", "Ranges", "Errors", "Transfers");

    // A name such as Transfers.X reaches another room without a using line, since both lie in Ferry.Engine. Comments reach nothing.
    private static IEnumerable<string> Uses(string source)
    {
        var code = Comment().Replace(source, "");
        return Qualified().Matches(code).Select(m => m.Groups["room"].Value)
            .Concat(Sibling().Matches(code).Select(m => m.Groups["room"].Value).Where(Allowed.ContainsKey))
            .Distinct();
    }

    private static string EngineFolder() => Path.Combine(Repository.Root, "src", "Engine");

    [GeneratedRegex(@"//[^\n]*", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Comment();

    [GeneratedRegex(@"Ferry\.Engine\.(?<room>\w+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Qualified();

    [GeneratedRegex(@"(?<![\w.""])(?<room>[A-Z]\w+)\.[A-Z]\w*", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Sibling();
}
