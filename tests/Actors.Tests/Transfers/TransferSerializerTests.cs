using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit.Xunit2;
using Ferry.Actors.Hosting;
using Ferry.Actors.Tests.Kit;
using Ferry.Actors.Transfers;
using Ferry.Engine.Errors;
using Ferry.Engine.Ranges;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;

namespace Ferry.Actors.Tests.Transfers;

public sealed class TransferSerializerTests : TestKit
{
    private static readonly TransferId Id = TransferId.Parse("abc_1");
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly TransferRequest Request = new()
    {
        Id = "abc_1",
        Url = "https://host.test/file?signature=SECRET-OF-THE-URL",
        Destination = new FileDestination("/tmp/file") { IfExists = ExistingTarget.Rename, Durability = Durability.Process, ComputeSha256 = true },
        Options = new RequestOptions
        {
            Headers = [new HeaderField("Authorization", "Bearer SECRET-OF-THE-URL"), new HeaderField("X", "1")],
            ExtraData = new BytesData([1, 2, 3]),
            Priority = 77,
            Retry = new RetryOptions { MaxRetries = 3 },
            ReadTimeout = TimeSpan.FromMilliseconds(1500),
        },
    };

    private static readonly TransferError Error = new(ErrorCode.TimedOut, ErrorStage.Receiving, ErrorSide.Network, "Silence.") { RetryCanHelp = true, HttpStatus = 503, BytesKept = 9 };

    private static readonly CompletedOutcome Completed = new(5, "ab", "/tmp/file") { Identity = new ResourceIdentity { FinalUrl = Request.Url, Length = 5 } };

    private readonly TemporaryDirectory _home;

    public TransferSerializerTests()
        : this(new TemporaryDirectory())
    {
    }

    private TransferSerializerTests(TemporaryDirectory home)
        : base(ConfigurationFactory.ParseString($"ferry.key-file = \"{home.File("key")}\"").WithFallback(FerryConfiguration.Shared()))
    {
        _home = home;
        File.WriteAllBytes(home.File("key"), RandomNumberGenerator.GetBytes(32));
    }

    public static TheoryData<string> Manifests =>
    [
        "accepted/1", "paused/1", "resumed/1", "resumed-with/1", "priority-changed/1", "settled/1", "removed/1", "index/1", "identified/1",
        "checkpointed/1", "restarted/1", "retry-scheduled/1", "verified/1", "ended/1", "reopened/1",
    ];

    [Theory]
    [MemberData(nameof(Manifests))]
    public void RoundTrip_GivesTheSame(string manifest)
    {
        var payload = Payload(manifest);
        var serializer = Sys.Serialization.FindSerializerFor(payload).Should().BeOfType<TransferSerializer>().Subject;
        serializer.Manifest(payload).Should().Be(manifest);
        var bytes = serializer.ToBinary(payload);
        serializer.FromBinary(bytes, manifest).Should().BeEquivalentTo(payload, o => o.RespectingRuntimeTypes());
    }

    [Fact]
    public void Accepted_WrittenBeforeSomeOptionsExisted_HasTheirDefaults()
    {
        var written = JsonSerializer.SerializeToNode(new TransferWasAccepted(Id, Request, Noon), JournalJson.Default.TransferWasAccepted)!;
        foreach (var since in new[] { "multiFormData", "usingCache", "usingProxy", "certificatePinning", "dnsServers" })
            written["request"]!["options"]!.AsObject().Remove(since).Should().BeTrue();
        var read = written.Deserialize(JournalJson.Default.TransferWasAccepted)!.Request;
        RequestValidation.Validate(read, () => Id).Problems.Should().NotBeEmpty("this is why the defaults are filled in");
        JournaledRequests.WithDefaults(read).Should().BeEquivalentTo(Request, o => o.RespectingRuntimeTypes());
        JournaledRequests.WithDefaults(Request).Should().BeSameAs(Request);
    }

    [Theory]
    [MemberData(nameof(Manifests))]
    public void ToBinary_NoUrlAndNoHeaderIsReadable(string manifest)
    {
        var bytes = new TransferSerializer((ExtendedActorSystem)Sys).ToBinary(Payload(manifest));
        Encoding.Latin1.GetString(bytes).Should().NotContain("SECRET-OF-THE-URL").And.NotContain("host.test");
    }

    [Fact]
    public void FromBinary_UnknownManifest_SaysWhoWroteIt()
    {
        var read = () => new TransferSerializer((ExtendedActorSystem)Sys).FromBinary([], "accepted/9");
        read.Should().Throw<TransferException>().WithMessage("*'accepted/9'*newer*");
    }

