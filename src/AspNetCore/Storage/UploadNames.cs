using Ferry.AspNetCore.Protocol;
using Ferry.Engine.Http;

namespace Ferry.AspNetCore.Storage;

/// <summary>The name that a finished upload is to have.</summary>
internal static class UploadNames
{
    /// <summary>The client's name for it, where that is a safe one; the id otherwise.</summary>
    public static string Wanted(UploadInfo info) =>
        UploadMetadata.Parse(info.Metadata).TryGetValue(UploadMetadata.FileName, out var name) && SafeFileName.Checked(name) is { } safe ? safe : info.Id;
}
