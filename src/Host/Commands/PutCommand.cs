using System.CommandLine;
using Ferry.Engine.Requests;

namespace Ferry.Host.Commands;

/// <summary><c>ferry put</c>: sends a file, and goes on where an earlier run stopped.</summary>
internal sealed class PutCommand
{
    private readonly Argument<string> _file = new("FILE") { Description = "The file to send." };
    private readonly Argument<string> _url = new("URL") { Description = "Where to send it: http or https. With --tus, where uploads are created." };
    private readonly Option<bool> _tus = new("--tus") { Description = "Send it by the tus protocol, which goes on where it stopped." };

    private readonly Option<string?> _multipart = new("--multipart")
    {
        Description = "Send it as this field of a multipart form.",
        HelpName = "NAME",
    };

    private readonly Option<PlainMethod?> _method = OptionParsers.Choice(
        "--method", "The method without --tus. Default: PUT, and POST with --multipart.", ("PUT", PlainMethod.Put), ("POST", PlainMethod.Post));

    private readonly Option<long?> _chunkSize = OptionParsers.Bytes(
        "--chunk-size", "With --tus: the most bytes of one request, and the most that is sent twice. Default: 8M; 0 sends all in one.");

    private readonly Option<bool> _noChecksum = new("--no-checksum") { Description = "With --tus: send no checksums, though the server would check them." };

    private readonly Option<UploadMetadata[]?> _meta = OptionParsers.Metadata(
        "--meta", "With --tus: what the server is told of the file; may be given again. Its name is told as filename.");

    private readonly Option<bool> _idempotent = new("--idempotent") { Description = "A POST may be sent again: the server can take the same file twice without harm." };
    private readonly Option<bool> _force = new("--force") { Description = "Drop what is known of this upload, and send the file from the start." };

    private readonly TransferOptions _shared = new(
        "1 to 1000, larger is more urgent. Default: 1.",
        "The most bytes a second, such as 512K or 2M.",
        "What the upload's journal survives: power loss (default), or only the end of the process, without flushing.");

    private enum PlainMethod
    {
        Put,
        Post,
    }

    /// <summary>The command with its options.</summary>
    /// <param name="run">Carries out what was asked for; answers the exit code.</param>
    /// <param name="isNamed">Whether the command line names it; otherwise it needs no options.</param>
    public static Command Create(Func<PutArguments, Task<int>> run, bool isNamed)
    {
        var command = new Command("put", "Upload a file. With --tus, run again after a crash or Ctrl-C, it goes on where it stopped.");
        if (!isNamed)
            return command;
        var put = new PutCommand();
        command.Add(put._file);
        command.Add(put._url);
        foreach (var option in put.Options())
            command.Add(option);
        command.SetAction((parse, _) => run(put.Bind(parse)));
        return command;
    }

    private IEnumerable<Option> Options() =>
        [_tus, _multipart, _method, .. _shared.Sending, _chunkSize, _noChecksum, _meta, _idempotent, _force, .. _shared.Running];

    private PutArguments Bind(ParseResult parse)
    {
        var (file, url) = (parse.GetValue(_file)!, parse.GetValue(_url)!);
        if (file == "-")
            throw CommandException.Usage("Standard input cannot be read again after a crash: save it to a file first, or send it with 'ferry request'.");
        if (new[] { file, url }.FirstOrDefault(a => a.StartsWith('-')) is { } unknown)
            throw CommandException.Usage($"There is no option '{unknown}'.");
        return _shared.Fill(
            new PutArguments
            {
                File = file,
                Url = url,
                Tus = parse.GetValue(_tus),
                Multipart = parse.GetValue(_multipart),
                Method = parse.GetValue(_method)?.ToString().ToUpperInvariant(),
                ChunkSize = parse.GetValue(_chunkSize),
                NoChecksum = parse.GetValue(_noChecksum),
                Metadata = parse.GetValue(_meta) ?? [],
                Idempotent = parse.GetValue(_idempotent),
                Force = parse.GetValue(_force),
            },
            parse);
    }
}
