using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Ferry.Bench.Origins;

/// <summary>nginx with sendfile, without logs.</summary>
internal sealed class NginxOrigin : IOrigin
{
    private readonly Process _process;

    private NginxOrigin(Process process, string url, string description) => (_process, Url, Description) = (process, url, description);

    public string Description { get; }

    public string Url { get; }

    public static async Task<IOrigin> StartAsync(string nginx, string directory, string place)
    {
        var port = FreePort();
        var home = Directory.CreateDirectory(Path.Combine(place, "nginx")).FullName;
        var config = Path.Combine(home, "nginx.conf");
        await File.WriteAllTextAsync(config, $$"""
            user root;
            daemon off;
            worker_processes 1;
            pid {{home}}/pid;
            error_log {{home}}/error.log;
            events { worker_connections 256; }
            http {
                access_log off;
                sendfile on;
                tcp_nopush on;
                keepalive_requests 100000;
                client_body_temp_path {{home}}/body; proxy_temp_path {{home}}/proxy; fastcgi_temp_path {{home}}/fastcgi;
                uwsgi_temp_path {{home}}/uwsgi; scgi_temp_path {{home}}/scgi;
                server { listen 127.0.0.1:{{port}} backlog=1024; root {{directory}}; }
            }
            """);
        var process = Process.Start(new ProcessStartInfo(nginx) { ArgumentList = { "-c", config, "-e", Path.Combine(home, "error.log") } })!;
        var url = $"http://127.0.0.1:{port}/";
        await WaitAsync(port, process, Path.Combine(home, "error.log"));
        return new NginxOrigin(process, url, $"{await VersionAsync(nginx)}, one worker, sendfile");
    }

    public async ValueTask DisposeAsync()
    {
        // SIGTERM to the master ends its worker too; SIGKILL would leave it.
        using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        await kill.WaitForExitAsync();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static async Task WaitAsync(int port, Process process, string log)
    {
        for (var i = 0; i < 100 && !process.HasExited; i++)
        {
            using var client = new TcpClient();
            try
            {
                await client.ConnectAsync(IPAddress.Loopback, port);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(50);
            }
        }
        throw new InvalidOperationException($"nginx did not start: {(File.Exists(log) ? await File.ReadAllTextAsync(log) : "it left no log")}");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task<string> VersionAsync(string nginx)
    {
        using var process = Process.Start(new ProcessStartInfo(nginx, "-v") { UseShellExecute = false, RedirectStandardError = true })!;
        var text = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return text.Replace("nginx version:", "", StringComparison.Ordinal).Trim();
    }
}
