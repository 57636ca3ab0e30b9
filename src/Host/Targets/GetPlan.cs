using Ferry.Engine.Errors;
using Ferry.Engine.Http;
using Ferry.Engine.Requests;
using Ferry.Host.Commands;

namespace Ferry.Host.Targets;

/// <summary>What <c>ferry get</c> will do.</summary>
internal static class GetPlan
{
    /// <summary>Checks the arguments and makes the plan.</summary>
    /// <param name="arguments">The arguments.</param>
    /// <param name="stateRoot">See <see cref="StateDirectories.Root"/>; asked for only where no data directory is given.</param>
    /// <exception cref="CommandException">The arguments are wrong; every problem is told.</exception>
    public static TransferPlan Make(GetArguments arguments, Func<string> stateRoot)
    {
        // 1. What only the command line can get wrong.
        var problems = new List<Complaint>();
        CheckCombinations(arguments, problems);

        // 2. Each request as the engine will see it.
        var requests = new List<TransferRequest>();
        foreach (var (place, url) in arguments.Urls.Index())
        {
            var result = RequestValidation.Validate(Request(arguments, url, place), () => TransferId.Parse("x"));
            problems.AddRange(result.Problems.Select(Complaint.Of));
            if (result.Request is { } good)
                requests.Add(good.Source with { Id = IdOf(good) });
        }

        // 3. Requests that would meet in one file.
        CheckTargets(requests, problems);
        if (problems.Count > 0)
            throw new CommandException(ExitCode.Usage, [.. problems.Distinct()]);
        return new TransferPlan(requests, StateDirectories.For(arguments, stateRoot, [.. requests.Select(r => r.Id!)]));
    }

    private static TransferRequest Request(GetArguments arguments, string url, int place) => new()
    {
        Url = url,
        Options = arguments.Options(place),
        Destination = new FileDestination(arguments.Output ?? Path.Combine(arguments.Directory ?? ".", arguments.RemoteName ? "" : SafeFileName.OfUrl(url)))
        {
            NameFromAnswer = arguments.RemoteName,
            IfExists = arguments.IfExists,
            Durability = arguments.Durability,
            ComputeSha256 = arguments.Sha256,
            ExpectedSha256 = arguments.ExpectedSha256?.ToLowerInvariant(),
        },
    };

    // The same URL to the same file is the same transfer, whatever else is asked: a rerun finds its own.
    private static string IdOf(ValidatedRequest request) =>
        ShortHash.Of(request.Source.Url, ((FileDestination)request.Destination).Path);

    private static void CheckCombinations(GetArguments arguments, List<Complaint> problems)
    {
        if (arguments.Urls.Count == 0)
            problems.Add(Complaint.Usage("Name at least one URL, as in: ferry get https://example.com/file.iso."));
        if (arguments.Output is "-")
            problems.Add(Complaint.Usage("-o names a file: what went to standard output cannot go on after a crash. Use 'ferry request' for that, or ./- for a file of this name."));
        if (arguments is { Output: not null, Directory: not null })
            problems.Add(Complaint.Usage("-o names the file and -d the directory; give one of them."));
        if (arguments is { Output: not null, RemoteName: true })
            problems.Add(Complaint.Usage("-o names the file, and -J leaves its name to the server; give one of them."));
        if (arguments is { Output: not null, Urls.Count: > 1 })
            problems.Add(Complaint.Usage($"-o names one file, but there are {arguments.Urls.Count} URLs; use -d for a directory."));
        if (arguments is { ExpectedSha256: not null, Urls.Count: > 1 })
            problems.Add(Complaint.Usage($"--sha256 with a value checks one file, but there are {arguments.Urls.Count} URLs; give no value to compute each."));
        if (arguments.Priorities.Count > 1 && arguments.Priorities.Count != arguments.Urls.Count)
            problems.Add(Complaint.Usage($"--priority is given {arguments.Priorities.Count} times for {arguments.Urls.Count} URLs; give it once, or once for each."));
        if (arguments.Output is { Length: > 0 } output && System.IO.Directory.Exists(output))
            problems.Add(Complaint.Usage($"'{output}' is a directory; use -d to save into it."));
        if (arguments.Directory is { } directory && !System.IO.Directory.Exists(directory))
            problems.Add(Missing(directory));
        else if (Path.GetDirectoryName(arguments.Output) is { Length: > 0 } parent && !System.IO.Directory.Exists(parent))
            problems.Add(Missing(parent));
        if (arguments.Parallel is < 1 or > 1000)
            problems.Add(Complaint.Usage($"-j is {arguments.Parallel}; it must be from 1 to 1000."));
    }

    private static void CheckTargets(List<TransferRequest> requests, List<Complaint> problems)
    {
        foreach (var twins in requests.GroupBy(Meeting, StringComparer.Ordinal).Where(g => g.Count() > 1))
        {
            problems.Add(Complaint.Usage(twins.Select(r => r.Url).Distinct(StringComparer.Ordinal).Count() == 1
                ? $"'{UrlText.WithoutQuery(twins.First().Url)}' is given {twins.Count()} times; once is enough."
                : $"{twins.Count()} URLs would be saved as '{twins.Key}'; get them with -o or into different directories."));
        }
    }

    // Where the server names the file, only the same transfer meets itself.
    private static string Meeting(TransferRequest request) =>
        request.Destination is FileDestination { NameFromAnswer: false } file ? file.Path : request.Id!;

    private static Complaint Missing(string directory) =>
        new(ErrorCode.LocalWriteFailed, System.IO.File.Exists(directory)
            ? $"'{directory}' is a file, not a directory to save into."
            : $"The directory '{directory}' does not exist; make it first.");
}
