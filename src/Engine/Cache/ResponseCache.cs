using Ferry.Engine.Errors;

namespace Ferry.Engine.Cache;

/// <summary>
/// The response cache of an engine: a private cache after RFC 9111 that holds answers to GET and HEAD in memory, at most so many bytes of them;
/// the one used longest ago goes first. Written to disk only by <see cref="FlushAsync"/>. Safe for use from several threads.
/// </summary>
public sealed class ResponseCache
{
    /// <summary>The largest size, and the default: 10 MiB.</summary>
    public const long MaxSize = 10 * 1024 * 1024;

    private const int MostVariants = 32;
    private const int MostInvalidations = 1024;

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _file = new(1, 1);
    private readonly string _directory;
    private readonly Action<string> _warn;
    private readonly LinkedList<CachedAnswer> _byUse = [];
    private readonly Dictionary<string, List<LinkedListNode<CachedAnswer>>> _byUrl = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _invalidated = new(StringComparer.Ordinal);
    private bool _enabled = true;
    private long _size;
    private long _used;
    private long _moment;
    private long _oldestMoment;

    /// <summary>Makes a cache and reads what an earlier one flushed to the directory. A damaged file is dropped, with a warning.</summary>
    /// <param name="settings">Size and directory.</param>
    /// <param name="warn">Told, in a sentence, what went wrong without being an error; null for nobody.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is less than one byte.</exception>
    public ResponseCache(CacheSettings settings, Action<string>? warn = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _size = Clamped(settings.Size);
        _directory = settings.Directory;
        _warn = warn ?? (_ => { });
        if (_directory.Length > 0)
            Load();
    }

    /// <summary>Whether it stores and answers; false from <see cref="DeleteAsync"/> to <see cref="Create"/>.</summary>
    public bool IsEnabled
    {
        get
        {
            lock (_gate)
                return _enabled;
        }
    }

    /// <summary>The size in bytes, clamped.</summary>
    public long Size
    {
        get
        {
            lock (_gate)
                return _size;
        }
    }

    /// <summary>What the stored answers take of the size, in bytes.</summary>
    public long Used
    {
        get
        {
            lock (_gate)
                return _used;
        }
    }