    [Fact]
    public void FromBinary_PayloadFromBeforeDigestsAndNames_IsReadWithoutThem()
    {
        using var cipher = new JournalCipher(File.ReadAllBytes(_home.File("key")), "key");
        var serializer = new TransferSerializer((ExtendedActorSystem)Sys);
        var accepted = new TransferWasAccepted(Id, Request with { Destination = new FileDestination("/f") }, Noon);
        var json = Encoding.UTF8.GetString(cipher.Open(serializer.ToBinary(accepted), out _));
        var older = json.Replace(",\"nameFromAnswer\":false", "", StringComparison.Ordinal).Replace("\"nameFromAnswer\":false,", "", StringComparison.Ordinal);
        older.Should().NotBe(json);
        serializer.FromBinary(cipher.Seal(Id.Value, Encoding.UTF8.GetBytes(older)), "accepted/1").Should().BeEquivalentTo(accepted, o => o.RespectingRuntimeTypes());

        var identified = """{"identity":{"finalUrl":"http://a/","eTag":"\"x\"","length":7}}"""u8;
        serializer.FromBinary(cipher.Seal(Id.Value, identified), "identified/1").Should().Be(
            new JournaledFact(Id, new Identified(new ResourceIdentity { FinalUrl = "http://a/", ETag = "\"x\"", Length = 7 })));
    }

    [Fact]
    public void Cipher_AnotherKey_IsToldFromDamage()
    {
        using var first = new JournalCipher(RandomNumberGenerator.GetBytes(32), "one");
        using var second = new JournalCipher(RandomNumberGenerator.GetBytes(32), "two");
        var sealedBytes = first.Seal("name", "text"u8);
        first.Open(sealedBytes, out var name).Should().Equal("text"u8.ToArray());
        name.Should().Be("name");
        var wrong = () => second.Open(sealedBytes, out _);
        wrong.Should().Throw<TransferException>().WithMessage("*another key than the one in 'two'*");
    }

    [Fact]
    public void Cipher_AnyChangedByte_IsNoticed()
    {
        using var cipher = new JournalCipher(RandomNumberGenerator.GetBytes(32), "one");
        var good = cipher.Seal("name", "some text"u8);
        for (var i = 0; i < good.Length; i++)
        {
            var bad = good.ToArray();
            bad[i] ^= 1;
            var open = () => cipher.Open(bad, out _);
            open.Should().Throw<TransferException>($"byte {i}");
        }
        var cut = () => cipher.Open(good.AsSpan(0, 20), out _);
        cut.Should().Throw<TransferException>();
    }

    [Fact]
    public void FromBinary_PayloadOfAnotherTransfer_Refused()
    {
        using var cipher = new JournalCipher(File.ReadAllBytes(_home.File("key")), "key");
        var serializer = new TransferSerializer((ExtendedActorSystem)Sys);
        var json = cipher.Open(serializer.ToBinary(new TransferWasPaused(Id)), out _);
        var read = () => serializer.FromBinary(cipher.Seal("other", json), "paused/1");
        read.Should().Throw<TransferException>().WithMessage("*another transfer*");
    }

    private static object Payload(string manifest) => manifest switch
    {
        "accepted/1" => new TransferWasAccepted(Id, Request, Noon),
        "paused/1" => new TransferWasPaused(Id),
        "resumed/1" => new TransferWasResumed(Id, Again: true),
        "resumed-with/1" => new TransferWasResumedWith(Id, Request, Again: true),
        "priority-changed/1" => new TransferPriorityWasChanged(Id, 9),
        "settled/1" => new TransferWasSettled(Id, Completed, Noon),
        "removed/1" => new TransferWasRemoved(Id),
        "index/1" => new IndexSnapshot([new IndexRow(Id, Request, Noon) { Priority = 9, Paused = true, Outcome = Completed, SettledAt = Noon }]),
        "identified/1" => new JournaledFact(Id, new Identified(new ResourceIdentity { FinalUrl = Request.Url, ETag = "\"é\"", Length = 7, ReprDigest = "sha-256=:AA==:", FileName = "é.txt" })),
        "checkpointed/1" => new JournaledFact(Id, new Checkpointed(5_000_000_000, 4, "boot")),
        "restarted/1" => new JournaledFact(Id, new Restarted(RestartReason.RangesIgnored)),
        "retry-scheduled/1" => new JournaledFact(Id, new RetryScheduled(2, Noon, Error, WholeOrigin: true)),
        "nothing-sent/1" => new JournaledFact(Id, new NothingSent()),
        "verified/1" => new JournaledFact(Id, new Verified(7, "ab", "/tmp/file") { FileId = "1:2", UnflushedSinceBoot = "b" }),
        "ended/1" => new JournaledFact(Id, new Ended(Completed)),
        "reopened/1" => new JournaledFact(Id, new Reopened()),
        _ => throw new ArgumentOutOfRangeException(nameof(manifest)),
    };

    protected override void AfterAll()
    {
        base.AfterAll();
        _home.Dispose();
    }
}
