using System.Data.Common;
using Akka.Configuration;
using Ferry.Actors.Hosting;
using Ferry.Engine.Cache;
using Ferry.Engine.Requests;

namespace Ferry.Actors.Tests.Hosting;

public sealed class FerryConfigurationTests
{
    [Fact]
    public void Read_NothingSaid_KeepsTheDefaults() =>
        FerryConfiguration.Read(ConfigurationFactory.ParseString("akka.loglevel = INFO")).Should().Be(new FerryOptions());

    [Fact]
    public void Read_TheShippedHoconConf_SaysTheDefaults()
    {
        var text = File.ReadAllText(Path.Combine(Root(), "hocon.conf"));
        FerryConfiguration.Read(ConfigurationFactory.ParseString(text)).Should().Be(new FerryOptions());
    }

    public static TheoryData<string> Examples => new(Directory.GetFiles(Path.Combine(Root(), "config"), "*.conf").Select(f => Path.GetFileName(f)!));

    [Theory]
    [MemberData(nameof(Examples))]
    public void Read_AnExampleConfiguration_IsValid(string name)
    {
        var text = File.ReadAllText(Path.Combine(Root(), "config", name));
        var options = FerryConfiguration.Read(ConfigurationFactory.ParseString(text));
        options.Problems().Should().BeEmpty();
        options.Should().NotBe(new FerryOptions(), "an example shows something");
    }

    [Fact]
    public void Read_EachSetting_IsTaken()
    {
        var options = FerryConfiguration.Read(ConfigurationFactory.ParseString("""
            ferry {
              data-directory = "/var/lib/ferry"
              durability = process
              max-concurrent = 3
              per-origin = 2
              queue-bound = 10
              aging = 7s
              bytes-per-second = 2MiB
              history { count = 5, age = 2d }
              transfer { checkpoint-bytes = 1MiB, checkpoint-period = 2s, progress-period = 1s, buffer-bytes = 64KiB, max-restarts = 1 }
              cache { size = 1MiB, directory = "/var/cache/ferry" }
              policy {
                allowed-hosts = ["*.example.com", example.com], denied-networks = ["10.0.0.0/8"], allow-cleartext = off
                target-root = "/srv/files", max-resume = 9000000000
              }
            }
            """));
        options.Should().BeEquivalentTo(new
        {
            DataDirectory = "/var/lib/ferry",
            Durability = Durability.Process,
            MaxConcurrent = 3,
            MaxPerOrigin = 2,
            QueueBound = 10,
            AgingStep = TimeSpan.FromSeconds(7),
            BytesPerSecond = 2L * 1024 * 1024,
            HistoryCount = 5,
            HistoryAge = TimeSpan.FromDays(2),
            Transfers = new { CheckpointBytes = 1024L * 1024, CheckpointPeriod = TimeSpan.FromSeconds(2), ProgressPeriod = TimeSpan.FromSeconds(1), BufferBytes = 65536, MaxRestarts = 1 },
            Cache = new { Size = 1024L * 1024, Directory = "/var/cache/ferry" },
            Policy = new EnginePolicy
            {
                AllowedHosts = ["*.example.com", "example.com"],
                DeniedNetworks = ["10.0.0.0/8"],
                AllowCleartext = false,
                TargetRoot = "/srv/files",
                MaxResume = 9_000_000_000,
            },
        });
    }

    [Fact]
    public void Read_CacheOffAndOnAgain()
    {
        var off = FerryConfiguration.Read(ConfigurationFactory.ParseString("ferry.cache.enabled = off"));
        off.Cache.Should().BeNull();
        FerryConfiguration.Read(ConfigurationFactory.ParseString("ferry.max-concurrent = 1"), off).Cache.Should().BeNull();
        FerryConfiguration.Read(ConfigurationFactory.ParseString("ferry.cache.enabled = on"), off).Cache.Should().Be(new CacheSettings());
    }

    [Fact]
    public void Problems_ACacheWithoutSize_IsNamed() =>
        new FerryOptions { Cache = new CacheSettings { Size = 0 } }.Problems().Should().ContainSingle().Which.Should().StartWith("cache.size is 0");

    [Fact]
    public void Read_AWrongDurability_SaysWhatIsAllowed()
    {
        var read = () => FerryConfiguration.Read(ConfigurationFactory.ParseString("ferry.durability = often"));
        read.Should().Throw<ConfigurationException>().WithMessage("*'often'*power or process*");
    }

    [Fact]
    public void Create_APathWithQuotesAndBackslashes_Survives()
    {
        var config = FerryConfiguration.Create(new FerryOptions { DataDirectory = "/tmp/a \"b\" \\c;Mode=Memory" });
        new DbConnectionStringBuilder { ConnectionString = config.GetString("ferry.persistence.journal.connection-string") }["Data Source"]
            .Should().Be("/tmp/a \"b\" \\c;Mode=Memory/journal.db");
        config.GetString("ferry.key-file").Should().Be("/tmp/a \"b\" \\c;Mode=Memory/key");
    }

    [Theory]
    [InlineData(Durability.Power, "FULL")]
    [InlineData(Durability.Process, "NORMAL")]
    public void Create_Durability_SaysHowJournalAndSnapshotsAreFlushed(Durability durability, string synchronous)
    {
        var config = FerryConfiguration.Create(new FerryOptions { Durability = durability });

        config.GetString("ferry.persistence.journal.synchronous").Should().Be(synchronous);
        config.GetString("ferry.persistence.snapshot-store.synchronous").Should().Be(synchronous);
    }

    [Fact]
    public void Create_AServicesOwnDefaultJournal_StaysItsOwn()
    {
        var own = ConfigurationFactory.ParseString("akka.persistence.journal.plugin = mine, akka.persistence.snapshot-store.plugin = mine");
        var merged = FerryConfiguration.Create(new FerryOptions()).WithFallback(own);
        merged.GetString("akka.persistence.journal.plugin").Should().Be("mine");
        merged.GetString("akka.persistence.snapshot-store.plugin").Should().Be("mine");
    }

    [Fact]
    public void Problems_EachIsNamed()
    {
        var problems = new FerryOptions { DataDirectory = " ", MaxConcurrent = -1, MaxPerOrigin = 0, AgingStep = TimeSpan.Zero }.Problems();
        problems.Should().HaveCount(4);
        problems.Should().Contain(p => p.StartsWith("max-concurrent is -1", StringComparison.Ordinal));
    }

    [Fact]
    public void Problems_OfThePolicy_AreNamedToo() =>
        new FerryOptions { Policy = new EnginePolicy { DeniedNetworks = ["10/8"] } }.Problems().Should().ContainSingle().Which.Should().Contain("'10/8'");

    private static string Root()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory!.FullName, "Engine.sln")))
            directory = directory.Parent;
        return directory.FullName;
    }
}
