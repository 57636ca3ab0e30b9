using Ferry.Engine.Errors;
using Ferry.Engine.Http;
using Ferry.Engine.Ranges;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;
using Ferry.Testing.Time;

namespace Ferry.Engine.Tests.Transfers;

/// <summary>A machine, its clock, and short words for what happens to it.</summary>
internal sealed class MachineFixture
{
    public const string Boot = "boot-1";

    public static readonly ResourceIdentity Strong = new() { FinalUrl = "http://127.0.0.1/f", ETag = "\"v1\"", Length = 1000 };

    public static readonly ResourceIdentity Weak = new() { FinalUrl = "http://127.0.0.1/f", ETag = "W/\"v1\"", Length = 1000 };

    public static readonly TransferError Reset =
        new(ErrorCode.ReceiveFailed, ErrorStage.Receiving, ErrorSide.Network, "The connection was reset.") { RetryCanHelp = true };

    public static readonly TransferError NotFound = new(ErrorCode.RemoteFileNotFound, ErrorStage.Answering, ErrorSide.Remote, "404.");

    public MachineFixture(RequestOptions? options = null, Destination? destination = null, string boot = Boot, ManualTimeProvider? time = null, UploadOptions? upload = null)
    {
        Time = time ?? new ManualTimeProvider();
        Request = Make(options ?? new RequestOptions(), destination ?? new FileDestination("/tmp/ferry-test/f"), upload);
        Machine = new TransferMachine(Request, new TransferSettings { BootId = boot, MaxRestarts = 3 }, Time, new Random(1));
    }

    public ManualTimeProvider Time { get; }

    public ValidatedRequest Request { get; }

    public TransferMachine Machine { get; }

    public TransferState State => Machine.State;

    /// <summary>Every fact the machine gave, in order.</summary>
    public List<TransferFact> Journal { get; } = [];

    /// <summary>The effects of the last input.</summary>
    public IReadOnlyList<TransferEffect> Effects { get; private set; } = [];

    public static ValidatedRequest Make(RequestOptions options, Destination destination, UploadOptions? upload = null)
    {
        var result = RequestValidation.Validate(
            new TransferRequest { Id = "t", Url = "http://127.0.0.1/f", Options = options, Destination = destination, Upload = upload },
            () => throw new InvalidOperationException());
        result.Problems.Should().BeEmpty();
        return result.Request!;
    }

    public MachineFixture Recover(params TransferFact[] facts)
    {
        foreach (var fact in facts)
            Machine.Recover(fact);
        return this;
    }

    /// <summary>Hands in an input and gives the facts that follow.</summary>
    public IReadOnlyList<TransferFact> On(TransferInput input)
    {
        var decision = Machine.Handle(input);
        Journal.AddRange(decision.Facts);
        Effects = decision.Effects;
        return decision.Facts;
    }

    public AttemptPlan Begin(bool again = false)
    {
        On(new Begin(again));
        return Plan();
    }

    /// <summary>The plan of the one attempt the last input asked for.</summary>
    public AttemptPlan Plan() => Effects.Should().ContainSingle().Which.Should().BeOfType<RunAttempt>().Which.Plan;

    public void Identified(ResourceIdentity? identity = null) => On(new AttemptIdentified(State.Attempt, identity ?? Strong));

    public IReadOnlyList<TransferFact> Broke(long written, TransferError? error = null, TimeSpan? retryAfter = null, long flushed = 0) =>
        On(new AttemptEnded(State.Attempt, new AttemptBroke(written, written, flushed, error ?? Reset) { RetryAfter = retryAfter }));

    public IReadOnlyList<TransferFact> Finished(ResourceIdentity? identity = null, long written = 1000) =>
        On(new AttemptEnded(State.Attempt, new AttemptFinished(written, written, written, Head(), identity ?? Strong)));

    public IReadOnlyList<TransferFact> Stopped(long written, long flushed = 0) =>
        On(new AttemptEnded(State.Attempt, new AttemptStopped(written, written, flushed)));

    public IReadOnlyList<TransferFact> MustRestart(RestartReason reason) =>
        On(new AttemptEnded(State.Attempt, new AttemptMustRestart(0, reason)));

    /// <summary>Waits until the retry is due and starts it.</summary>
    public AttemptPlan Retry()
    {
        var wake = Effects.Should().ContainSingle().Which.Should().BeOfType<WakeAt>().Subject;
        Time.Advance(wake.Time - Time.GetUtcNow());
        On(new RetryDue());
        return Plan();
    }

    public void Effect<T>()
        where T : TransferEffect => Effects.Should().ContainSingle().Which.Should().BeOfType<T>();

    public static AnswerHead Head() => new(200, "OK", new Version(1, 1), new Uri("http://127.0.0.1/f"), []);

    public static Verified Checked(long length = 1000) => new(length, null, "/tmp/ferry-test/f");
}
