using Ferry.Bench;
using Ferry.Bench.Contenders;
using Ferry.Bench.Origins;

// Modes without a dash in front are for people; those with one are this program's own children.
return args switch
{
    ["-bare-large", var url, var file, var flush] => await BareLoop.LargeAsync(url, file, flush == "flush"),
    ["-bare-small", var url, var directory, var count] => await BareLoop.SmallAsync(url, directory, int.Parse(count)),
    ["-origin", var directory] => await KestrelOrigin.ServeAsync(directory),
    ["-bare-upload", var file, var url] => await BareUpload.RunAsync(file, url),
    ["-upload", var file, var url, var state] => await UploadBench.UploadAsync(file, url, state),
    ["-sink"] => await UploadSink.ServeAsync(),
    ["-slow-consumer", var url] => await StreamBench.ConsumeAsync(url),
    ["large" or "small" or "cache" or "cancel" or "runtime" or "stream" or "upload" or "all", ..] => await MeasureAsync(args),
    _ => Usage(null),
};

static async Task<int> MeasureAsync(string[] args)
{
    BenchOptions options;
    try
    {
        options = BenchOptions.Parse(args);
    }
    catch (ArgumentException e)
    {
        return Usage(e.Message);
    }
    return await BenchRun.RunAsync(options);
}

static int Usage(string? problem)
{
    if (problem is not null)
        Console.Error.WriteLine(problem);
    Console.Error.WriteLine("Usage: dotnet run --project bench -c Release -- all|large|small|cache|cancel|runtime|stream|upload [--runs 5] [--size-mib 1024] [--files 2000] [--place DIR] [--ferry PATH] [--no-report]");
    return 2;
}
