using Microsoft.Win32.SafeHandles;

namespace Ferry.Host;

/// <summary>Standard output as a stream that throws where nobody reads it any more; the platform's own drops what is written then.</summary>
internal static class StandardOutput
{
    private const int BrokenPipe = 32; // EPIPE

    /// <summary>Whether it could not be written because nobody reads it any more, as after head.</summary>
    /// <param name="exception">What came of writing.</param>
    public static bool HasNoReader(Exception exception) => exception is IOException { HResult: BrokenPipe };

    /// <summary>Opens it.</summary>
    public static Stream Open()
    {
        if (OperatingSystem.IsWindows())
            return Console.OpenStandardOutput();
        var pipe = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        // A file is shared with who runs after us: its place has to move with what is written, which a FileStream does not do.
        return pipe.CanSeek ? Console.OpenStandardOutput() : pipe;
    }
}
