using System.Globalization;
using Ferry.Engine.Errors;

namespace Ferry.Engine.Requests;

/// <summary>What <see cref="RequestValidation.Validate"/> found: either a request to carry out or every problem, and warnings with both.</summary>
/// <param name="Request">The checked request, or null where there are problems.</param>
/// <param name="Problems">Every problem; empty where the request is good.</param>
/// <param name="Warnings">Options that do not take effect, and why.</param>
public sealed record ValidationResult(ValidatedRequest? Request, IReadOnlyList<TransferError> Problems, IReadOnlyList<string> Warnings);

/// <summary>Checks a request as written (spec/requests.md section 1) and reports every problem at once.</summary>
public static class RequestValidation
{
    /// <summary>The most bytes of a body held in memory; a larger limit is clamped to it.</summary>
    public const long MaxMemoryLimit = 100 * 1024 * 1024;

    /// <summary>Checks a request.</summary>
    /// <param name="request">The request as written.</param>
    /// <param name="makeId">Makes an id where the request has none.</param>
    /// <param name="policy">What the engine permits; null for <see cref="EnginePolicy.Open"/>.</param>
    public static ValidationResult Validate(TransferRequest request, Func<TransferId> makeId, EnginePolicy? policy = null)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(makeId);
        var permitted = policy ?? EnginePolicy.Open;
        var problems = new List<TransferError>();
        var warnings = new List<string>();
        CheckPresence(request, problems);
        if (problems.Count > 0)
            return new ValidationResult(null, problems, warnings);

        // 1. Each part is checked on its own, so that the caller sees every problem in one answer.
        var id = CheckId(request.Id, problems);
        var url = CheckUrl(request.Url, problems);
        request = request with { Options = UploadRules.Check(request, request.Options, problems, warnings) };
        CheckOptions(request.Options, problems, warnings);
        HeaderRules.Check(request, problems);
        BodyRules.Check(request.Options, problems, warnings);
        var options = RangeRules.Check(request, permitted, problems, warnings);
        options = ConnectionRules.Check(options, url, problems, warnings);
        var destination = CheckDestination(request, problems);
        if (url is not null)
            PolicyRules.Check(url, destination, permitted, problems);
        var asked = url is null ? null : WithQueryData(request, url, problems);

