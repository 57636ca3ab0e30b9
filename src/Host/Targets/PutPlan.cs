using Ferry.Engine.Errors;
using Ferry.Engine.Requests;
using Ferry.Engine.Uploads;
using Ferry.Host.Commands;

namespace Ferry.Host.Targets;

/// <summary>What <c>ferry put</c> will do.</summary>
internal static class PutPlan
{
    private const string BytesType = "application/octet-stream";

    /// <summary>Checks the arguments and makes the plan.</summary>
    /// <param name="arguments">The arguments.</param>
    /// <param name="stateRoot">See <see cref="StateDirectories.Root"/>; asked for only where no data directory is given.</param>
    /// <exception cref="CommandException">The arguments are wrong; every problem is told.</exception>
    public static TransferPlan Make(PutArguments arguments, Func<string> stateRoot)
    {
        // 1. What only the command line can get wrong.
        var problems = new List<Complaint>();
        CheckCombinations(arguments, problems);
        if (arguments.File.Length > 0 && SourceFiles.Problem(arguments.File) is { } unreadable)
            problems.Add(Complaint.Of(unreadable));

        // 2. The request as the engine will see it.
        var result = RequestValidation.Validate(Request(arguments), () => TransferId.Parse("x"));
        problems.AddRange(result.Problems.Select(Complaint.Of));
        if (problems.Count > 0)
            throw new CommandException(ExitCode.Usage, [.. problems.Distinct()]);
        var request = result.Request!.Source with { Id = IdOf(arguments, result.Request) };
        return new TransferPlan([request], StateDirectories.For(arguments, stateRoot, [request.Id])) { Anew = arguments.Force };
    }

    private static TransferRequest Request(PutArguments arguments)
    {
        var file = arguments.File.Length > 0 ? Path.GetFullPath(arguments.File) : "";
        var options = arguments.Options() with
        {
            Method = arguments.Tus ? "POST" : arguments.Method ?? (arguments.Multipart is not null ? "POST" : "PUT"),
            Idempotent = arguments.Idempotent,
        };
        return new TransferRequest
        {
            Url = arguments.Url,
            Destination = new MemoryDestination(),
            Options = arguments.Multipart is { } field
                ? options with { MultiFormData = [new FormPart(field, BytesType) { FilePath = file }] }
                : options with { ExtraData = new FileData(file) },
            // Of two ways at once the complaint was made already.
            Upload = arguments is { Tus: true, Multipart: null } ? Tus(arguments, file) : new UploadOptions(),
        };
    }

    private static UploadOptions Tus(PutArguments arguments, string file)
    {
        var named = arguments.Metadata.Any(m => m.Key == "filename");
        return new UploadOptions
        {
            Protocol = UploadProtocol.Tus,
            ChunkBytes = arguments.ChunkSize ?? UploadOptions.DefaultChunkBytes,
            Checksum = !arguments.NoChecksum,
            Metadata = named ? arguments.Metadata : [new UploadMetadata("filename", Path.GetFileName(file)), .. arguments.Metadata],
        };
    }

    // The same file to the same URL in the same way is the same upload, whatever else is asked: a rerun finds its own.
    private static string IdOf(PutArguments arguments, ValidatedRequest request) => ShortHash.Of(
        "put", Path.GetFullPath(arguments.File), request.Source.Url,
        arguments.Tus ? "tus" : $"{request.Options.Method} {arguments.Multipart}".TrimEnd());

    private static void CheckCombinations(PutArguments arguments, List<Complaint> problems)
    {
        if (arguments.File.Length == 0)
            problems.Add(Complaint.Usage("The file's name is empty: name a file, as in: ferry put big.iso https://example.com/files/big.iso."));
        if (arguments is { Tus: true, Multipart: not null })
            problems.Add(Complaint.Usage("--tus and --multipart are two ways to send a file; give one of them."));
        if (arguments is { Tus: true, Method: not null })
            problems.Add(Complaint.Usage("--tus has methods of its own; leave --method out."));
        if (arguments.Tus)
            return;
        if (arguments.ChunkSize is not null)
            problems.Add(Complaint.Usage("--chunk-size is for --tus; anything else is sent in one piece."));
        if (arguments.NoChecksum)
            problems.Add(Complaint.Usage("--no-checksum is for --tus; nothing else has checksums."));
        if (arguments.Metadata.Count > 0)
            problems.Add(Complaint.Usage("--meta is for --tus; use -H to tell the server something in a header."));
    }
}
