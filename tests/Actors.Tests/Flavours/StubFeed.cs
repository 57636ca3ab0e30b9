using System.IO.Compression;

namespace Ferry.Actors.Tests.Flavours;

/// <summary>A folder of packages named as Akka.NET's, made from the embedded runtime's assemblies: enough to restore and to compile against.</summary>
internal static class StubFeed
{
    private static readonly (string Id, string? DependsOn)[] Packages =
    [
        ("Akka", null),
        ("Akka.Persistence", "Akka"),
        ("Akka.Persistence.Sqlite", "Akka.Persistence"),
    ];

    /// <summary>Writes the packages.</summary>
    /// <param name="folder">Where to.</param>
    /// <param name="version">Their version.</param>
    public static void Write(string folder, string version)
    {
        Directory.CreateDirectory(folder);
        foreach (var (id, dependsOn) in Packages)
        {
            using var package = ZipFile.Open(Path.Combine(folder, $"{id}.{version}.nupkg"), ZipArchiveMode.Create);
            using (var nuspec = new StreamWriter(package.CreateEntry($"{id}.nuspec").Open()))
                nuspec.Write(Nuspec(id, version, dependsOn));
            package.CreateEntryFromFile(Path.Combine(AppContext.BaseDirectory, $"{id}.dll"), $"lib/net10.0/{id}.dll");
        }
    }

    private static string Nuspec(string id, string version, string? dependsOn) => $"""
        <?xml version="1.0" encoding="utf-8"?>
        <package xmlns="http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd">
          <metadata>
            <id>{id}</id>
            <version>{version}</version>
            <authors>A test</authors>
            <description>Stands in for a package.</description>
            <dependencies>
              <group targetFramework="net10.0">
                {(dependsOn is null ? "" : $"<dependency id=\"{dependsOn}\" version=\"{version}\" />")}
              </group>
            </dependencies>
          </metadata>
        </package>
        """;
}