        // 2. Only a request without a problem is built.
        if (problems.Count > 0 || asked is null)
            return new ValidationResult(null, problems, warnings);
        var known = id ?? makeId();
        var source = request with
        {
            Id = known.Value,
            Destination = destination,
            Options = options with { MaxLimit = Math.Min(options.MaxLimit, MaxMemoryLimit), Method = options.Method.ToUpperInvariant() },
        };
        var good = new ValidatedRequest(source, known, asked) { HasQueryData = !ReferenceEquals(asked, url) };
        return new ValidationResult(good, problems, warnings);
    }

    /// <summary>
    /// A request that was accepted once and is not valid any more, to be shown and never carried out: what is missing or out of range is
    /// filled in, its <see cref="ValidatedRequest.Url"/> stands for none.
    /// </summary>
    /// <param name="request">The request as it is journaled.</param>
    /// <param name="id">Its id.</param>
    public static ValidatedRequest Unusable(TransferRequest request, TransferId id)
    {
        ArgumentNullException.ThrowIfNull(request);
        var options = request.Options ?? new RequestOptions();
        return new ValidatedRequest(
            request with
            {
                Id = id.Value,
                Url = request.Url ?? "",
                Destination = request.Destination ?? new MemoryDestination(),
                Options = options with { Priority = Math.Clamp(options.Priority, Priority.Min, Priority.Max) },
            },
            id,
            new Uri("http://invalid/"));
    }

    internal static TransferError Problem(string message, ErrorCode code = ErrorCode.ParameterError) =>
        new(code, ErrorStage.Validating, ErrorSide.Caller, message);

    // What the types say cannot be null comes so from callers without the checks, and from JSON.
    private static void CheckPresence(TransferRequest request, List<TransferError> problems)
    {
        if (request.Destination is null)
            problems.Add(Problem("The destination is missing."));
        if (request.Options is not { } options)
        {
            problems.Add(Problem("The options are missing."));
            return;
        }
        if (options.Method is null)
            problems.Add(Problem("The method is missing."));
        if (options.Headers is null || options.Headers.Any(h => h is null))
            problems.Add(Problem("The headers are missing, or one of them is."));
        if (options.SecretHeaders is null || options.SecretHeaders.Any(h => h is null))
            problems.Add(Problem("The names of secret headers are missing, or one of them is."));
        if (options.MultiFormData is null)
            problems.Add(Problem("multiFormDataList is missing: leave it empty for none."));
        if (options.UsingProxy is null)
            problems.Add(Problem("usingProxy is missing: name none, the system's or a server."));
        if (options.CertificatePinning is null)
            problems.Add(Problem("certificatePinning is missing: leave it empty for none."));
        if (options.DnsServers is null)
            problems.Add(Problem("dnsServers is missing: leave it empty for none."));
    }

    private static TransferId? CheckId(string? id, List<TransferError> problems)
    {
        if (id is null)
            return null;
        if (TransferId.IsValid(id))
            return TransferId.Parse(id);
        problems.Add(Problem($"The id '{id}' is not allowed: use 1 to {TransferId.MaxLength} letters, digits, '-' or '_'."));
        return null;
    }

    private static Uri? CheckUrl(string? url, List<TransferError> problems)
    {
        if (string.IsNullOrEmpty(url))
            return BadUrl("The URL is missing: write it with scheme and host, as in https://example.com/file.", problems);
        if (url.Any(char.IsControl))
            return BadUrl("The URL holds a line break, NUL or another control character: percent-encode it.", problems);
        var shown = UrlText.WithoutQuery(url);
        if (Uri.TryCreate(url, UriKind.Absolute, out var absolute) && url.Contains("://", StringComparison.Ordinal)
            && absolute.Scheme is not ("http" or "https"))
        {
            problems.Add(Problem($"The scheme '{absolute.Scheme}' is not supported: use http or https.", ErrorCode.UnsupportedProtocol));
            return null;
        }
        if (UrlText.TryParse(url) is not { } parsed)
            return BadUrl($"'{shown}' is not a URL: write it with scheme and host, as in https://example.com/file.", problems);
        // It would stand in lists, logs and error messages, and servers never see it (RFC 9110 section 4.2.4).
        return parsed.UserInfo.Length > 0
            ? BadUrl($"The URL '{shown}' holds a user name or password: send an Authorization header instead.", problems)
            : parsed;
    }

    // What the data adds may not be a URL either: it is checked as a whole, as it will be sent.
    private static Uri? WithQueryData(TransferRequest request, Uri url, List<TransferError> problems)
    {
        var options = request.Options;
        if (MethodRules.SendsBody(options.Method.ToUpperInvariant()) || options.ExtraData is null or TextData { Text: null } or JsonData { Json: null })
            return url;
        try
        {
            var query = QueryData.Of(options.ExtraData);
            if (query.Length == 0)
                return url;
            return UrlText.TryParse(QueryData.Append(request.Url, query))
                ?? BadUrl("extraData, appended to the URL, holds a line break, NUL or another control character: percent-encode it.", problems);
        }
        catch (FormatException e)
        {
            // That it is no JSON at all is told already.
            if (e.InnerException is not System.Text.Json.JsonException)
                problems.Add(Problem($"extraData cannot be appended to the URL of a {options.Method}: {e.Message}; give an object, or a text that is encoded."));
            return url;
        }
    }

    private static Uri? BadUrl(string message, List<TransferError> problems)
    {
        problems.Add(Problem(message, ErrorCode.BadUrl));
        return null;
    }

    private static void CheckOptions(RequestOptions options, List<TransferError> problems, List<string> warnings)
    {
        if (!MethodRules.All.Contains(options.Method, StringComparer.OrdinalIgnoreCase))
            problems.Add(Problem($"The method '{options.Method}' is not supported: use one of {string.Join(", ", MethodRules.All)}."));
        if (options.ExpectDataType is { } expected && !Enum.IsDefined(expected))
            problems.Add(Problem($"expectDataType is {(int)expected}; it must be 0 (string), 1 (object) or 2 (bytes)."));
        if (!Priority.IsValid(options.Priority))
            problems.Add(Problem($"The priority {options.Priority} is out of range: use a whole number from {Priority.Min} to {Priority.Max}."));
        CheckRange("maxRedirects", options.MaxRedirects, 0, 1000, problems);
        CheckRange("limitRate", options.LimitRate, 0, long.MaxValue, problems);
        CheckRange("maxLimit", options.MaxLimit, 1, long.MaxValue, problems);
        CheckTime("connectTimeout", options.ConnectTimeout, problems);
        CheckTime("readTimeout", options.ReadTimeout, problems);
        CheckTime("totalTimeout", options.TotalTimeout, problems);
        if (options.MaxLimit > MaxMemoryLimit)
            warnings.Add($"maxLimit {options.MaxLimit} is above {MaxMemoryLimit} bytes and is taken as that.");
        if (options.Retry is not { } retry)
            return;
        CheckRange("retry.maxRetries", retry.MaxRetries, 0, 1000, problems);
        CheckTime("retry.baseDelay", retry.BaseDelay, problems);
        CheckTime("retry.maxDelay", retry.MaxDelay, problems);
        CheckTime("retry.maxRetryAfter", retry.MaxRetryAfter, problems);
    }

    private static Destination CheckDestination(TransferRequest request, List<TransferError> problems)
    {
        if (request.Destination is not FileDestination file)
            return request.Destination;
        if (!request.Options.Method.Equals("GET", StringComparison.OrdinalIgnoreCase))
            problems.Add(Problem($"A download to a file uses GET, not {request.Options.Method}."));
        if (file.ExpectedSha256 is { } sha && (sha.Length != 64 || !sha.All(char.IsAsciiHexDigit)))
            problems.Add(Problem($"The SHA-256 '{sha}' is not 64 hexadecimal digits."));
        if (string.IsNullOrEmpty(file.Path) || file.Path.Contains('\0'))
        {
            problems.Add(Problem("The target path is empty or holds NUL: name a file."));
            return file;
        }
        if (!Enum.IsDefined(file.IfExists))
            problems.Add(Problem($"ifExists is {(int)file.IfExists}; it must be Fail, Replace or Rename."));
        if (!Enum.IsDefined(file.Durability))
            problems.Add(Problem($"durability is {(int)file.Durability}; it must be Power or Process."));
        var full = Path.GetFullPath(file.Path);
        if (file.NameFromAnswer)
            full = Path.TrimEndingDirectorySeparator(full);
        else if (Path.EndsInDirectorySeparator(full))
            problems.Add(Problem($"The target '{full}' is a directory: name a file in it."));
        return file with { Path = full, ExpectedSha256 = file.ExpectedSha256?.ToLowerInvariant() };
    }

    private static void CheckRange(string name, long value, long min, long max, List<TransferError> problems)
    {
        if (value < min || value > max)
            problems.Add(Problem(string.Create(CultureInfo.InvariantCulture, $"{name} is {value}; it must be from {min} to {max}.")));
    }

    private static void CheckTime(string name, TimeSpan value, List<TransferError> problems)
    {
        if (value < TimeSpan.Zero || value > TimeSpan.FromDays(24))
            problems.Add(Problem($"{name} is {value}; it must be from zero (no limit) to 24 days."));
    }
}
