using System.Reflection;
using Akka.Configuration;

namespace Akka;

/// <summary>Type names of configuration files: "Namespace.Type, Assembly", or without assembly for the types of the runtime.</summary>
internal static class TypeNames
{
    internal static Type Load(string name, string key) =>
        TryLoad(name) ?? throw new ConfigurationException($"Type [{name}] (configured in {key}) cannot be loaded");

    internal static Type? TryLoad(string name)
    {
        if (Type.GetType(name, throwOnError: false) is { } type)
            return type;
        return name.Contains(',', StringComparison.Ordinal)
            ? null
            : AppDomain.CurrentDomain.GetAssemblies().Select(a => a.GetType(name, throwOnError: false)).FirstOrDefault(t => t is not null);
    }

    /// <summary>"Namespace.Type, Assembly": how a type is written so that it loads again under any version.</summary>
    internal static string Of(Type type) =>
        type.Assembly == typeof(object).Assembly ? type.FullName! : $"{type.FullName}, {type.Assembly.GetName().Name}";

    internal static object Create(Type type, params object[] arguments) =>
        Activator.CreateInstance(type, BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic, null, arguments, null)!;
}
