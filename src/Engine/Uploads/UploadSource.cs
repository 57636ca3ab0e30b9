using System.Text;
using Ferry.Engine.Bodies;
using Ferry.Engine.Errors;
using Ferry.Engine.Requests;

namespace Ferry.Engine.Uploads;

/// <summary>A piece of an upload.</summary>
/// <param name="Body">Its bytes; can be written several times.</param>
/// <param name="Count">How many.</param>
/// <param name="Total">The length of the whole, once it is known.</param>
internal readonly record struct UploadChunk(RequestBody Body, long Count, long? Total);

/// <summary>Gives an upload piece by piece, and pieces again where the server lost them.</summary>
internal abstract class UploadSource
{
    /// <summary>The length of the whole, or null while it is not known.</summary>
    public abstract long? Length { get; }

    /// <summary>Which version of a file it gives, as it is journaled; null where it gives none.</summary>
    public virtual string? Version => null;

    /// <summary>Why an upload that was prepared with another version cannot go on; null where it is the same, or is no file.</summary>
    /// <param name="prepared">The version it was prepared with.</param>
    public virtual TransferError? ChangedSince(string? prepared) => null;

    /// <summary>The next piece.</summary>
    /// <param name="from">Its first byte.</param>
    /// <param name="most">The most bytes of it; zero for all there are.</param>
    /// <param name="cancellationToken">Ends the wait for a stream.</param>
    /// <exception cref="TransferException">The source cannot be read, or has changed, or cannot give these bytes again.</exception>
    public abstract ValueTask<UploadChunk> NextAsync(long from, long most, CancellationToken cancellationToken);

    /// <summary>The source of a request's body.</summary>
    /// <param name="options">Options with a body that is no form.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the wait for a file that was written to just now.</param>
    /// <exception cref="TransferException">A file cannot be read, or is written to all the time.</exception>
    public static async ValueTask<UploadSource> OfAsync(RequestOptions options, TimeProvider time, CancellationToken cancellationToken) => options.ExtraData switch
    {
        FileData file => await FileSource.OfAsync(new SourceFile(file.Path), time, cancellationToken),
        StreamData stream => new StreamSource(stream),
        TextData text => new MemorySource(Encoding.UTF8.GetBytes(text.Text)),
        JsonData json => new MemorySource(Encoding.UTF8.GetBytes(json.Json)),
        BytesData bytes => new MemorySource(bytes.Bytes),
        var other => throw new ArgumentOutOfRangeException(nameof(options), other, "There is no upload of this kind of data."),
    };

    protected static long CountOf(long from, long most, long length) => most > 0 ? Math.Min(most, length - from) : length - from;

    private sealed class MemorySource(byte[] bytes) : UploadSource
    {
        public override long? Length => bytes.Length;

        public override ValueTask<UploadChunk> NextAsync(long from, long most, CancellationToken cancellationToken)
        {
            var count = CountOf(from, most, bytes.Length);
            return ValueTask.FromResult(new UploadChunk(new MemoryBody(bytes.AsMemory((int)from, (int)count)), count, bytes.Length));
        }
    }

    // One look: what is journaled, or compared with the journal, is what every piece is held to.
    private sealed class FileSource(SourceFile file, SourceVersion version) : UploadSource
    {
        public static async ValueTask<UploadSource> OfAsync(SourceFile file, TimeProvider time, CancellationToken cancellationToken) =>
            new FileSource(file, await file.SettledVersionAsync(time, cancellationToken));

        public override long? Length => version.Status.Length;

        public override string? Version => version.ToString();

        public override TransferError? ChangedSince(string? prepared) => Version == prepared ? null : UploadFiles.HasChanged(file.Path);

        public override ValueTask<UploadChunk> NextAsync(long from, long most, CancellationToken cancellationToken)
        {
            var status = version.Status;
            var count = CountOf(from, most, status.Length);
            return ValueTask.FromResult(new UploadChunk(new FileBody(file, status, from, count), count, status.Length));
        }
    }
}
