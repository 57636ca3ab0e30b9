using Ferry.Soak;

// 1. What to do.
if (!SoakOptions.TryParse(args, out var options))
{
    Console.Error.WriteLine(SoakOptions.Usage);
    return 2;
}

// 2. What was asked for, within the time.
var place = Directory.CreateTempSubdirectory("ferry-soak-").FullName;
using var until = new CancellationTokenSource(options.Time);
try
{
    var right = true;
    if (options.Kills > 0)
        right &= await DownloadSoak.RunAsync(options, place, until.Token);
    if (options.UploadKills > 0)
        right &= await UploadSoak.KillClientsAsync(options, place, until.Token);
    if (options.ServerKills > 0)
        right &= await UploadSoak.KillServersAsync(options, place, until.Token);
    if (options.JournalKills > 0)
        right &= await JournalSoak.RunAsync(options, place, until.Token);
    return right ? 0 : 1;
}
finally
{
    Directory.Delete(place, recursive: true);
}
