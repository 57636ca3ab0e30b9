using System.Globalization;
using Ferry.AspNetCore;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ferry.Interop.Tests.Receiver;

/// <summary>
/// The receiver in a process of its own, so that it can be killed. It takes the options and lines of Scripts/tus-server.mjs, writes the same
/// lines, and knows <c>--clock-ahead MILLISECONDS</c> too.
/// </summary>
internal static class ReceiverProgram
{
    public static async Task RunAsync(string directory, string port, string[] options)
    {
        var builder = WebApplication.CreateSlimBuilder(options);
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Warning)
            .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        if (Milliseconds(builder.Configuration, "clock-ahead") is { } ahead)
            builder.Services.AddSingleton<TimeProvider>(new ClockAhead(ahead));
        builder.Services.AddFerryUploads(Options(directory, builder.Configuration));
        await using var app = builder.Build();
        var watch = new RequestWatch(Console.Out);
        app.Use(watch.InvokeAsync);
        app.MapFerryUploads("/files");
        await app.StartAsync();
        watch.Tell(new { @event = "listening", url = $"{app.Urls.First()}/files" });
        await watch.ObeyAsync(Console.In);
        await app.StopAsync();
    }

    private static UploadReceiverOptions Options(string directory, IConfiguration configuration)
    {
        var options = new UploadReceiverOptions { Directory = directory, MaxSize = configuration.GetValue<long?>("max-size") };
        return Milliseconds(configuration, "expiration") is { } expiration ? options with { Expiration = expiration } : options;
    }

    private static TimeSpan? Milliseconds(IConfiguration configuration, string name) =>
        configuration[name] is { } text ? TimeSpan.FromMilliseconds(double.Parse(text, CultureInfo.InvariantCulture)) : null;

    /// <summary>The system's clock, so much later; elapsed time is the system's.</summary>
    private sealed class ClockAhead(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + by;
    }
}
