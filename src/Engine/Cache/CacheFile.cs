using System.Security.Cryptography;
using System.Text;
using Ferry.Engine.Http;
using Ferry.Engine.Requests;

namespace Ferry.Engine.Cache;

/// <summary>
/// The cache's file: what it is, then the SHA-256 of the rest, then one answer after the other, the one used last at the end. It is
/// written beside its place and renamed, so that it is the old one or the new one; a digest that does not fit means that it is damaged.
/// </summary>
internal static class CacheFile
{
    /// <summary>The file's name.</summary>
    public const string Name = "responses.cache";

    private const UnixFileMode OwnerOnlyDirectory = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode OwnerOnlyFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    // More cannot have been written: an answer counts for more in memory than it takes here.
    private const long LargestFile = ResponseCache.MaxSize + 1024;

    private static readonly byte[] Magic = "FERRYRC1"u8.ToArray();

    private static int BodyStart => Magic.Length + SHA256.HashSizeInBytes;

    /// <summary>Reads the file; empty where there is none.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static IReadOnlyList<CachedAnswer> Read(string directory)
    {
        var path = Path.Combine(directory, Name);
        if (!File.Exists(path))
            return [];
        if (new FileInfo(path).Length > LargestFile)
            throw new InvalidDataException("It is larger than a cache can be.");
        var bytes = File.ReadAllBytes(path);
        if (bytes.Length < BodyStart || !bytes.AsSpan(0, Magic.Length).SequenceEqual(Magic))
            throw new InvalidDataException("It does not begin as a cache does.");
        if (!SHA256.HashData(bytes.AsSpan(BodyStart)).AsSpan().SequenceEqual(bytes.AsSpan(Magic.Length, SHA256.HashSizeInBytes)))
            throw new InvalidDataException("Its digest does not fit its content.");
        try
        {
            using var reader = new BinaryReader(new MemoryStream(bytes, BodyStart, bytes.Length - BodyStart), Encoding.UTF8);
            var answers = new CachedAnswer[Count(reader)];
            for (var i = 0; i < answers.Length; i++)
                answers[i] = ReadAnswer(reader);
            return answers;
        }
        catch (Exception e) when (e is EndOfStreamException or FormatException or ArgumentException or OverflowException or DecoderFallbackException)
        {
            throw new InvalidDataException("It cannot be understood.", e);
        }
    }

    /// <summary>Writes the file anew, whole or not at all, readable by its owner alone.</summary>
    /// <exception cref="IOException">The disk refused.</exception>
    public static void Write(string directory, IReadOnlyCollection<CachedAnswer> answers)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(directory);
        else
            Directory.CreateDirectory(directory, OwnerOnlyDirectory);
        var temporary = Path.Combine(directory, Name + ".new");
        File.Delete(temporary);
        try
        {
            var content = Content(answers);
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 0 };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = OwnerOnlyFile;
            using (var file = new FileStream(temporary, options))
            {
                file.Write(Magic);
                file.Write(SHA256.HashData(content));
                file.Write(content);
                file.Flush(flushToDisk: true);
            }
            File.Move(temporary, Path.Combine(directory, Name), overwrite: true);
        }
        catch
        {
            Delete(temporary);
            throw;
        }
    }

    /// <summary>Removes the file, where there is one.</summary>
    /// <exception cref="IOException">The disk refused.</exception>
    public static void Remove(string directory)
    {
        if (!Directory.Exists(directory))
            return;
        File.Delete(Path.Combine(directory, Name));
        File.Delete(Path.Combine(directory, Name + ".new"));
    }

    private static void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The failure that led here is the one to tell; the next flush tries again.
        }
    }

    private static ReadOnlySpan<byte> Content(IReadOnlyCollection<CachedAnswer> answers)
    {
        var memory = new MemoryStream();
        using var writer = new BinaryWriter(memory, Encoding.UTF8);
        writer.Write7BitEncodedInt(answers.Count);
        foreach (var answer in answers)
            WriteAnswer(writer, answer);
        writer.Flush();
        return memory.GetBuffer().AsSpan(0, (int)memory.Length);
    }

    private static void WriteAnswer(BinaryWriter writer, CachedAnswer answer)
    {
        writer.Write(answer.Method);
        writer.Write(answer.Key);
        writer.Write(answer.Vary.Digest);
        writer.Write7BitEncodedInt(answer.Vary.Names.Count);
        foreach (var name in answer.Vary.Names)
            writer.Write(name);
        writer.Write7BitEncodedInt(answer.Head.Status);
        writer.Write(answer.Head.Reason ?? "");
        writer.Write(answer.Head.HttpVersion.ToString());
        // The cookies are among them: the Set-Cookie lines, as they came.
        writer.Write7BitEncodedInt(answer.Head.Headers.Count);
        foreach (var field in answer.Head.Headers)
        {
            writer.Write(field.Name);
            writer.Write(field.Value);
        }
        writer.Write(answer.RequestTime.UtcTicks);
        writer.Write(answer.ResponseTime.UtcTicks);
        writer.Write7BitEncodedInt(answer.Body.Length);
        writer.Write(answer.Body);
    }

    private static CachedAnswer ReadAnswer(BinaryReader reader)
    {
        var method = reader.ReadString();
        var url = UrlText.TryParse(reader.ReadString()) ?? throw new FormatException("A URL is none.");
        var digest = reader.ReadString();
        var names = new string[Count(reader)];
        for (var i = 0; i < names.Length; i++)
            names[i] = reader.ReadString();
        var status = reader.Read7BitEncodedInt();
        var reason = reader.ReadString();
        var version = Version.Parse(reader.ReadString());
        var fields = new HeaderField[Count(reader)];
        for (var i = 0; i < fields.Length; i++)
            fields[i] = new HeaderField(reader.ReadString(), reader.ReadString());
        var requestTime = new DateTimeOffset(reader.ReadInt64(), TimeSpan.Zero);
        var responseTime = new DateTimeOffset(reader.ReadInt64(), TimeSpan.Zero);
        var length = Count(reader);
        var body = reader.ReadBytes(length);
        if (body.Length != length)
            throw new EndOfStreamException();
        var head = new AnswerHead(status, reason.Length > 0 ? reason : null, version, url, fields);
        return new CachedAnswer(method, new VaryKey(names, digest), head, body, requestTime, responseTime);
    }

    // Never more than the bytes that are left can hold.
    private static int Count(BinaryReader reader)
    {
        var count = reader.Read7BitEncodedInt();
        return count >= 0 && count <= reader.BaseStream.Length - reader.BaseStream.Position ? count : throw new FormatException("A count is too large.");
    }
}
