using Ferry.Testing.Processes;

namespace Ferry.Interop.Tests.Tus;

/// <summary>The program that these tests are, as a process of its own: see Program.cs.</summary>
internal static class OwnProgram
{
    /// <summary>Starts it.</summary>
    /// <param name="arguments">What it is to be.</param>
    public static JsonProcess Start(IEnumerable<string> arguments) =>
        JsonProcess.Start("dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, "Interop.Tests.dll"), .. arguments]);
}
