using Ferry.Engine.Requests;
using Ferry.Host.Commands;

namespace Ferry.Host.Tests.Commands;

public sealed class PutCommandTests
{
    [Fact]
    public async Task Put_AllOptionsOfTus_AreRead()
    {
        var run = await CommandLineRun.OfAsync(
            "put", "big.iso", "http://a/files", "--tus", "--chunk-size", "1M", "--no-checksum", "--meta", "filetype=a/b", "--meta", "k=v=w", "--force",
            "--priority", "7", "-H", "A: b", "-H", "C:d:e", "--limit-rate", "512K", "--retries", "2", "--durability", "process", "--data-dir", "s", "--json",
            "--quiet", "--verbose");

        run.ExitCode.Should().Be(0, run.Error);
        run.Put.Should().BeEquivalentTo(new PutArguments
        {
            File = "big.iso",
            Url = "http://a/files",
            Tus = true,
            ChunkSize = 1024 * 1024,
            NoChecksum = true,
            Metadata = [new UploadMetadata("filetype", "a/b"), new UploadMetadata("k", "v=w")],
            Force = true,
            Priorities = [7],
            Headers = [new HeaderField("A", "b"), new HeaderField("C", "d:e")],
            LimitRate = 512 * 1024,
            Retries = 2,
            Durability = Durability.Process,
            DataDirectory = "s",
            Json = true,
            Quiet = true,
            Verbose = true,
        });
    }

    [Fact]
    public async Task Put_FileAndUrlAlone_HaveTheDefaults()
    {
        var run = await CommandLineRun.OfAsync("put", "f", "http://a/x");

        run.Put.Should().BeEquivalentTo(new PutArguments { File = "f", Url = "http://a/x", Durability = Durability.Power });
    }

    [Fact]
    public async Task Put_PlainAndForm_AreRead()
    {
        (await CommandLineRun.OfAsync("put", "f", "http://a/x", "--method", "POST", "--idempotent")).Put.Should()
            .BeEquivalentTo(new PutArguments { File = "f", Url = "http://a/x", Method = "POST", Idempotent = true });
        (await CommandLineRun.OfAsync("put", "f", "http://a/x", "--multipart", "photo")).Put.Should()
            .BeEquivalentTo(new PutArguments { File = "f", Url = "http://a/x", Multipart = "photo" });
    }

    [Theory]
    [InlineData("--method is 'GET'; it must be PUT or POST", "put", "f", "http://a/x", "--method", "GET")]
    [InlineData("--chunk-size is 'big'", "put", "f", "http://a/x", "--tus", "--chunk-size", "big")]
    [InlineData("--meta is 'alone'; it must be KEY=VALUE", "put", "f", "http://a/x", "--tus", "--meta", "alone")]
    [InlineData("--priority is 'x'", "put", "f", "http://a/x", "--priority", "x")]
    [InlineData("--retries is 'many'", "put", "f", "http://a/x", "--retries", "many")]
    [InlineData("URL is missing: write ferry put FILE URL.", "put", "f")]
    [InlineData("FILE is missing: write ferry put FILE URL.", "put")]
    [InlineData("Required argument missing for option: '--meta'", "put", "f", "http://a/x", "--meta")]
    [InlineData("There is no option '--frobnicate'", "put", "--frobnicate", "http://a/x")]
    [InlineData("Standard input cannot be read again", "put", "-", "http://a/x")]
    public async Task Put_WrongUsage_OneSentenceWithCodeAndExitCode2(string sentence, params string[] args)
    {
        var run = await CommandLineRun.OfAsync(args);

        run.ShouldBeWrongUsage(sentence);
        run.Error.Should().Contain("\nTry: ferry put --help");
    }

    [Fact]
    public async Task Help_ShowsOptions_Examples_AndExitCodes()
    {
        var run = await CommandLineRun.OfAsync("put", "--help");

        run.ExitCode.Should().Be(0);
        run.Output.Should().Contain("--tus").And.Contain("--multipart <NAME>").And.Contain("<PUT|POST>").And.Contain("--limit-rate <BYTES>")
            .And.Contain("ferry put big.iso https://example.com/files --tus\n").And.Contain("130 interrupted");
    }

    [Fact]
    public async Task Help_OfAll_NamesEveryCommand() =>
        (await CommandLineRun.OfAsync("--help")).Output.Should().Contain("get ").And.Contain("put ").And.Contain("request ").And.Contain("list ");
}
