using System.Buffers;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Ferry.Testing.Server;

/// <summary>The routes that misbehave below HTTP: each connection carries one answer, written byte by byte.</summary>
internal sealed class RawListener(ServerState state) : ConnectionHandler
{
    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        var arrival = await ReadHeadAsync(connection);
        if (arrival is null)
            return;
        var request = state.Log.Add(arrival, connection.ConnectionId);
        using var closed = connection.ConnectionClosed.Register(request.Close);
        try
        {
            await state.Gate.PassAsync(-1, connection.ConnectionClosed);
            await RouteAsync(connection, arrival, request);
            await connection.Transport.Output.CompleteAsync();
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException)
        {
            // The registration above may have been undone before its turn came.
            if (connection.ConnectionClosed.IsCancellationRequested)
                request.Close();
            connection.Abort();
        }
        finally
        {
            request.End();
        }
    }

    private Task RouteAsync(ConnectionContext connection, Arrival arrival, ServedRequest request)
    {
        var misbehaves = state.Count(arrival) <= arrival.Number("times", 1);
        var answer = new RawAnswer(connection, state, arrival, request);
        return arrival.Route switch
        {
            Routes.ShortBody when misbehaves => answer.CutAsync(chunked: false),
            Routes.CutChunked when misbehaves => answer.CutAsync(chunked: true),
            Routes.Reset when misbehaves => ResetAsync(connection, answer),
            Routes.ClosesWithoutAnswer when misbehaves => Task.CompletedTask,
            Routes.ConflictingContentLength => answer.TextAsync("HTTP/1.1 200 OK\r\nContent-Length: 10\r\nContent-Length: 20\r\n\r\n01234567890123456789"),
            Routes.MalformedContentLength => answer.TextAsync("HTTP/1.1 200 OK\r\nContent-Length: +10\r\n\r\n0123456789"),
            Routes.LengthAndChunked => answer.TextAsync(
                "HTTP/1.1 200 OK\r\nContent-Length: 10\r\nTransfer-Encoding: chunked\r\n\r\na\r\n0123456789\r\n0\r\n\r\n"),
            Routes.SwitchingProtocols => answer.TextAsync("HTTP/1.1 101 Switching Protocols\r\nUpgrade: other\r\nConnection: Upgrade\r\n\r\n"),
            Routes.NotHttp => answer.TextAsync("220 this is another protocol\r\n"),
            Routes.LongerThanItsRange => answer.LongerThanItsRangeAsync(),
            Routes.CloseDelimited => answer.CloseDelimitedAsync(),
            Routes.EarlyHints => answer.GoodAsync("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 199 Unknown\r\n\r\n"),
            _ => answer.GoodAsync(""),
        };
    }

    private static async Task ResetAsync(ConnectionContext connection, RawAnswer answer)
    {
        await answer.CutAsync(chunked: false);
        var socket = connection.Features.Get<IConnectionSocketFeature>()!.Socket;
        socket.LingerState = new LingerOption(enable: true, seconds: 0);
        socket.Close();
    }

    private static async Task<Arrival?> ReadHeadAsync(ConnectionContext connection)
    {
        var input = connection.Transport.Input;
        while (true)
        {
            var read = await input.ReadAsync();
            var text = Encoding.Latin1.GetString(read.Buffer.ToArray());
            var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end < 0 && !read.IsCompleted)
            {
                input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                continue;
            }
            input.AdvanceTo(read.Buffer.End);
            return end < 0 ? null : Parse(text[..end].Split("\r\n"));
        }
    }

    private static Arrival Parse(string[] lines)
    {
        var requestLine = lines[0].Split(' ');
        var fields = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in lines.Skip(1))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            fields[line[..colon]] = line[(colon + 1)..].Trim(' ').ToString(CultureInfo.InvariantCulture);
        }
        return new Arrival(requestLine[0], requestLine[1], fields);
    }
}
