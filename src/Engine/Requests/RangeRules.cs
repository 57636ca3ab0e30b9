using Ferry.Engine.Errors;

namespace Ferry.Engine.Requests;

/// <summary>The options resumeFrom and resumeTo.</summary>
internal static class RangeRules
{
    /// <summary>
    /// Checks both; answers the options with what takes effect. Numbers outside 1 to <see cref="EnginePolicy.MaxResume"/> do not, and that is a
    /// warning, not a problem.
    /// </summary>
    public static RequestOptions Check(TransferRequest request, EnginePolicy policy, List<TransferError> problems, List<string> warnings)
    {
        var options = request.Options;
        if (options is { ResumeFrom: null, ResumeTo: null })
            return options;
        if (!options.Method.Equals("GET", StringComparison.OrdinalIgnoreCase))
            problems.Add(RequestValidation.Problem($"{Named(options)} can only be used with GET, not with {options.Method}: leave it out."));
        if (request.Destination is FileDestination)
        {
            problems.Add(RequestValidation.Problem(
                $"{Named(options)} cannot be used in a download to a file, which finds out itself where to go on: leave it out."));
        }
        var (from, to) = (Effective("resumeFrom", options.ResumeFrom, policy, warnings), Effective("resumeTo", options.ResumeTo, policy, warnings));
        if (to < from)
            problems.Add(RequestValidation.Problem($"resumeTo is {to}; it must be {from}, which is resumeFrom, or more."));
        return options with { ResumeFrom = from, ResumeTo = to };
    }

    private static string Named(RequestOptions options) => options switch
    {
        { ResumeFrom: { } from, ResumeTo: { } to } => $"resumeFrom {from} and resumeTo {to}",
        { ResumeFrom: { } from } => $"resumeFrom {from}",
        _ => $"resumeTo {options.ResumeTo}",
    };

    private static long? Effective(string name, long? value, EnginePolicy policy, List<string> warnings)
    {
        if (value is null || (value >= 1 && value <= policy.MaxResume))
            return value;
        warnings.Add($"{name} is {value}, outside 1 to {policy.MaxResume}: it does not take effect.");
        return null;
    }
}
