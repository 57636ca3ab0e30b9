using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Connections;

namespace Ferry.Testing.Server;

/// <summary>One answer written byte by byte.</summary>
internal sealed class RawAnswer(ConnectionContext connection, ServerState state, Arrival arrival, ServedRequest request)
{
    private readonly PipeWriter _output = connection.Transport.Output;

    private FileState File => state.FileOf(arrival, 1);

    private PlannedAnswer Plan => FilePlanner.Plan(Behaviours.Of(arrival), File, arrival, state.Now());

    /// <summary>Writes a text and nothing else.</summary>
    public async Task TextAsync(string text)
    {
        _output.Write(Encoding.Latin1.GetBytes(text));
        await _output.FlushAsync(connection.ConnectionClosed);
    }

    /// <summary>Answers as a good server would, after a prefix.</summary>
    public async Task GoodAsync(string before)
    {
        await TextAsync(before + Head(Plan, $"Content-Length: {Plan.Length}\r\n"));
        await Writer().WriteAsync(File.Seed, Plan.Offset, Plan.Length);
    }

    /// <summary>Sends the first half of the body that the header announces.</summary>
    public async Task CutAsync(bool chunked)
    {
        await TextAsync(Head(Plan, chunked ? "Transfer-Encoding: chunked\r\n" : $"Content-Length: {Plan.Length}\r\n"));
        await Writer().WriteAsync(File.Seed, Plan.Offset, arrival.Number("cut", Plan.Length / 2), chunked ? Chunk : null);
    }

    /// <summary>Sends one byte more than Content-Range says, chunked.</summary>
    public async Task LongerThanItsRangeAsync()
    {
        await TextAsync(Head(Plan, "Transfer-Encoding: chunked\r\n"));
        await Writer().WriteAsync(File.Seed, Plan.Offset, Plan.Length + 1, Chunk);
        await TextAsync("0\r\n\r\n");
    }

    /// <summary>Sends the body without a length.</summary>
    public async Task CloseDelimitedAsync()
    {
        await TextAsync(Head(Plan, ""));
        await Writer().WriteAsync(File.Seed, Plan.Offset, Plan.Length);
    }

    private BodyWriter Writer() => new(_output, request, state.Gate, ServerState.RateOf(arrival), connection.ConnectionClosed);

    private string Head(PlannedAnswer plan, string framing)
    {
        request.Status = plan.Status;
        var head = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {plan.Status} Whatever\r\n"));
        foreach (var (name, value) in plan.Fields)
            head.Append(name).Append(": ").Append(value).Append("\r\n");
        return head.Append(framing).Append("Connection: close\r\n\r\n").ToString();
    }

    private static (byte[] Before, byte[] After) Chunk(int count) =>
        (Encoding.ASCII.GetBytes(count.ToString("x", CultureInfo.InvariantCulture) + "\r\n"), "\r\n"u8.ToArray());
}
