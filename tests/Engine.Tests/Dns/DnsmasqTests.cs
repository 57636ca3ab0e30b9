using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Ferry.Engine.Dns;
using Ferry.Testing.Peers;
using FluentAssertions.Extensions;

namespace Ferry.Engine.Tests.Dns;

/// <summary>A DNS server that was not written for these tests.</summary>
public sealed class DnsmasqTests : ResolverFixture, IDisposable
{
    private readonly string _place = Directory.CreateTempSubdirectory("ferry-dnsmasq-").FullName;

    public void Dispose() => Directory.Delete(_place, recursive: true);

    [PeerFact("dnsmasq")]
    public async Task Dnsmasq_AddressesAliasesLargeAnswersAndDenials()
    {
        var port = FreePort();
        using var dnsmasq = await StartAsync(port);
        try
        {
            var resolver = NameResolvers.For(
                [$"127.0.0.1:{port}"], null, TimeProvider.System,
                new NameResolverTools { System = System, ServerTimeout = 30.Seconds(), OtherFamilyDelay = 30.Seconds() });

            (await ResolveAsync(resolver, "host.test")).Should().Equal(Six, Four);
            (await ResolveAsync(resolver, "alias.test")).Should().Equal(Six, Four);
            (await ResolveAsync(resolver, "big.test")).Should().HaveCount(200, "3200 bytes of addresses come over TCP");
            (await FailAsync(resolver, "no.test")).Message.Should().EndWith($"the DNS server 127.0.0.1:{port} says that it does not exist.");
            (await FailAsync(resolver, "other.example")).Message.Should().Contain("REFUSED");
        }
        finally
        {
            dnsmasq.Kill();
            await dnsmasq.WaitForExitAsync();
        }
    }

    private async Task<Process> StartAsync(int port)
    {
        var hosts = Path.Combine(_place, "hosts");
        await File.WriteAllLinesAsync(hosts, Enumerable.Range(1, 200).Select(i => $"198.51.100.{i} big.test"));
        var config = Path.Combine(_place, "dnsmasq.conf");
        await File.WriteAllTextAsync(config, $"""
            port={port}
            listen-address=127.0.0.1
            bind-interfaces
            no-resolv
            no-hosts
            addn-hosts={hosts}
            host-record=host.test,{Four},{Six}
            cname=alias.test,host.test
            local=/test/
            """);
        var dnsmasq = Process.Start(new ProcessStartInfo(Peer.Find("dnsmasq") ?? "dnsmasq", ["--no-daemon", $"--conf-file={config}", "--pid-file="])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
        })!;
        var said = new List<string>();
        while (await dnsmasq.StandardError.ReadLineAsync() is { } line)
        {
            said.Add(line);
            if (line.Contains($"read {hosts}", StringComparison.Ordinal))
                return dnsmasq;
        }
        throw new InvalidOperationException($"dnsmasq did not start: {string.Join(' ', said)}");
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
