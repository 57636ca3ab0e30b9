using Ferry.Engine.Cache;

namespace Ferry.Actors.Protocol;

/// <summary>
/// Creates the response cache anew (createHttpResponseCache): one that has this size already stays as it is, with another size an empty one
/// takes its place, a deleted one is enabled again. Answered with <see cref="CacheDone"/> or <see cref="CommandRejected"/>.
/// </summary>
/// <param name="Size">The size in bytes, 1 or more; more than 10 MiB is clamped.</param>
public sealed record CreateCache(long Size = ResponseCache.MaxSize) : ITransferCommand;

/// <summary>Writes the response cache to disk, atomically. Answered with <see cref="CacheDone"/> or <see cref="CommandRejected"/>.</summary>
public sealed record FlushCache : ITransferCommand;

/// <summary>Disables the response cache and deletes its data. Answered with <see cref="CacheDone"/> or <see cref="CommandRejected"/>.</summary>
public sealed record DeleteCache : ITransferCommand;

/// <summary>The response cache did as it was told.</summary>
public sealed record CacheDone;
