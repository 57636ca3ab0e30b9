using System.Buffers;
using System.Diagnostics;
using System.IO.Pipelines;

namespace Ferry.Testing.Server;

/// <summary>Writes a part of a file to a connection: throttled, held by the gate, counted.</summary>
internal sealed class BodyWriter(PipeWriter output, ServedRequest request, Gate gate, long bytesPerSecond, CancellationToken aborted)
{
    private const int Largest = 64 * 1024;
    private readonly long _started = Stopwatch.GetTimestamp();
    private long _sent;

    /// <summary>Writes the bytes; each piece may be framed.</summary>
    public async Task WriteAsync(long seed, long offset, long length, Func<int, (byte[] Before, byte[] After)>? frame = null)
    {
        var piece = bytesPerSecond <= 0 ? Largest : (int)Math.Clamp(bytesPerSecond / 50, 512, Largest);
        while (length > 0)
        {
            await gate.PassAsync(_sent, aborted);
            var count = (int)Math.Min(Math.Min(piece, length), Math.Max(1, gate.Allowance(_sent)));
            var (before, after) = frame?.Invoke(count) ?? ([], []);
            if (before.Length > 0)
                output.Write(before);
            Content.Fill(seed, offset, output.GetSpan(count)[..count]);
            output.Advance(count);
            if (after.Length > 0)
                output.Write(after);
            var flushed = await output.FlushAsync(aborted);
            _sent += count;
            request.Sent(count);
            offset += count;
            length -= count;
            if (flushed.IsCompleted || flushed.IsCanceled)
                throw new OperationCanceledException("The client is gone.");
            await ThrottleAsync();
        }
        await gate.PassAsync(_sent, aborted);
    }

    private async Task ThrottleAsync()
    {
        if (bytesPerSecond <= 0)
            return;
        var due = TimeSpan.FromSeconds((double)_sent / bytesPerSecond) - Stopwatch.GetElapsedTime(_started);
        if (due > TimeSpan.FromMilliseconds(2))
            await Task.Delay(due, aborted);
    }
}
