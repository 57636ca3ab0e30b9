namespace Ferry.Engine.Tests.House;

/// <summary>docs/compliance.md names files and tests that exist.</summary>
public sealed class ComplianceTests
{
    private sealed record Row(string Section, string Rule, string File, string Test);

    [Fact]
    public void Rows_InTheOrderOfTheRules() => Rows().Where(r => r.Section.Length == 0).Select(r => int.Parse(r.Rule)).Should().NotBeEmpty().And.BeInAscendingOrder();

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

    // The rules of HTTP come first, by their numbers; sections of other things follow, whose rules have names.
    private static List<Row> Rows()
    {
        var (rows, section) = (new List<Row>(), "");
        foreach (var line in File.ReadLines(Path.Combine(Repository.Root, "docs", "compliance.md")))
        {
            if (line.StartsWith("## ", StringComparison.Ordinal))
                section = line[3..];
            var cells = line.Split('|', StringSplitOptions.TrimEntries);
            if (cells.Length == 6 && cells[1] != "rule" && !cells[1].StartsWith("---", StringComparison.Ordinal))
                rows.Add(new Row(section, cells[1], cells[3].Trim('`'), cells[4].Trim('`')));
        }
        return rows;
    }
}
