using Ferry.Engine.Errors;

namespace Ferry.Host.Commands;

/// <summary>One thing that is wrong, as the program tells it on standard error.</summary>
/// <param name="Code">The code of spec/requests.md section 6.</param>
/// <param name="Message">One sentence.</param>
internal sealed record Complaint(ErrorCode Code, string Message)
{
    /// <summary>Takes over what the engine found, in the words of the command line.</summary>
    public static Complaint Of(TransferError error) => new(error.Code, FlagNames.In(error.Message));

    /// <summary>A parameter that cannot be used.</summary>
    public static Complaint Usage(string message) => new(ErrorCode.ParameterError, message);

    /// <inheritdoc/>
    public override string ToString() => $"ferry: {Message} [{(int)Code}]";
}

/// <summary>Ends a command with complaints and an exit code.</summary>
/// <param name="exitCode">The exit code.</param>
/// <param name="complaints">What is wrong; one or more.</param>
/// <param name="inner">What caused it, where an exception did.</param>
internal sealed class CommandException(int exitCode, IReadOnlyList<Complaint> complaints, Exception? inner = null)
    : Exception(complaints[0].Message, inner)
{
    /// <summary>The exit code.</summary>
    public int ExitCode { get; } = exitCode;

    /// <summary>What is wrong.</summary>
    public IReadOnlyList<Complaint> Complaints { get; } = complaints;

    /// <summary>Wrong usage.</summary>
    public static CommandException Usage(string message) => new(Commands.ExitCode.Usage, [Complaint.Usage(message)]);

    /// <summary>Something that could not be done.</summary>
    public static CommandException Failed(ErrorCode code, string message, Exception? inner = null) =>
        new(Commands.ExitCode.Failed, [new Complaint(code, message)], inner);
}
