using Ferry.Host.Commands;

namespace Ferry.Host.Tests.Commands;

/// <summary>Runs a command line without a process and without doing what it asks for.</summary>
internal sealed class CommandLineRun
{
    public int ExitCode { get; private set; }

    public string Output { get; private set; } = "";

    public string Error { get; private set; } = "";

    public GetArguments? Get { get; private set; }

    public PutArguments? Put { get; private set; }

    public RequestArguments? Request { get; private set; }

    public (string Command, JournalArguments Arguments)? Journal { get; private set; }

    public static async Task<CommandLineRun> OfAsync(params string[] args)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var run = new CommandLineRun();
        var commands = new CommandActions(
            Take<GetArguments>(arguments => run.Get = arguments),
            Take<PutArguments>(arguments => run.Put = arguments),
            Take<RequestArguments>(arguments => run.Request = arguments),
            Take<JournalArguments>(arguments => run.Journal = ("list", arguments)),
            Take<JournalArguments>(arguments => run.Journal = ("cancel", arguments)),
            Take<JournalArguments>(arguments => run.Journal = ("remove", arguments)),
            () => Task.FromResult(0));
        run.ExitCode = await FerryCommandLine.RunAsync(args, new Terminal(output, error), commands);
        (run.Output, run.Error) = (output.ToString(), error.ToString());
        return run;
    }

    /// <summary>It was wrong usage: one sentence with a code, a hint, exit code 2, and nothing was carried out.</summary>
    public void ShouldBeWrongUsage(string sentence)
    {
        ExitCode.Should().Be(2);
        (Get, Put, Request, Journal).Should().Be((null, null, null, null));
        Output.Should().BeEmpty();
        Error.Should().StartWith($"ferry: {sentence}").And.Contain("[401]\n").And.Contain("\nTry: ferry").And.NotContain("   at ");
    }

    private static Func<T, Task<int>> Take<T>(Action<T> take) => arguments =>
    {
        take(arguments);
        return Task.FromResult(0);
    };
}
