using System.Reflection;
using Akka.Configuration.Hocon;

namespace Akka.Configuration;

/// <summary>Where configurations come from.</summary>
public class ConfigurationFactory
{
    public static Config Empty => Config.Empty;

    /// <summary>The settings of the actor core itself, below all others.</summary>
    public static Config Default() => FromResource("Akka.Configuration.reference.conf", typeof(ConfigurationFactory).Assembly);

    /// <summary>Reads HOCON text; an included file is looked for from the current folder.</summary>
    public static Config ParseString(string hocon) => ParseString(hocon, includeCallback: null);

    /// <summary>Reads HOCON text; <paramref name="includeCallback"/> is asked for what an include statement names.</summary>
    public static Config ParseString(string hocon, Func<string, HoconRoot>? includeCallback) => new(Parser.Parse(hocon, includeCallback));

    public static Config FromResource(string resourceName, object instanceInAssembly) =>
        FromResource(resourceName, instanceInAssembly as Assembly ?? instanceInAssembly.GetType().Assembly);

    public static Config FromResource<TAssembly>(string resourceName) => FromResource(resourceName, typeof(TAssembly).Assembly);

    public static Config FromResource(string resourceName, Assembly assembly)
    {
        using var stream = assembly.GetManifestResourceStream(resourceName)
            ?? throw new ConfigurationException($"{assembly.GetName().Name} holds no resource '{resourceName}'.");
        using var reader = new StreamReader(stream);
        var syntax = Parser.ParseSyntax(reader.ReadToEnd(), resourceName, new HoconIncludes(Directory.GetCurrentDirectory(), callback: null));
        return new Config(new HoconRoot(syntax));
    }
}
