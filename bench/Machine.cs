using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Ferry.Bench;

/// <summary>What the figures were taken on.</summary>
internal static class Machine
{
    public static IEnumerable<string> Describe(string place)
    {
        yield return $"- Machine: {Cpu()}, {Environment.ProcessorCount} processors, {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 30} GiB of memory";
        yield return $"- System: {RuntimeInformation.OSDescription}; files on {FileSystem(place)}";
        yield return $"- .NET {Environment.Version}";
    }

    public static IEnumerable<string> DescribePrograms(string ferry)
    {
        yield return $"- ferry {First(ferry, "--version")}";
        if (Contenders.Peers.Find("curl") is { } curl)
            yield return $"- {First(curl, "--version").Split('(')[0].Trim()}";
        if (Contenders.Peers.Find("aria2c") is { } aria)
            yield return $"- {First(aria, "--version")}";
    }

    private static string First(string program, string argument)
    {
        using var process = Process.Start(new ProcessStartInfo(program, argument) { UseShellExecute = false, RedirectStandardOutput = true })!;
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return text.Split('\n')[0].Split('+')[0].Trim();
    }

    private static string Cpu() => File.Exists("/proc/cpuinfo")
        ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? "unknown"
        : RuntimeInformation.ProcessArchitecture.ToString();

    private static string FileSystem(string place)
    {
        var drive = DriveInfo.GetDrives().Where(d => d.IsReady && place.StartsWith(d.RootDirectory.FullName, StringComparison.Ordinal))
            .MaxBy(d => d.RootDirectory.FullName.Length);
        return drive?.DriveFormat ?? "an unknown file system";
    }
}
