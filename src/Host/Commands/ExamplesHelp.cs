using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Ferry.Host.Commands;

/// <summary>The help of a command, followed by examples.</summary>
/// <param name="help">Prints the help itself.</param>
internal sealed class ExamplesHelp(HelpAction help) : SynchronousCommandLineAction
{
    private static readonly Dictionary<string, (string Line, string What)[]> Examples = new(StringComparer.Ordinal)
    {
        ["get"] =
        [
            ("ferry get https://example.com/big.iso", "into the current directory; the same command goes on after Ctrl-C"),
            ("ferry get https://example.com/big.iso -o disk.iso --sha256 9f86d0...0a08", "checked before it gets its name"),
            ("ferry get -d mirror -j 4 https://example.com/a.zip https://example.com/b.zip", "four at a time"),
            ("ferry get https://example.com/big.iso --limit-rate 2M --priority 900", "slowly, yet before the others"),
            ("ferry get https://example.com/private.zip -H 'Authorization: Bearer ...'", "with a header of your own"),
            ("ferry get https://example.com/big.iso --json | jq .", "for programs: one event per line"),
        ],
        ["put"] =
        [
            ("ferry put big.iso https://example.com/files --tus", "by tus; the same command goes on after Ctrl-C or kill -9"),
            ("ferry put big.iso https://example.com/files/big.iso", "one PUT, from the start again where it broke"),
            ("ferry put cat.jpg https://example.com/photos --multipart photo", "as a form with the file in the field 'photo'"),
            ("ferry put log.gz https://example.com/logs --method POST --idempotent", "a POST that may be sent again"),
            ("ferry put big.iso https://example.com/files --tus --limit-rate 2M --meta filetype=application/x-iso9660-image", "slowly, and told what it is"),
        ],
        ["request"] =
        [
            ("ferry request https://example.com/api/items", "GET, the body on standard output"),
            ("ferry request https://example.com/api/items -d '{\"name\":\"x\"}' --json", "POST JSON; the response with header and timing as JSON"),
            ("ferry request https://example.com/feed --stream", "as it comes, at the pace of the reader"),
            ("ferry request https://example.com/up -F 'photo=@cat.jpg;type=image/jpeg'", "a form with a file"),
            ("ferry request https://example.com/ -x socks5://localhost:1080 --http2", "through a proxy"),
        ],
        ["list"] =
        [
            ("ferry list", "every download and upload this user's ferry knows"),
            ("ferry list --data-dir ./state --json", "of one data directory, for programs"),
        ],
        ["cancel"] = [("ferry cancel abcd2345efgh6712", "end it and remove what it fetched, or what the server has of it; ids are shown by ferry list")],
        ["remove"] = [("ferry remove abcd2345efgh6712", "forget a transfer that has ended; its file stays")],
        ["demo"] = [("ferry demo", "kill -9 in the middle of a download, on this machine, without a network")],
        ["ferry"] =
        [
            ("ferry get https://example.com/big.iso", "download, or go on with a download"),
            ("ferry put big.iso https://example.com/files --tus", "upload, or go on with an upload"),
            ("ferry demo", "see it survive kill -9"),
            ("ferry get --help", "all options of a download"),
        ],
    };

    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        var code = help.Invoke(parseResult);
        var command = parseResult.CommandResult.Command;
        if (!Examples.TryGetValue(command is RootCommand ? "ferry" : command.Name, out var examples))
            return code;
        var output = parseResult.InvocationConfiguration.Output;
        output.WriteLine("Examples:");
        foreach (var (line, what) in examples)
        {
            output.WriteLine($"  {line}");
            output.WriteLine($"      {what}");
        }
        output.WriteLine();
        if (command.Name == "request")
            output.WriteLine("Exit codes: 0 any answer, also 404; 1 an error, 2 wrong usage, 130 interrupted.");
        else if (command is RootCommand or { Name: "get" or "put" })
            output.WriteLine("Exit codes: 0 done, 1 a transfer failed, 2 wrong usage, 130 interrupted (run it again to go on).");
        return code;
    }
}
