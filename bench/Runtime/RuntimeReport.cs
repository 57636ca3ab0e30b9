using System.Globalization;
using System.Text;

namespace Ferry.Bench.Runtime;

/// <summary>The table of the runtime's benchmark.</summary>
internal sealed class RuntimeReport(BenchOptions options)
{
    private const string Guide = "Akka.NET 1.5.27, another 2-core machine, guide";

    private readonly StringBuilder _rows = new();
    private readonly string _load = Load();

    /// <summary>A row of things done in a second; the ratio is to another series' rate, or to a rate of the guide.</summary>
    public void Rate(string name, Series seconds, int count, string things, string guide, double guideRate, string expected) =>
        Row(name, Rate(seconds, count, things), (count / seconds.Median / guideRate).ToString("0.0", CultureInfo.InvariantCulture) + " of the guide", expected, guide);

    public void Rate(
        string name, Series seconds, int count, string things, string guide = "", Series? against = null, double factor = 1, string expected = "") =>
        Row(name, Rate(seconds, count, things), Ratio(against is null ? null : against.Median / seconds.Median * factor), expected, guide);

    public void Time(string name, Series seconds, string guide = "", Series? against = null, string expected = "") => Row(
        name,
        string.Create(CultureInfo.InvariantCulture, $"{seconds.Median:0.000} s | {seconds.Min:0.000}-{seconds.Max:0.000}"),
        Ratio(against is null ? null : seconds.Median / against.Median), expected, guide);

    public void Bytes(string name, Series bytes, string guide) => Row(
        name, string.Create(CultureInfo.InvariantCulture, $"{bytes.Median / 1e6:0.0} MB | {bytes.Min / 1e6:0.0}-{bytes.Max / 1e6:0.0}"), "", "", guide);

    public void Save()
    {
        var text = new StringBuilder();
        text.AppendLine("# The actor runtime").AppendLine();
        foreach (var line in Machine.Describe(options.Place))
            text.AppendLine(line);
        text.AppendLine(CultureInfo.InvariantCulture, $"- Load of the machine, mean of a minute: {_load} before, {Load()} after");
        text.AppendLine(CultureInfo.InvariantCulture, $"- Runtime: {Runtime}");
        text.AppendLine(Report.Taken(options)).AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"| | median | min-max | ratio | expected | {Guide} |");
        text.AppendLine("|---|---:|---:|---:|---:|---:|");
        text.Append(_rows).AppendLine();
        foreach (var note in Notes)
            text.AppendLine(CultureInfo.InvariantCulture, $"- {note}");
        Report.Save(options, "runtime", text.ToString());
    }

    private static string Runtime
    {
        get
        {
            var name = typeof(Akka.Actor.ActorSystem).Assembly.GetName();
            return $"{name.Name} {name.Version}";
        }
    }

    private static string[] Notes =>
    [
        "A ratio is to the bare loop below the row, of the same run: rate to rate, or time to time. The ratio of a priority mailbox is to the guide's figure, "
            + "and so says something of two machines.",
        "The guide's figures were taken on another machine with other programs: they tell the order of magnitude.",
        "Everything runs inside one process that one unmeasured round has warmed up; before each measurement the garbage is collected and `sync` run.",
        "The bare messaging loop: each end of a pair a ConcurrentQueue that queues itself to the thread pool and handles up to 30 messages there. Channel readers: each "
            + "end a task that reads an unbounded channel.",
        "Memory is the managed heap after a full collection, while all actors live, above that before they were created.",
        "The mailboxes are filled while their actor waits; priorities 1 to 1000 at random.",
        "Events are of 100 bytes. All commands are sent at the start; an actor writes one event after the other. The bare loop inserts the same rows into "
            + "the same table on one connection, WAL, `synchronous = FULL`.",
        "Recovery and bare reading begin with the file in the page cache and the journal open.",
    ];

    private static string Load() => File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";

    private static string Rate(Series seconds, int count, string things)
    {
        var (scale, unit) = count / seconds.Median >= 100_000 ? (1e6, "M ") : (1.0, "");
        var format = scale > 1 ? "0.00" : "0";
        string Text(double value) => (count / value / scale).ToString(format, CultureInfo.InvariantCulture);
        return $"{Text(seconds.Median)} {unit}{things}/s | {Text(seconds.Max)}-{Text(seconds.Min)}";
    }

    private static string Ratio(double? ratio) => ratio?.ToString("0.00", CultureInfo.InvariantCulture) ?? "";

    private void Row(string name, string figures, string ratio, string expected, string guide) =>
        _rows.AppendLine(CultureInfo.InvariantCulture, $"| {name} | {figures} | {ratio} | {expected} | {guide} |");
}
