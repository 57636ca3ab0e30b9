namespace Ferry.Engine.Tests.House;

/// <summary>docs/compliance.md names files and tests that exist.</summary>
public sealed class ComplianceTests
{
    private sealed record Row(int Rule, string File, string Test);

    [Fact]
    public void Rows_InTheOrderOfTheRules() => Rows().Select(r => r.Rule).Should().NotBeEmpty().And.BeInAscendingOrder();

    [Fact]
    public void Files_Exist() => Rows().Where(r => !File.Exists(Path.Combine(Repository.Root, r.File))).Should().BeEmpty();

    [Fact]
    public void Tests_Exist()
    {
        var sources = Directory.GetFiles(Path.Combine(Repository.Root, "tests"), "*.cs", SearchOption.AllDirectories)
            .GroupBy(f => Path.GetFileNameWithoutExtension(f)!)
            .ToDictionary(g => g.Key, g => string.Concat(g.Select(File.ReadAllText)));
        Rows().Where(r => !Exists(r.Test.Split('.'), sources)).Should().BeEmpty();
    }

    private static bool Exists(string[] test, Dictionary<string, string> sources) =>
        test.Length == 2 && sources.TryGetValue(test[0], out var source) && source.Contains($" {test[1]}(", StringComparison.Ordinal);

    private static Row[] Rows() =>
    [
        .. File.ReadLines(Path.Combine(Repository.Root, "docs", "compliance.md"))
            .Select(l => l.Split('|', StringSplitOptions.TrimEntries))
            .Where(c => c.Length == 6 && int.TryParse(c[1], out _))
            .Select(c => new Row(int.Parse(c[1]), c[3].Trim('`'), c[4].Trim('`'))),
    ];
}
