using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Ferry.Testing.Peers;
using Ferry.Testing.Server;

namespace Ferry.Host.Tests.Processes;

/// <summary>A server that was not written for these tests.</summary>
public sealed class NginxTests : ProcessTest
{
    private const long Size = 24 * MiB;

    [PeerFact("nginx")]
    public async Task KilledInTheMiddle_GoesOnFromNginx()
    {
        var files = Directory.CreateDirectory(Path.Combine(Place, "files")).FullName;
        await File.WriteAllBytesAsync(Path.Combine(files, "big.bin"), Content.Bytes(1, (int)Size));
        var port = FreePort();
        var config = Path.Combine(Place, "nginx.conf");
        await File.WriteAllTextAsync(config, Configuration(files, port));
        using var nginx = Process.Start(Peer.Find("nginx") ?? "nginx", ["-c", config, "-e", Path.Combine(Place, "error.log")]);
        try
        {
            // The first attempt may come before nginx listens: a refused connection is tried again.
            var url = $"http://127.0.0.1:{port}/big.bin";
            using (var first = Start("get", url, "-o", Target, "--json"))
            {
                await first.LineAsync(line => line.GetProperty("event").GetString() == "progress" && line.GetProperty("bytes").GetInt64() > Size * 3 / 4);
                await first.KillAsync();
            }

            var end = await GetAsync(url);

            end.ExitCode.Should().Be(0, $"{end}");
            end.Last.GetProperty("resumedFrom").GetInt64().Should().BePositive();
            Digest(Target).Should().Be(Content.Sha256(1, Size));
        }
        finally
        {
            // SIGTERM ends the worker too.
            using var kill = Process.Start("kill", ["-TERM", $"{nginx.Id}"]);
            await kill.WaitForExitAsync();
            await nginx.WaitForExitAsync();
        }
    }

    private string Configuration(string files, int port) => $$"""
        user root;
        daemon off;
        pid {{Place}}/nginx.pid;
        events { worker_connections 64; }
        http {
            access_log off;
            client_body_temp_path {{Place}}/body; proxy_temp_path {{Place}}/proxy; fastcgi_temp_path {{Place}}/fastcgi;
            uwsgi_temp_path {{Place}}/uwsgi; scgi_temp_path {{Place}}/scgi;
            server { listen 127.0.0.1:{{port}}; root {{files}}; limit_rate 12m; }
        }
        """;

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
