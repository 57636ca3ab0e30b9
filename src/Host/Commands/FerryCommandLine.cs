using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using Ferry.Engine.Errors;
using Ferry.Host.Telemetry;

namespace Ferry.Host.Commands;

/// <summary>What each command does, once its arguments are read; answers the exit code.</summary>
/// <param name="Get"><c>ferry get</c>.</param>
/// <param name="Put"><c>ferry put</c>.</param>
/// <param name="Request"><c>ferry request</c>.</param>
/// <param name="List"><c>ferry list</c>.</param>
/// <param name="Cancel"><c>ferry cancel</c>.</param>
/// <param name="Remove"><c>ferry remove</c>.</param>
/// <param name="Demo"><c>ferry demo</c>.</param>
internal sealed record CommandActions(
    Func<GetArguments, Task<int>> Get,
    Func<PutArguments, Task<int>> Put,
    Func<RequestArguments, Task<int>> Request,
    Func<JournalArguments, Task<int>> List,
    Func<JournalArguments, Task<int>> Cancel,
    Func<JournalArguments, Task<int>> Remove,
    Func<Task<int>> Demo);

/// <summary>The command line as a whole: parses, runs, and turns what went wrong into one sentence and an exit code.</summary>
internal static class FerryCommandLine
{
    /// <summary>Runs a command line.</summary>
    /// <param name="args">The arguments.</param>
    /// <param name="terminal">Where to print.</param>
    /// <param name="commands">What the commands do.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] args, Terminal terminal, CommandActions commands)
    {
        var parse = Create(commands, args).Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parse.Errors.Count > 0)
            return Complain(terminal, ExitCode.Usage, parse.Errors.Select(e => Complaint.Usage(Sentence(e))), parse);
        try
        {
            using var export = parse.GetValue(SharedOptions.Otlp) is { } collector ? OtlpExport.Start(collector) : null;
            return await parse.InvokeAsync(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
                Output = terminal.Out,
                Error = terminal.Error,
            });
        }
        catch (CommandException exception)
        {
            var code = Complain(terminal, exception.ExitCode, exception.Complaints, parse);
            if (parse.GetValue(SharedOptions.Verbose) && exception.InnerException is { } cause)
                terminal.Complain(cause);
            return code;
        }
        catch (Exception exception)
        {
            var verbose = parse.GetValue(SharedOptions.Verbose);
            var hint = verbose ? "" : " (--verbose shows where)";
            terminal.Complain(new Complaint(ErrorCode.Unknown, Sentence(exception.Message) + hint));
            if (verbose)
                terminal.Complain(exception);
            return ExitCode.Failed;
        }
    }

    // A command that is not named cannot be run, so that its options need not be made: that would be part of the start of every other one.
    private static RootCommand Create(CommandActions commands, string[] args)
    {
        var root = new RootCommand("Ferry downloads and uploads files and survives kill -9, lost connections and changed files.")
        {
            GetCommand.Create(commands.Get, args.Contains("get")),
            PutCommand.Create(commands.Put, args.Contains("put")),
            RequestCommand.Create(commands.Request, args.Contains("request")),
            JournalCommands.List(commands.List),
            JournalCommands.Cancel(commands.Cancel),
            JournalCommands.Remove(commands.Remove),
            DemoCommand.Create(commands.Demo),
            SharedOptions.Verbose,
            SharedOptions.Otlp,
        };
        root.SetAction(int (_) => throw CommandException.Usage("Name a command: get, put, request, list, cancel, remove or demo."));
        foreach (var option in root.Options)
        {
            if (option is HelpOption { Action: HelpAction help })
                option.Action = new ExamplesHelp(help);
        }
        return root;
    }

    private static int Complain(Terminal terminal, int code, IEnumerable<Complaint> complaints, ParseResult parse)
    {
        foreach (var complaint in complaints.Distinct())
            terminal.Complain(complaint);
        if (code == ExitCode.Usage)
        {
            var command = parse.CommandResult.Command;
            terminal.Complain(command is RootCommand ? "Try: ferry --help" : $"Try: ferry {command.Name} --help");
        }
        return code;
    }

    // The parser says that an argument is missing, and not which.
    private static string Sentence(ParseError error) => error.SymbolResult is ArgumentResult { Tokens.Count: 0, Argument.Name: var name, Parent: CommandResult command }
        ? $"{name} is missing: write {Usage(command.Command)}."
        : Sentence(error.Message);

    private static string Usage(Command command) => string.Join(' ', ["ferry", command.Name, .. command.Arguments.Select(a => a.Name)]);

    private static string Sentence(string message)
    {
        var line = message.ReplaceLineEndings(" ").Trim();
        return line.EndsWith('.') ? line : line + ".";
    }
}
