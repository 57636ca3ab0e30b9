using System.Runtime.CompilerServices;

namespace Ferry.Host.Tests.Golden;

/// <summary>
/// What a person sees, compared with a file beside this one. FERRY_UPDATE_GOLDEN=1 writes the files instead; look at the
/// difference before you commit it.
/// </summary>
internal static class GoldenFile
{
    /// <summary>Compares a text with the file of this name.</summary>
    public static void Check(string name, string actual, [CallerFilePath] string caller = "")
    {
        var here = Path.GetDirectoryName(ThisFile())!;
        var path = Path.Combine(here, name + ".txt");
        var text = actual.ReplaceLineEndings("\n");
        if (Environment.GetEnvironmentVariable("FERRY_UPDATE_GOLDEN") == "1")
            File.WriteAllText(path, text);
        File.Exists(path).Should().BeTrue($"{path} is compared by {Path.GetFileName(caller)}");
        text.Should().Be(File.ReadAllText(path));
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
