using System.Diagnostics;
using Xunit;

namespace Ferry.Testing.Disks;

/// <summary>A test that needs a small file system of its own; skipped, with the reason, where none can be mounted.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SmallDiskFactAttribute : FactAttribute
{
    private static readonly Lazy<string?> Reason = new(() =>
    {
        if (!OperatingSystem.IsLinux())
            return "mounts a tmpfs, which only Linux has";
        try
        {
            using var disk = SmallDisk.Mount("64k");
            return null;
        }
        catch (InvalidOperationException e)
        {
            return $"a tmpfs cannot be mounted here: {e.Message}";
        }
    });

    /// <summary>Looks, once, whether a tmpfs can be mounted.</summary>
    public SmallDiskFactAttribute() => Skip = Reason.Value;
}

/// <summary>A mounted tmpfs of a given size.</summary>
public sealed class SmallDisk : IDisposable
{
    private SmallDisk(string path) => Path = path;

    /// <summary>Where it is mounted.</summary>
    public string Path { get; }

    /// <summary>Mounts one.</summary>
    /// <param name="size">Its size as mount takes it, such as 64k.</param>
    /// <exception cref="InvalidOperationException">It cannot be mounted here.</exception>
    public static SmallDisk Mount(string size)
    {
        var path = Directory.CreateTempSubdirectory("ferry-disk-").FullName;
        try
        {
            Run("mount", "-t", "tmpfs", "-o", $"size={size}", "tmpfs", path);
            return new SmallDisk(path);
        }
        catch
        {
            Directory.Delete(path);
            throw;
        }
    }

    /// <summary>Takes all the room that is left, with a file that can be deleted.</summary>
    /// <param name="name">The file's name.</param>
    public void Fill(string name)
    {
        using var filler = new FileStream(System.IO.Path.Combine(Path, name), FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        foreach (var size in new[] { 65536, 4096 })
        {
            var block = new byte[size];
            try
            {
                while (true)
                    filler.Write(block);
            }
            catch (IOException)
            {
                // Full.
            }
        }
    }

    /// <summary>Changes how it is mounted.</summary>
    /// <param name="options">As mount takes them, such as ro.</param>
    public void Remount(string options) => Run("mount", "-o", $"remount,{options}", Path);

    /// <inheritdoc/>
    public void Dispose()
    {
        Run("umount", "-l", Path);
        Directory.Delete(Path);
    }

    private static void Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, UseShellExecute = false })!;
            var error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            if (process.ExitCode != 0)
                throw new InvalidOperationException(error.Trim());
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new InvalidOperationException(e.Message, e);
        }
    }
}
