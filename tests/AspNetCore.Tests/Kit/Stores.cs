using Ferry.AspNetCore.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Ferry.AspNetCore.Tests.Kit;

/// <summary>Stores over a directory, as a restarted process has them.</summary>
internal static class Stores
{
    public const string Id = "0123456789abcdef0123456789abcdef";

    /// <summary>The services of a receiver whose machine has this boot id.</summary>
    public static Action<IServiceCollection> Boot(UploadReceiverOptions options, string bootId, Device? device = null) => services =>
        services.Replace(ServiceDescriptor.Singleton(p =>
            new UploadStore(options, p.GetRequiredService<TimeProvider>(), bootId, p.GetRequiredService<ILogger<UploadStore>>(), device)));

    /// <summary>Writes the files of an upload as a process left them.</summary>
    public static void Leave(UploadDirectory directory, byte[]? work, UploadState state, string metadata = "", string id = Id)
    {
        Directory.CreateDirectory(directory.Paths.Work);
        using var record = UploadRecord.Create(directory.Paths.Record(id), new Device());
        record.Fill(new UploadInfo(id, metadata), state);
        if (work is not null)
            File.WriteAllBytes(directory.Paths.Bytes(id), work);
    }

    /// <summary>What the record of an upload says, while nobody has it.</summary>
    public static UploadState? State(UploadDirectory directory, string id)
    {
        using var record = UploadRecord.Open(directory.Paths.Record(id), new Device());
        return record?.State;
    }
}
