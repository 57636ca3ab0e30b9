using System.Globalization;

namespace Ferry.Bench;

/// <summary>What to measure.</summary>
internal sealed record BenchOptions
{
    public required string What { get; init; }

    public int Runs { get; init; } = 5;

    public int SizeMib { get; init; } = 1024;

    public int Files { get; init; } = 2000;

    /// <summary>Where files are made and written; on the disk that is meant.</summary>
    public string Place { get; init; } = Path.GetTempPath();

    /// <summary>The program under test, as it is built and shipped.</summary>
    public string Ferry { get; init; } = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "Host", "release", "ferry"));

    public bool Report { get; init; } = true;

    public static BenchOptions Parse(string[] args)
    {
        var options = new BenchOptions { What = args[0] };
        for (var i = 1; i < args.Length; i++)
        {
            string Value() => ++i < args.Length ? args[i] : throw new ArgumentException($"{args[i - 1]} needs a value.");
            options = args[i] switch
            {
                "--runs" => options with { Runs = Number(args[i], Value()) },
                "--size-mib" => options with { SizeMib = Number(args[i], Value()) },
                "--files" => options with { Files = Number(args[i], Value()) },
                "--place" => options with { Place = Path.GetFullPath(Value()) },
                "--ferry" => options with { Ferry = Path.GetFullPath(Value()) },
                "--no-report" => options with { Report = false },
                var other => throw new ArgumentException($"There is no option '{other}'."),
            };
        }
        return options;
    }

    private static int Number(string option, string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
        ? number
        : throw new ArgumentException($"{option} {text}: give a whole number from 1.");
}
