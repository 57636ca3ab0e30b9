using System.Diagnostics;
using System.Text.Json;
using Ferry.Actors.Tests.Kit;
using Xunit.Abstractions;

namespace Ferry.Actors.Tests.Flavours;

/// <summary>
/// The same sources build on packages named as Akka.NET's (<c>-p:ActorRuntime=akka</c>). Works on a copy, with packages of its own, so that
/// neither this build nor the machine's package folder is touched.
/// </summary>
public sealed class AkkaFlavourTests(ITestOutputHelper output)
{
    private const string Version = "1.5.27-stub";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task Build_OnPackages_TakesNoEmbeddedProject()
    {
        using var home = new TemporaryDirectory();
        var copy = home.File("copy");
        CopySources(Root(), copy);
        await AddBenchmarkAsync(copy);
        StubFeed.Write(home.File("feed"), Version);
        await File.WriteAllTextAsync(Path.Combine(copy, "nuget.config"), $"""
            <configuration>
              <packageSources><add key="stubs" value="{home.File("feed")}" /></packageSources>
            </configuration>
            """);

        var (exitCode, text) = await DotnetAsync(
            copy,
            "build", "src/Benchmark", "-nologo", "-v", "q", "-p:ActorRuntime=akka", $"-p:AkkaVersion={Version}", "-p:RunAnalyzers=false",
            "-p:NuGetAudit=false", "-p:UseSharedCompilation=false", "-nodeReuse:false",
            $"-p:RestorePackagesPath={home.File("packages")}", $"-p:RestoreFallbackFolders={PackageFolder()}");

        exitCode.Should().Be(0, text);
        File.Exists(Path.Combine(copy, "artifacts/akka/bin/Actors/debug/Ferry.Actors.dll")).Should().BeTrue();
        Directory.Exists(Path.Combine(copy, "artifacts/bin")).Should().BeFalse("the flavours share no folder");
        using var assets = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(copy, "artifacts/akka/obj/Actors/project.assets.json")));
        var libraries = assets.RootElement.GetProperty("libraries");
        foreach (var id in new[] { "Akka", "Akka.Persistence", "Akka.Persistence.Sqlite" })
            libraries.GetProperty($"{id}/{Version}").GetProperty("type").GetString().Should().Be("package");
    }

    [Fact]
    public async Task Build_AnotherName_SaysWhatIsAllowed()
    {
        using var home = new TemporaryDirectory();
        CopySources(Root(), home.File("copy"));
        var (exitCode, text) = await DotnetAsync(home.File("copy"), "restore", "src/Actors", "-nologo", "-p:ActorRuntime=orleans", "-nodeReuse:false");
        exitCode.Should().NotBe(0);
        text.Should().Contain("ActorRuntime is 'orleans'; it must be 'embedded' (the default) or 'akka'.");
    }

    private async Task<(int ExitCode, string Text)> DotnetAsync(string directory, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = directory, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        // What the test host's own build set would point the child at the wrong SDK parts.
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToArray())
            start.Environment.Remove(name);
        using var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            var text = process.StandardOutput.ReadToEndAsync(patience.Token);
            var errors = process.StandardError.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            var all = await text + await errors;
            output.WriteLine(all);
            return (process.ExitCode, all);
        }
        catch (OperationCanceledException e)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"dotnet {arguments[0]} took longer than {Patience}.", e);
        }
    }

    private static void CopySources(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var name in new[] { "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props", "BannedSymbols.txt", ".editorconfig", "global.json" })
            File.Copy(Path.Combine(from, name), Path.Combine(to, name));
        Directory.CreateDirectory(Path.Combine(to, "src"));
        File.Copy(Path.Combine(from, "src/Directory.Build.props"), Path.Combine(to, "src/Directory.Build.props"));
        foreach (var project in new[] { "src/Engine", "src/Actors" })
        {
            foreach (var file in Directory.GetFiles(Path.Combine(from, project), "*", SearchOption.AllDirectories))
            {
                var target = Path.Combine(to, Path.GetRelativePath(from, file));
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Copy(file, target);
            }
        }
    }

    /// <summary>A project of the benchmark's plain file and what Ferry's actors are built on: building it builds both.</summary>
    private static async Task AddBenchmarkAsync(string copy)
    {
        var project = Directory.CreateDirectory(Path.Combine(copy, "src/Benchmark")).FullName;
        File.Copy(Path.Combine(Root(), "bench/Runtime/ActorWork.cs"), Path.Combine(project, "ActorWork.cs"));
        await File.WriteAllTextAsync(Path.Combine(project, "Benchmark.csproj"), """
            <Project Sdk="Microsoft.NET.Sdk">
              <ItemGroup>
                <ProjectReference Include="../Actors/Actors.csproj" />
                <AkkaReference Include="Akka" />
                <AkkaReference Include="Akka.Persistence" />
              </ItemGroup>
            </Project>
            """);
    }

    private static string PackageFolder() => Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    private static string Root()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory!.FullName, "Engine.sln")))
            directory = directory.Parent;
        return directory.FullName;
    }
}
