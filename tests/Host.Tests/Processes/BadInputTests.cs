using Ferry.Testing.Disks;
using Ferry.Testing.Processes;
using Ferry.Testing.Server;

namespace Ferry.Host.Tests.Processes;

/// <summary>Bad input gets one clear sentence with a code, an exit code, no stack trace; and loses nothing.</summary>
public sealed class BadInputTests : ProcessTest
{
    [Theory]
    [InlineData("is not a URL", "[2300003]", "get", "nonsense")]
    [InlineData("The scheme 'ftp'", "[2300001]", "get", "ftp://a/x")]
    [InlineData("priority 0", "[401]", "get", "http://127.0.0.1:1/x", "--priority", "0")]
    [InlineData("priority 1001", "[401]", "get", "http://127.0.0.1:1/x", "--priority", "1001")]
    [InlineData("The directory '/nowhere' does not exist", "[2300023]", "get", "http://127.0.0.1:1/x", "-d", "/nowhere")]
    [InlineData("The directory '/nowhere' does not exist", "[2300023]", "get", "http://127.0.0.1:1/x", "-o", "/nowhere/x")]
    [InlineData("is a file, not a directory", "[2300023]", "get", "http://127.0.0.1:1/x", "-d", "/etc/passwd")]
    [InlineData("-o names one file", "[401]", "get", "http://127.0.0.1:1/x", "http://127.0.0.1:1/y", "-o", "x")]
    [InlineData("There is no option '--nope'", "[401]", "get", "http://127.0.0.1:1/x", "--nope")]
    [InlineData("is not a header name", "[401]", "get", "http://127.0.0.1:1/x", "-H", "a b: c")]
    [InlineData("is set by the engine", "[401]", "get", "http://127.0.0.1:1/x", "-H", "Range: bytes=0-1")]
    [InlineData("--limit-rate is '2X'", "[401]", "get", "http://127.0.0.1:1/x", "--limit-rate", "2X")]
    [InlineData("is not 64 hexadecimal digits", "[401]", "get", "--sha256", "abc", "http://127.0.0.1:1/x")]
    [InlineData("-j is 0", "[401]", "get", "http://127.0.0.1:1/x", "-j", "0")]
    [InlineData("is not a URL", "[2300003]", "put", "/etc/passwd", "nonsense")]
    [InlineData("The scheme 'ftp'", "[2300001]", "put", "/etc/passwd", "ftp://a/x")]
    [InlineData("priority 0", "[401]", "put", "/etc/passwd", "http://127.0.0.1:1/x", "--priority", "0")]
    [InlineData("'/nowhere' does not exist", "[2300026]", "put", "/nowhere", "http://127.0.0.1:1/x", "--tus")]
    [InlineData("'/etc' is a directory", "[2300026]", "put", "/etc", "http://127.0.0.1:1/x")]
    [InlineData("'/dev/null' is not a regular file", "[2300026]", "put", "/dev/null", "http://127.0.0.1:1/x")]
    [InlineData("two ways to send a file", "[401]", "put", "/etc/passwd", "http://127.0.0.1:1/x", "--tus", "--multipart", "f")]
    [InlineData("--chunk-size is for --tus", "[401]", "put", "/etc/passwd", "http://127.0.0.1:1/x", "--chunk-size", "1M")]
    [InlineData("There is no option '--nope'", "[401]", "put", "--nope", "http://127.0.0.1:1/x")]
    [InlineData("is set by the engine", "[401]", "put", "/etc/passwd", "http://127.0.0.1:1/x", "-H", "Content-Length: 3")]
    public async Task WrongUsage_ExitCode2_NothingIsMade(string sentence, string code, params string[] arguments)
    {
        var end = await RunAsync(arguments);

        end.ExitCode.Should().Be(2, $"{end}");
        end.Error.Should().StartWith("ferry: ").And.Contain(sentence).And.Contain(code).And.NotContain("   at ");
        end.Output.Should().BeEmpty();
        Directory.Exists(State).Should().BeFalse();
    }

    [Theory]
    [InlineData("/error-page/x?status=404", "404", "[2300078]")]
    [InlineData("/error-page/x?status=403", "403", "[2300009]")]
    [InlineData("/error-page/x?status=500", "500", "[2300008]")]
    [InlineData("/401/x", "401", "[2300094]")]
    [InlineData("/redirect-loop/x", "redirect", "[2300047]")]
    [InlineData("/not-http/x", "HTTP", "[2300008]")]
    public async Task ServerRefuses_ExitCode1_NothingUnderTheTargetsName(string route, string word, string code)
    {
        var end = await RunAsync("get", Server.Url(route), "-o", Target, "--retries", "0");

        end.ExitCode.Should().Be(1, $"{end}");
        end.Error.Should().StartWith("ferry: file.bin: ").And.Contain(word).And.Contain(code).And.NotContain("   at ");
        File.Exists(Target).Should().BeFalse();
    }

    [Fact]
    public async Task NobodyListens_ExitCode1()
    {
        var end = await RunAsync("get", "http://127.0.0.1:1/x", "-o", Target, "--retries", "0");

        end.ExitCode.Should().Be(1);
        end.Error.Should().Contain("refused").And.Contain("[2300007]");
    }

