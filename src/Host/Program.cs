using Ferry.Host;
using Ferry.Host.Commands;
using Ferry.Host.Demo;
using Ferry.Host.Journals;
using Ferry.Host.Requests;
using Ferry.Host.Session;
using Ferry.Host.Targets;

var terminal = Terminal.OfProcess();
try
{
    return await FerryCommandLine.RunAsync(args, terminal, new CommandActions(
        Get: arguments => new TransferRun(terminal, arguments).RunAsync(root => GetPlan.Make(arguments, root)),
        Put: arguments => new TransferRun(terminal, arguments).RunAsync(root => PutPlan.Make(arguments, root)),
        Request: arguments => new RequestRun(terminal, arguments).RunAsync(),
        List: arguments => new ListRun(terminal, arguments).RunAsync(),
        Cancel: arguments => new EndRuns(terminal, arguments).CancelAsync(),
        Remove: arguments => new EndRuns(terminal, arguments).RemoveAsync(),
        Demo: () => new DemoRun(terminal, seed: 1).RunAsync()));
}
finally
{
    terminal.GiveKeysBack();
}
