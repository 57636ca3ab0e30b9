using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Ferry.Bench.Contenders;

namespace Ferry.Bench;

/// <summary>Writes what was measured to the terminal and to results/.</summary>
internal static class Report
{
    public static void Write(
        BenchOptions options, string name, string title, string origin, IReadOnlyList<(Contender Contender, Series Series)> results, double mib,
        IEnumerable<string> notes)
    {
        var bare = results.First(r => r.Contender.Name.StartsWith("bare loop", StringComparison.Ordinal)).Series.Median;
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"# {title}").AppendLine();
        foreach (var line in Machine.Describe(options.Place).Concat(Machine.DescribePrograms(options.Ferry)))
            text.AppendLine(line);
        text.AppendLine(CultureInfo.InvariantCulture, $"- Origin: {origin}, on the same machine over loopback");
        text.AppendLine(Taken(options)).AppendLine();
        text.AppendLine("| | median s | min-max s | MiB/s | time / bare loop |").AppendLine("|---|---:|---:|---:|---:|");
        foreach (var (contender, series) in results)
        {
            text.AppendLine(CultureInfo.InvariantCulture,
                $"| {contender.Name} | {series.Median:0.000} | {series.Min:0.000}-{series.Max:0.000} | {mib / series.Median:0} | {series.Median / bare:0.00} |");
        }
        text.AppendLine();
        foreach (var note in notes)
            text.AppendLine(CultureInfo.InvariantCulture, $"- {note}");
        text.AppendLine().AppendLine("Commands:").AppendLine();
        foreach (var (contender, _) in results)
            text.AppendLine(CultureInfo.InvariantCulture, $"- {contender.Name}: `{contender.Shown}`");
        Save(options, name, text.ToString());
    }

    /// <summary>The line that says when and how.</summary>
    public static string Taken(BenchOptions options) =>
        $"- Taken {TimeProvider.System.GetUtcNow():yyyy-MM-dd} by `dotnet run --project bench -c Release -- {options.What} --runs {options.Runs}`: "
        + $"{options.Runs} rounds in turn, each beginning with another contender";

    public static void Save(BenchOptions options, string name, string text)
    {
        Console.WriteLine(text);
        if (!options.Report)
            return;
        var folder = Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(Here())!, "results"));
        File.WriteAllText(Path.Combine(folder.FullName, name + ".md"), text);
    }

    private static string Here([CallerFilePath] string path = "") => path;
}