    [Fact]
    public async Task TargetDirectoryCannotBeWritten_ExitCode1()
    {
        // Root may write everywhere but into the kernel's own tree.
        var end = await RunAsync("get", Server.Url("/good/x"), "-o", "/proc/file.bin");

        end.ExitCode.Should().Be(1);
        end.Error.Should().StartWith("ferry: file.bin: ").And.Contain("/proc").And.Contain("[2300023]").And.NotContain("   at ");
    }

    [Theory]
    [InlineData("/proc/ferry")]
    [InlineData("/etc/passwd")]
    [InlineData("/etc/passwd/ferry")]
    public async Task DataDirectoryCannotBeUsed_ExitCode1(string directory)
    {
        var end = await RunAsync("get", Server.Url("/good/x"), "-o", Target, "--data-dir", directory);

        end.ExitCode.Should().Be(1, $"{end}");
        end.Error.Should().StartWith($"ferry: The data directory '{directory}' cannot be used").And.Contain("[2300023]").And.NotContain("   at ");
        Server.Requests.Count.Should().Be(0);
    }

    [Fact]
    public async Task JournalIsNoDatabase_ExitCode1_AndItIsLeftAsItIs()
    {
        var data = Directory.CreateDirectory(Path.Combine(Place, "data")).FullName;
        var journal = Path.Combine(data, "journal.db");
        await File.WriteAllTextAsync(journal, "my diary, not a database; rather long, so that there is something to lose");

        var end = await RunAsync("get", Server.Url("/good/x"), "-o", Target, "--data-dir", data);

        end.ExitCode.Should().Be(1);
        end.Error.Should().StartWith($"ferry: The journal '{journal}' is damaged or not a journal").And.NotContain("   at ");
        File.ReadAllText(journal).Should().StartWith("my diary");
    }

    [Fact]
    public async Task JournalIsDamagedInside_ExitCode1_AndNoCrash()
    {
        var data = Path.Combine(Place, "data");
        (await RunAsync("get", Server.Url("/good/x"), "-o", Target, "--data-dir", data)).ExitCode.Should().Be(0);
        var journal = Path.Combine(data, "journal.db");
        using (var file = File.OpenWrite(journal))
        {
            file.Position = 100;
            file.Write(new byte[file.Length - 100]);
        }

        var end = await RunAsync("get", Server.Url("/good/y"), "-o", Target + "2", "--data-dir", data);

        end.ExitCode.Should().Be(1, $"{end}");
        end.Error.Should().StartWith("ferry: ").And.NotContain("   at ");
        File.Exists(Target).Should().BeTrue();
    }

    [Fact]
    public async Task DataDirectoryIsInUse_ExitCode1_NamesTheOwner()
    {
        var data = Path.Combine(Place, "data");
        using var first = await StartUntilAsync(Server.Url($"/slow/f?size={8 * MiB}&rate={MiB}"), 1, "--data-dir", data);

        foreach (var arguments in new[] { new[] { "get", Server.Url("/good/x"), "-o", Target + "2" }, ["list"], ["cancel", "x"] })
        {
            var end = await RunAsync([.. arguments, "--data-dir", data]);
            end.ExitCode.Should().Be(1, $"{end}");
            end.Error.Should().Contain($"in use by process {first.Id}");
        }
    }

    [Fact]
    public async Task Verbose_ShowsTheCause()
    {
        var end = await RunAsync("get", Server.Url("/good/x"), "-o", Target, "--data-dir", "/proc/ferry", "--verbose");

        end.Error.Should().Contain("   at ");
    }

    [SmallDiskFact]
    public async Task DiskFull_ClearSentence_KeepsWhatCame_AndGoesOnOnceThereIsRoom()
    {
        using var disk = SmallDisk.Mount("4m");
        var target = Path.Combine(disk.Path, "file.bin");
        var url = Server.Url($"/good/f?size={8 * MiB}");

        var full = await RunAsync("get", url, "-o", target, "--json", "--retries", "0");
        full.ExitCode.Should().Be(1, $"{full}");
        full.Error.Should().Contain("full").And.Contain("[2300023]");
        var kept = full.Last.GetProperty("bytesKept").GetInt64();
        kept.Should().BeGreaterThan(3 * MiB);
        File.Exists(target).Should().BeFalse();

        disk.Remount("size=16m");
        var end = await RunAsync("get", url, "-o", target, "--json", "--retries", "0");
        end.ExitCode.Should().Be(0, $"{end}");
        end.Last.GetProperty("resumedFrom").GetInt64().Should().Be(kept);
        Digest(target).Should().Be(Content.Sha256(1, 8 * MiB));
    }

    [SmallDiskFact]
    public async Task TargetDirectoryIsReadOnly_ExitCode1()
    {
        using var disk = SmallDisk.Mount("1m");
        disk.Remount("ro");

        var end = await RunAsync("get", Server.Url("/good/x"), "-o", Path.Combine(disk.Path, "file.bin"));

        end.ExitCode.Should().Be(1);
        end.Error.Should().Contain("read-only").And.Contain("[2300023]");
    }
}
