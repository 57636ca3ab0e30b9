using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Ferry.Testing.Peers;

/// <summary>An installed server as a child process, with its files in a folder of its own; it ends with this.</summary>
public sealed class PeerProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(20);

    private readonly Process _process;
    private readonly DirectoryInfo _folder;

    private PeerProcess(Process process, DirectoryInfo folder, int port)
    {
        _process = process;
        _folder = folder;
        Port = port;
    }

    /// <summary>The port it listens on, on loopback.</summary>
    public int Port { get; }

    /// <summary>Starts a server and waits until it listens.</summary>
    /// <param name="program">Its name.</param>
    /// <param name="arguments">Its arguments, from its folder and its port; the folder is there for its files.</param>
    public static async Task<PeerProcess> StartAsync(string program, Func<string, int, IEnumerable<string>> arguments)
    {
        var folder = Directory.CreateTempSubdirectory($"ferry-{program}-");
        // Servers give up root, and write as somebody else.
        if (!OperatingSystem.IsWindows())
            folder.UnixFileMode |= UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
        var port = FreePort();
        var start = new ProcessStartInfo(Peer.Find(program) ?? program, arguments(folder.FullName, port))
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var process = Process.Start(start)!;
        var peer = new PeerProcess(process, folder, port);
        var said = process.StandardError.ReadToEndAsync();
        _ = process.StandardOutput.ReadToEndAsync();
        try
        {
            await peer.ListensAsync(said);
            return peer;
        }
        catch
        {
            await peer.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    private async Task ListensAsync(Task<string> said)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (true)
        {
            if (_process.HasExited)
                throw new InvalidOperationException($"The server ended with {_process.ExitCode}: {await said}");
            using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await probe.ConnectAsync(new IPEndPoint(IPAddress.Loopback, Port), limit.Token);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(BetweenTries, TimeProvider.System, limit.Token);
            }
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
