namespace Ferry.Engine.Tests.House;

/// <summary>docs/compliance.md names files and tests that exist.</summary>
public sealed class ComplianceTests
{
    private sealed record Row(string Rule, string File, string Test);

    [Fact]
    public void Rows_InTheOrderOfTheRules() =>
        Rows(Lines().TakeWhile(l => !l.StartsWith("## ", StringComparison.Ordinal))).Select(r => int.Parse(r.Rule)).Should().NotBeEmpty().And.BeInAscendingOrder();

    [Fact]
    public void Sections_EachHasRows()
    {
        var lines = Lines();
        var headings = lines.Index().Where(l => l.Item.StartsWith("## ", StringComparison.Ordinal)).Select(l => l.Index).ToArray();
        foreach (var heading in headings)
            Rows(lines.Skip(heading + 1).TakeWhile(l => !l.StartsWith("## ", StringComparison.Ordinal))).Should().NotBeEmpty(lines[heading]);
    }

    [Fact]
    public void Files_Exist() => Rows(Lines()).Where(r => !File.Exists(Path.Combine(Repository.Root, r.File))).Should().BeEmpty();

    [Fact]
    public void Tests_Exist()
    {
        var sources = Directory.GetFiles(Path.Combine(Repository.Root, "tests"), "*.cs", SearchOption.AllDirectories)
            .GroupBy(f => Path.GetFileNameWithoutExtension(f)!)
            .ToDictionary(g => g.Key, g => string.Concat(g.Select(File.ReadAllText)));
        Rows(Lines()).Where(r => !Exists(r.Test.Split('.'), sources)).Should().BeEmpty();
    }

    [Fact]
    public void ErrorCodes_EachHasARowOrAReasonWhyItCannotOccur()
    {
        var errors = Lines().SkipWhile(l => l != "## errors").Skip(1).TakeWhile(l => !l.StartsWith("## ", StringComparison.Ordinal)).ToArray();
        var named = Rows(errors).Select(r => r.Rule).Concat(errors.Where(l => l.StartsWith("- ", StringComparison.Ordinal)).Select(l => l.Split(' ')[1].TrimEnd(',')));
        named.Distinct().Should().BeEquivalentTo(Enum.GetValues<Engine.Errors.ErrorCode>().Select(c => $"{(int)c}"));
    }

    [Theory]
    [InlineData("createHttp(")]
    [InlineData("request(")]
    [InlineData("requestInStream(")]
    [InlineData("destroy(")]
    [InlineData("headerReceive")]
    [InlineData("headersReceive")]
    [InlineData("dataReceive'")]
    [InlineData("dataEnd")]
    [InlineData("dataReceiveProgress")]
    [InlineData("dataSendProgress")]
    [InlineData("once('")]
    [InlineData("createHttpResponseCache(")]
    [InlineData("flush(")]
    [InlineData("delete(")]
    [InlineData("session.cancel()")]
    [InlineData("session.cancel(request)")]
    [InlineData("session.cancel(requests)")]
    [InlineData("RequestTask.abort(")]
    [InlineData("onHeadersReceived")]
    [InlineData("offHeadersReceived")]
    [InlineData("onChunkReceived")]
    [InlineData("offChunkReceived")]
    [InlineData("awaiting a")]
    public void PortingTable_NamesEachFunctionOfTheSourceApis(string theirs) =>
        File.ReadAllLines(Path.Combine(Repository.Root, "docs", "porting.md")).Select(l => l.Split('|'))
            .Should().Contain(c => c.Length == 4 && c[1].Contains(theirs, StringComparison.Ordinal));

    private static bool Exists(string[] test, Dictionary<string, string> sources) =>
        test.Length == 2 && sources.TryGetValue(test[0], out var source) && source.Contains($" {test[1]}(", StringComparison.Ordinal);

    private static string[] Lines() => File.ReadAllLines(Path.Combine(Repository.Root, "docs", "compliance.md"));

    // A row names a file; what is above each table does not.
    private static Row[] Rows(IEnumerable<string> lines) =>
    [
        .. lines.Select(l => l.Split('|', StringSplitOptions.TrimEntries))
            .Where(c => c.Length == 6 && c[3].StartsWith('`'))
            .Select(c => new Row(c[1], c[3].Trim('`'), c[4].Trim('`'))),
    ];
}