    /// <summary>How many answers are stored.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _byUse.Count;
        }
    }

    /// <summary>
    /// Creates the cache anew (createHttpResponseCache). One that has this size already stays as it is; with another size an empty one takes
    /// its place; a deleted one is enabled again.
    /// </summary>
    /// <param name="size">The size in bytes; more than <see cref="MaxSize"/> is clamped.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is less than one byte.</exception>
    public void Create(long size = MaxSize)
    {
        var clamped = Clamped(size);
        lock (_gate)
        {
            if (_enabled && _size == clamped)
                return;
            Clear();
            (_enabled, _size) = (true, clamped);
        }
    }

    /// <summary>
    /// Writes every stored answer to disk: header, result, cookies, request time and response time, in one file, atomically. Without a
    /// directory, or deleted, there is nothing to do.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait for another flush; a flush that began is carried through.</param>
    /// <exception cref="TransferException">The disk refused (<see cref="ErrorCode.LocalWriteFailed"/>); the file of the last flush is still there.</exception>
    public Task FlushAsync(CancellationToken cancellationToken = default) => OnDiskAsync(
        () =>
        {
            CachedAnswer[] answers;
            lock (_gate)
            {
                if (!_enabled)
                    return;
                answers = [.. _byUse];
            }
            CacheFile.Write(_directory, answers);
        },
        cancellationToken);

    /// <summary>Disables the cache and deletes its data, in memory and on disk. Requests go to the server from here on.</summary>
    /// <param name="cancellationToken">Ends the wait for a flush that runs.</param>
    /// <exception cref="TransferException">The file could not be removed; the cache is disabled all the same.</exception>
    public Task DeleteAsync(CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            Clear();
            _enabled = false;
        }
        return OnDiskAsync(() => CacheFile.Remove(_directory), cancellationToken);
    }

    /// <summary>A moment to remember when asking a server: what is invalidated after it is not stored by <see cref="Store"/>.</summary>
    internal long Moment
    {
        get
        {
            lock (_gate)
                return _moment;
        }
    }

    /// <summary>The stored answer for a request, whether fresh or not; of several the newest. A GET's answer does for a HEAD.</summary>
    /// <param name="request">The request.</param>
    /// <param name="method">Answers to this method alone; null for all that will do.</param>
    internal CachedAnswer? Find(CacheRequest request, string? method = null)
    {
        lock (_gate)
        {
            LinkedListNode<CachedAnswer>? best = null;
            foreach (var node in Matching(request))
            {
                if ((method is null || node.Value.Method == method) && (best is null || node.Value.ResponseTime >= best.Value.ResponseTime))
                    best = node;
            }
            if (best is null)
                return null;
            _byUse.Remove(best);
            _byUse.AddLast(best);
            return best.Value;
        }
    }

    /// <summary>Stores an answer in place of those that the request would have been answered with.</summary>
    /// <param name="request">What it answers.</param>
    /// <param name="answer">The answer.</param>
    /// <param name="asked">The <see cref="Moment"/> at which it was asked for.</param>
    /// <returns>False where it is too large, the cache is disabled, or what it answers was invalidated meanwhile.</returns>
    internal bool Store(CacheRequest request, CachedAnswer answer, long asked)
    {
        lock (_gate)
        {
            if (!_enabled || asked < _oldestMoment || (_invalidated.TryGetValue(answer.Key, out var at) && at > asked))
                return false;
            foreach (var node in Matching(request).Where(n => n.Value.Method == answer.Method).ToArray())
                Unlink(node);
            return Add(answer);
        }
    }

    /// <summary>Puts a renewed answer in the place of the one it was made of; null removes that. Nothing happens where it has gone meanwhile.</summary>
    internal void Replace(CachedAnswer stored, CachedAnswer? renewed)
    {
        lock (_gate)
        {
            if (!_byUrl.TryGetValue(stored.Key, out var nodes) || nodes.Find(n => ReferenceEquals(n.Value, stored)) is not { } node)
                return;
            Unlink(node);
            if (renewed is not null)
                Add(renewed);
        }
    }

    /// <summary>Drops what is stored for these URLs.</summary>
    internal void Invalidate(IEnumerable<Uri> urls)
    {
        lock (_gate)
        {
            foreach (var url in urls)
            {
                if (_byUrl.TryGetValue(url.AbsoluteUri, out var nodes))
                {
                    foreach (var node in nodes.ToArray())
                        Unlink(node);
                }
                if (_invalidated.Count >= MostInvalidations)
                    ForgetInvalidations();
                _invalidated[url.AbsoluteUri] = ++_moment;
            }
        }
    }

    private static long Clamped(long size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        return Math.Min(size, MaxSize);
    }

    private IEnumerable<LinkedListNode<CachedAnswer>> Matching(CacheRequest request)
    {
        if (!_byUrl.TryGetValue(request.Key, out var nodes))
            return [];
        return nodes.Where(n => (n.Value.Method == request.Method || (n.Value.Method == "GET" && request.Method == "HEAD")) && n.Value.Vary.Matches(request));
    }

    private bool Add(CachedAnswer answer)
    {
        if (answer.Size > _size)
            return false;
        if (!_byUrl.TryGetValue(answer.Key, out var nodes))
            _byUrl[answer.Key] = nodes = [];
        if (nodes.Count >= MostVariants)
            Unlink(nodes[0]);
        while (_used + answer.Size > _size)
            Unlink(_byUse.First!);
        // The eviction may have taken the last answer of this URL, and its list with it.
        _byUrl[answer.Key] = nodes;
        nodes.Add(_byUse.AddLast(answer));
        _used += answer.Size;
        return true;
    }

    private void Unlink(LinkedListNode<CachedAnswer> node)
    {
        _byUse.Remove(node);
        _used -= node.Value.Size;
        var nodes = _byUrl[node.Value.Key];
        nodes.Remove(node);
        if (nodes.Count == 0)
            _byUrl.Remove(node.Value.Key);
    }

    private void Clear()
    {
        _byUse.Clear();
        _byUrl.Clear();
        _used = 0;
        ForgetInvalidations();
    }

    // What was asked for before now counts as invalidated.
    private void ForgetInvalidations()
    {
        _invalidated.Clear();
        _oldestMoment = ++_moment;
    }

    private async Task OnDiskAsync(Action action, CancellationToken cancellationToken)
    {
        if (_directory.Length == 0)
            return;
        await _file.WaitAsync(cancellationToken);
        try
        {
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TransferException(ErrorClassifier.Classify(e, ErrorStage.Writing, Path.Combine(_directory, CacheFile.Name)), e);
        }
        finally
        {
            _file.Release();
        }
    }

    private void Load()
    {
        try
        {
            foreach (var answer in CacheFile.Read(_directory))
                Add(answer);
        }
        catch (InvalidDataException damaged)
        {
            _warn($"The response cache in '{_directory}' is damaged and was dropped: {damaged.Message}");
            Drop();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _warn($"The response cache in '{_directory}' cannot be read; it begins empty: {e.Message}");
        }
    }

    private void Drop()
    {
        try
        {
            CacheFile.Remove(_directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _warn($"The damaged response cache in '{_directory}' cannot be removed: {e.Message}");
        }
    }
}
