using Ferry.Host.Commands;

namespace Ferry.Host.Tests.Commands;

/// <summary>Runs a command line without a process and without doing what it asks for.</summary>
internal sealed class CommandLineRun
{
    private CommandLineRun(int exitCode, string output, string error, GetArguments? get, RequestArguments? request, (string, JournalArguments)? journal) =>
        (ExitCode, Output, Error, Get, Request, Journal) = (exitCode, output, error, get, request, journal);

    public int ExitCode { get; }

    public string Output { get; }

    public string Error { get; }

    public GetArguments? Get { get; }

    public RequestArguments? Request { get; }

    public (string Command, JournalArguments Arguments)? Journal { get; }

    public static async Task<CommandLineRun> OfAsync(params string[] args)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        GetArguments? get = null;
        RequestArguments? request = null;
        (string, JournalArguments)? journal = null;
        Func<JournalArguments, Task<int>> Take(string name) => arguments =>
        {
            journal = (name, arguments);
            return Task.FromResult(0);
        };
        var commands = new CommandActions(
            arguments =>
            {
                get = arguments;
                return Task.FromResult(0);
            },
            arguments =>
            {
                request = arguments;
                return Task.FromResult(0);
            },
            Take("list"), Take("cancel"), Take("remove"), () => Task.FromResult(0));
        var code = await FerryCommandLine.RunAsync(args, new Terminal(output, error), commands);
        return new CommandLineRun(code, output.ToString(), error.ToString(), get, request, journal);
    }
}
