using System.CommandLine;
using Ferry.Engine.Requests;

namespace Ferry.Host.Commands;

/// <summary><c>ferry get</c>: downloads to files, and goes on where an earlier run stopped.</summary>
internal sealed class GetCommand
{
    private readonly Argument<string[]> _urls = new("URL")
    {
        Description = "What to download: http or https.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string?> _output = new("--output", "-o") { Description = "Save the one URL as this file.", HelpName = "FILE" };

    private readonly Option<string?> _directory = new("--dir", "-d")
    {
        Description = "Save into this directory, under the names the URLs end in. Default: the current one.",
        HelpName = "DIR",
    };

    private readonly Option<bool> _remoteName = new("--remote-name", "-J")
    {
        Description = "Save under the name the server gives, if it gives a safe one, into the directory of -d.",
    };

    private readonly Option<int[]?> _priority = OptionParsers.Numbers(
        "--priority", ["-p"], "1 to 1000, larger is more urgent. Default: 1. Given once it holds for all URLs, else once for each in their order.",
        "a whole number from 1 to 1000");

    private readonly Option<HeaderField[]?> _headers = OptionParsers.Headers("--header", "-H", "A header field to send; may be given again.");

    private readonly Option<long?> _limitRate = OptionParsers.Bytes("--limit-rate", "The most bytes a second for each download, such as 512K or 2M.");

    private readonly Option<int?> _parallel = OptionParsers.Number("--parallel", ["-j"], "Downloads at a time.", "a whole number from 1 to 1000");

    private readonly Option<int?> _retries = OptionParsers.Number(
        "--retries", [], "How often to try again without any progress in between. Default: 8.", "a whole number from 0 to 1000");

    private readonly Option<bool> _force = new("--force") { Description = "Replace a file that exists, once the new one is whole." };

    private readonly Option<bool> _autoRename = new("--auto-rename") { Description = "Save under a free name, such as 'file (1).iso', where the file exists." };

    private readonly Option<string?> _sha256 = new("--sha256")
    {
        Description = "Compute the SHA-256; with a value, fail unless the file has it.",
        HelpName = "HEX",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<Durability?> _durability = OptionParsers.Choice(
        "--durability", "What a download survives: power loss (default), or only the end of the process, without flushing.",
        ("power", Durability.Power), ("process", Durability.Process));

    private readonly Option<string?> _dataDirectory = SharedOptions.DataDirectory();
    private readonly Option<bool> _json = SharedOptions.Json("Print one JSON object per event and line.");
    private readonly Option<bool> _quiet = new("--quiet", "-q") { Description = "Print nothing but errors." };

    /// <summary>The command with its options.</summary>
    /// <param name="run">Carries out what was asked for; answers the exit code.</param>
    public static Command Create(Func<GetArguments, Task<int>> run)
    {
        var get = new GetCommand();
        var command = new Command("get", "Download files. Run again after a crash or Ctrl-C, it goes on where it stopped.")
        {
            get._urls, get._output, get._directory, get._remoteName, get._priority, get._headers, get._limitRate, get._parallel, get._retries,
            get._force, get._autoRename, get._sha256, get._durability, get._dataDirectory, get._json, get._quiet,
        };
        command.SetAction((parse, _) => run(get.Bind(parse)));
        return command;
    }

    private GetArguments Bind(ParseResult parse)
    {
        var urls = parse.GetValue(_urls) ?? [];
        var sha256 = parse.GetValue(_sha256);
        // The value is optional, so a URL right after --sha256 is taken for it.
        if (sha256 is not null && sha256.Contains("://", StringComparison.Ordinal))
            (urls, sha256) = ([sha256, .. urls], null);
        if (urls.FirstOrDefault(u => u.StartsWith('-')) is { } unknown)
            throw CommandException.Usage($"There is no option '{unknown}'.");
        var (force, rename) = (parse.GetValue(_force), parse.GetValue(_autoRename));
        if (force && rename)
            throw CommandException.Usage("--force replaces a file that exists, --auto-rename leaves it; give one of them.");
        return new GetArguments
        {
            Urls = urls,
            Output = parse.GetValue(_output),
            Directory = parse.GetValue(_directory),
            RemoteName = parse.GetValue(_remoteName),
            Priorities = parse.GetValue(_priority) ?? [],
            Headers = parse.GetValue(_headers) ?? [],
            LimitRate = parse.GetValue(_limitRate) ?? 0,
            Parallel = parse.GetValue(_parallel),
            Retries = parse.GetValue(_retries),
            IfExists = force ? ExistingTarget.Replace : rename ? ExistingTarget.Rename : ExistingTarget.Fail,
            Sha256 = parse.GetResult(_sha256) is not null,
            ExpectedSha256 = sha256,
            Durability = parse.GetValue(_durability) ?? Durability.Power,
            DataDirectory = parse.GetValue(_dataDirectory),
            Json = parse.GetValue(_json),
            Quiet = parse.GetValue(_quiet),
            Verbose = parse.GetValue(SharedOptions.Verbose),
        };
    }
}
