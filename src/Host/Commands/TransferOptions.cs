using System.CommandLine;
using Ferry.Engine.Requests;

namespace Ferry.Host.Commands;

/// <summary>The options that <c>ferry get</c> and <c>ferry put</c> have in common, and how they are read.</summary>
/// <param name="priority">What --priority says of itself.</param>
/// <param name="limitRate">What --limit-rate says of itself.</param>
/// <param name="durability">What --durability says of itself.</param>
internal sealed class TransferOptions(string priority, string limitRate, string durability)
{
    private readonly Option<int[]?> _priority = OptionParsers.Numbers("--priority", ["-p"], priority, "a whole number from 1 to 1000");
    private readonly Option<HeaderField[]?> _headers = OptionParsers.Headers("--header", "-H", "A header field to send; may be given again.");
    private readonly Option<long?> _limitRate = OptionParsers.Bytes("--limit-rate", limitRate);

    private readonly Option<int?> _retries = OptionParsers.Number(
        "--retries", [], "How often to try again without any progress in between. Default: 8.", "a whole number from 0 to 1000");

    private readonly Option<Durability?> _durability = OptionParsers.Choice(
        "--durability", durability, ("power", Durability.Power), ("process", Durability.Process));

    private readonly Option<string?> _dataDirectory = SharedOptions.DataDirectory();
    private readonly Option<bool> _json = SharedOptions.Json("Print one JSON object per event and line.");
    private readonly Option<bool> _quiet = new("--quiet", "-q") { Description = "Print nothing but errors." };

    /// <summary>What is sent, and how fast, in the order the help shows them.</summary>
    public IReadOnlyList<Option> Sending => [_priority, _headers, _limitRate, _retries];

    /// <summary>Where the journal is, and what is printed.</summary>
    public IReadOnlyList<Option> Running => [_durability, _dataDirectory, _json, _quiet];

    /// <summary>Fills in what was given.</summary>
    /// <typeparam name="T">The command's arguments.</typeparam>
    /// <param name="arguments">What the command reads itself.</param>
    /// <param name="parse">The command line.</param>
    public T Fill<T>(T arguments, ParseResult parse)
        where T : TransferArguments => (T)(arguments with
        {
            Priorities = parse.GetValue(_priority) ?? [],
            Headers = parse.GetValue(_headers) ?? [],
            LimitRate = parse.GetValue(_limitRate) ?? 0,
            Retries = parse.GetValue(_retries),
            Durability = parse.GetValue(_durability) ?? Durability.Power,
            DataDirectory = parse.GetValue(_dataDirectory),
            Json = parse.GetValue(_json),
            Quiet = parse.GetValue(_quiet),
            Verbose = parse.GetValue(SharedOptions.Verbose),
        });
}
