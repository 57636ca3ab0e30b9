namespace Ferry.AspNetCore;

/// <summary>An upload that is finished and has its name.</summary>
/// <param name="Id">Its id: the last segment of its URL. Who knows it may ask for the upload, so it is a secret.</param>
/// <param name="Path">The file's full path. The receiver does not touch the file any more.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="Metadata">What the client told of it (Upload-Metadata), decoded. Nothing in it was checked: it may hold any text.</param>
public sealed record ReceivedUpload(string Id, string Path, long Length, IReadOnlyDictionary<string, string> Metadata);
