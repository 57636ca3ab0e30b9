using Ferry.Soak;
using Ferry.Testing.Peers;

// 1. What to do.
if (!SoakOptions.TryParse(args, out var options))
{
    Console.Error.WriteLine(SoakOptions.Usage);
    return 2;
}
if (options.IsNpm && Npm.Missing("@tus/server", "@tus/file-store") is { } reason)
{
    Console.Error.WriteLine($"--server npm {reason}.");
    return 2;
}

// 2. What was asked for, within the time.
var place = Directory.CreateTempSubdirectory("ferry-soak-").FullName;
using var until = new CancellationTokenSource(options.Time);
try
{
    var verdict = SoakVerdict.Right;
    if (options.Kills > 0)
        verdict = SoakTally.Worse(verdict, await DownloadSoak.RunAsync(options, place, until.Token));
    if (options.UploadKills > 0)
        verdict = SoakTally.Worse(verdict, await UploadSoak.KillClientsAsync(options, place, until.Token));
    if (options.ServerKills > 0)
        verdict = SoakTally.Worse(verdict, await UploadSoak.KillServersAsync(options, place, until.Token));
    if (options.JournalKills > 0)
        verdict = SoakTally.Worse(verdict, await JournalSoak.RunAsync(options, place, until.Token));
    return (int)verdict;
}
finally
{
    Directory.Delete(place, recursive: true);
}
