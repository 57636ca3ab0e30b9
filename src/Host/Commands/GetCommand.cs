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

    private readonly Option<int?> _parallel = OptionParsers.Number("--parallel", ["-j"], "Downloads at a time.", "a whole number from 1 to 1000");

    private readonly Option<bool> _force = new("--force") { Description = "Replace a file that exists, once the new one is whole." };

    private readonly Option<bool> _autoRename = new("--auto-rename") { Description = "Save under a free name, such as 'file (1).iso', where the file exists." };

    private readonly Option<string?> _sha256 = new("--sha256")
    {
        Description = "Compute the SHA-256; with a value, fail unless the file has it.",
        HelpName = "HEX",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly TransferOptions _shared = new(
        "1 to 1000, larger is more urgent. Default: 1. Given once it holds for all URLs, else once for each in their order.",
        "The most bytes a second for each download, such as 512K or 2M.",
        "What a download survives: power loss (default), or only the end of the process, without flushing.");

    /// <summary>The command with its options.</summary>
    /// <param name="run">Carries out what was asked for; answers the exit code.</param>
    /// <param name="isNamed">Whether the command line names it; otherwise it needs no options.</param>
    public static Command Create(Func<GetArguments, Task<int>> run, bool isNamed)
    {
        var command = new Command("get", "Download files. Run again after a crash or Ctrl-C, it goes on where it stopped.");
        if (!isNamed)
            return command;
        var get = new GetCommand();
        command.Add(get._urls);
        foreach (var option in get.Options())
            command.Add(option);
        command.SetAction((parse, _) => run(get.Bind(parse)));
        return command;
    }

    private IEnumerable<Option> Options() =>
        [_output, _directory, _remoteName, .. _shared.Sending, _parallel, _force, _autoRename, _sha256, .. _shared.Running];

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
        return _shared.Fill(
            new GetArguments
            {
                Urls = urls,
                Output = parse.GetValue(_output),
                Directory = parse.GetValue(_directory),
                RemoteName = parse.GetValue(_remoteName),
                Parallel = parse.GetValue(_parallel),
                IfExists = force ? ExistingTarget.Replace : rename ? ExistingTarget.Rename : ExistingTarget.Fail,
                Sha256 = parse.GetResult(_sha256) is not null,
                ExpectedSha256 = sha256,
            },
            parse);
    }
}
