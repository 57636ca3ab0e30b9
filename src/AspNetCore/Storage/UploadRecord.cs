using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Ferry.Engine.Downloads;
using Microsoft.Win32.SafeHandles;

namespace Ferry.AspNetCore.Storage;

/// <summary>
/// The record of one upload, and its lock: while it is open no other process has it open, and the system lets the lock go when its holder
/// ends. Two slots are written in turn, so that a write that tears leaves the state before it.
/// </summary>
internal sealed class UploadRecord : IDisposable
{
    // A slot is a page: the kernel copies it at once, so that the end of the process does not tear it.
    private const int SlotSize = 4096;
    private const int InfoAt = 2 * SlotSize;
    private const int MaxSize = 1024 * 1024;
    private readonly SafeFileHandle _handle;
    private int _slot;

    private UploadRecord(SafeFileHandle handle, string path) => (_handle, Path) = (handle, path);

    /// <summary>Its path.</summary>
    public string Path { get; private set; }

    /// <summary>What the creation told; null where the record was never written whole.</summary>
    public UploadInfo? Info { get; private set; }

    /// <summary>What was written last; null where the record was never written whole.</summary>
    public UploadState? State { get; private set; }

    /// <summary>Why it cannot be read; null where it can.</summary>
    public string? Problem { get; private set; }

    /// <summary>Larger for what was written later.</summary>
    public long Sequence { get; private set; }

    /// <summary>Makes a record and locks it, with nothing in it. Between the two it is there without a lock.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="device">What locks it.</param>
    /// <exception cref="IOException">It is there already, or the disk failed.</exception>
    public static UploadRecord Create(string path, Device device) => new(device.OpenAlone(path, FileMode.CreateNew), path);

    /// <summary>Opens a record and locks it; null where there is none.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="device">What locks it.</param>
    /// <exception cref="IOException">
    /// Another process holds its lock (<see cref="LockOwner.IsConflict"/>), another version wrote it, or the disk failed.
    /// </exception>
    public static UploadRecord? Open(string path, Device device)
    {
        SafeFileHandle handle;
        try
        {
            handle = device.OpenAlone(path, FileMode.Open);
        }
        // A missing directory is a volume that is away, not an upload that never was.
        catch (FileNotFoundException)
        {
            return null;
        }
        // The one who held the lock may have removed the file between our open and our lock.
        if (FileId.Of(handle) is { } id && FileId.Of(path) != id)
        {
            handle.Dispose();
            return null;
        }
        var record = new UploadRecord(handle, path);
        try
        {
            record.Read();
            return record;
        }
        catch
        {
            record.Dispose();
            throw;
        }
    }

    /// <summary>Writes all of a new record.</summary>
    /// <param name="info">What the creation told.</param>
    /// <param name="state">The first state.</param>
    public void Fill(UploadInfo info, UploadState state)
    {
        RandomAccess.Write(_handle, RecordFrame.Encode(0, JsonSerializer.SerializeToUtf8Bytes(info, UploadJson.Default.UploadInfo)), InfoAt);
        Info = info;
        // Both slots have their room from now on: a disk that is full keeps no later state from being written.
        _slot = 1;
        Write(state);
        Write(state);
    }

    /// <summary>Gives it another name in one step, never over another file. It stays locked.</summary>
    /// <param name="path">The new path.</param>
    /// <exception cref="IOException">The name is taken, something removed the record, or the disk failed.</exception>
    public void MoveTo(string path)
    {
        var result = FileNames.Rename(Path, path, replace: false);
        if (result is not FileNames.Result.Done)
            throw new IOException($"'{Path}' cannot be given the name '{path}': {result}.");
        Path = path;
    }

    /// <summary>Writes a state beside the one before it.</summary>
    /// <param name="state">The state.</param>
    public void Write(UploadState state)
    {
        var frame = RecordFrame.Encode(Sequence + 1, JsonSerializer.SerializeToUtf8Bytes(state, UploadJson.Default.UploadState));
        if (frame.Length > SlotSize)
            throw new InvalidOperationException($"The state of an upload takes {frame.Length} bytes, and a slot has {SlotSize}.");
        var slot = 1 - _slot;
        RandomAccess.Write(_handle, frame, slot * SlotSize);
        (Sequence, _slot, State) = (Sequence + 1, slot, state);
    }

    /// <summary>Flushes what was written to the device.</summary>
    public void Flush(Device device) => device.Flush(_handle, Path);

    /// <summary>Lets the lock go.</summary>
    public void Dispose() => _handle.Dispose();

    private void Read()
    {
        var length = RandomAccess.GetLength(_handle);
        if (length > MaxSize)
        {
            Problem = $"it has {length} bytes, and a record has no more than {MaxSize}";
            return;
        }
        var all = Content((int)length);
        if (all.Length < InfoAt || !RecordFrame.TryDecode(all[InfoAt..], out _, out var info))
        {
            Problem = $"what the creation told is not whole in its {length} bytes";
            return;
        }
        Info = Understood(info, UploadJson.Default.UploadInfo);
        for (var slot = 0; slot < 2; slot++)
        {
            if (!RecordFrame.TryDecode(all.Slice(slot * SlotSize, SlotSize), out var sequence, out var content) || sequence <= Sequence)
                continue;
            State = Understood(content, UploadJson.Default.UploadState);
            (Sequence, _slot) = (sequence, slot);
        }
        Problem = State is null ? "neither of its two states is whole" : null;
    }

    private ReadOnlySpan<byte> Content(int length)
    {
        var bytes = new byte[length];
        var count = 0;
        while (RandomAccess.Read(_handle, bytes.AsSpan(count), count) is var more and > 0)
            count += more;
        return bytes.AsSpan(0, count);
    }

    // It came as it was written. Of a newer version, perhaps one that runs beside this one, it is not to be touched.
    private T Understood<T>(byte[] content, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(content, type) ?? throw new JsonException("It is null.");
        }
        catch (JsonException e)
        {
            throw new IOException($"'{Path}' is whole, and this version does not understand it: let the version that wrote it end the upload.", e);
        }
    }
}
