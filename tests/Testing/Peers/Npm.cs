using Ferry.Testing.Processes;

namespace Ferry.Testing.Peers;

/// <summary>Packages of npm that this repository's work is tried with, in a folder that an environment variable names.</summary>
public static class Npm
{
    /// <summary>The variable: the path of a <c>node_modules</c> folder.</summary>
    public const string Variable = "FERRY_NODE_MODULES";

    /// <summary>Why a test of these packages cannot run here, with the remedy, or null where it can.</summary>
    /// <param name="packages">The packages' names.</param>
    public static string? Missing(params IReadOnlyCollection<string> packages)
    {
        if (Peer.Find("node") is null)
            return "needs the program 'node' (version 20 or later), which is not installed here";
        var folder = Environment.GetEnvironmentVariable(Variable) ?? "";
        var absent = packages.Where(p => folder.Length == 0 || !File.Exists(Path.Combine(folder, p, "package.json"))).ToArray();
        return absent.Length == 0
            ? null
            : $"needs the npm packages {string.Join(", ", absent)}: copy tests/Interop.Tests/package.json to a folder of its own, "
                + $"run 'npm install --prefix FOLDER' and set {Variable} to FOLDER/node_modules";
    }

    /// <summary>Starts a script of the folder Scripts beside the running assembly.</summary>
    /// <param name="script">Its file name.</param>
    /// <param name="arguments">Its arguments.</param>
    public static JsonProcess Start(string script, IEnumerable<string> arguments) =>
        JsonProcess.Start(Peer.Find("node") ?? "node", [Path.Combine(AppContext.BaseDirectory, "Scripts", script), .. arguments]);
}
