using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Ferry.Host.Tests.Processes;

/// <summary>What a collector gets from the program.</summary>
public sealed class OtlpTests : ProcessTest
{
    private readonly ConcurrentDictionary<string, string> _received = new();

    [Fact]
    public async Task Get_WithACollector_SendsMetersAndSpans()
    {
        await using var collector = await StartCollectorAsync();

        var end = await GetAsync(Server.Url("/good/file.bin?size=1000&token=secret"), "--otlp", collector.Urls.First());

        end.ExitCode.Should().Be(0, end.Error);
        _received["/v1/metrics"].Should().Contain("ferry.transfer.ended").And.Contain("ferry.transfer.io").And.Contain("completed");
        _received["/v1/traces"].Should().Contain("http.request.method").And.Contain("/good/file.bin").And.NotContain("secret");
    }

    [Fact]
    public async Task NoUrl_IsWrongUsage()
    {
        var end = await GetAsync(Server.Url("/good/file.bin"), "--otlp", "nowhere");

        end.ExitCode.Should().Be(2);
        end.Error.Should().Contain("--otlp is 'nowhere'");
    }

    private async Task<WebApplication> StartCollectorAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapPost("/v1/{kind}", async (HttpRequest request) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            // Protobuf keeps its texts as UTF-8.
            _received.AddOrUpdate(request.Path, _ => Text(body), (_, before) => before + Text(body));
        });
        await app.StartAsync();
        return app;
    }

    private static string Text(MemoryStream body) => Encoding.UTF8.GetString(body.ToArray());
}
