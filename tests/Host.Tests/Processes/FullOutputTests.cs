using System.Diagnostics;
using Ferry.Testing.Processes;

namespace Ferry.Host.Tests.Processes;

/// <summary>Where the program cannot say what it has to say.</summary>
public sealed class FullOutputTests : ProcessTest
{
    [Theory]
    [InlineData("get", "/good/f?size=10", "-o", "f")]
    [InlineData("get", "/good/f?size=10", "-o", "f", "--json")]
    [InlineData("request", "/good/f?size=10")]
    [InlineData("request", "/good/f?size=10", "--json")]
    public async Task OutputIsFull_OneSentence_ExitCode1(params string[] arguments)
    {
        var (code, error) = await ShellAsync(">/dev/full", [arguments[0], Server.Url(arguments[1]), .. arguments[2..]]);

        code.Should().Be(1, error);
        error.Should().MatchRegex(@"\Aferry: The (output cannot be written|response cannot be written to the output): No space left on device\.? \[2300023\]\n\z");
    }

    [Fact]
    public async Task ListToAFullOutput_OneSentence_ExitCode1() =>
        (await ShellAsync(">/dev/full", "list")).Should().Be((1, "ferry: The output cannot be written: No space left on device. [2300023]\n"));

    [Theory]
    [InlineData(1, "get", "/error-page/x", "-o", "f")]
    [InlineData(1, "get", "/error-page/x", "-o", "f", "--json")]
    [InlineData(2, "get", "/good/f", "--priority", "many")]
    [InlineData(1, "request", "/not-http/x", "--verbose")]
    public async Task ErrorsCannotBeTold_TheExitCodeTells(int expected, params string[] arguments)
    {
        foreach (var nowhere in new[] { "2>/dev/full", "2>&-" })
        {
            var (code, _) = await ShellAsync(nowhere, [arguments[0], Server.Url(arguments[1]), .. arguments[2..]]);
            code.Should().Be(expected, nowhere);
        }
    }

    private async Task<(int Code, string Error)> ShellAsync(string redirection, params string[] arguments)
    {
        var start = new ProcessStartInfo("/bin/sh")
        {
            ArgumentList = { "-c", $"exec \"$@\" {redirection}", "sh", "dotnet", Path.Combine(AppContext.BaseDirectory, "ferry.dll") },
            Environment = { ["XDG_STATE_HOME"] = State, ["DOTNET_TieredPGO"] = "0", ["DOTNET_DbgEnableMiniDump"] = "0" },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = Place,
        };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = await process.StandardError.ReadToEndAsync();
        await output;
        await process.WaitForExitAsync().WaitAsync(FerryProcess.Patience);
        return (process.ExitCode, error);
    }
}
