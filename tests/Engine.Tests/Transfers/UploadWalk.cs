using Ferry.Engine.Errors;
using Ferry.Engine.Ranges;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;

namespace Ferry.Engine.Tests.Transfers;

/// <summary>How the upload of an <see cref="UploadWalk"/> goes.</summary>
internal enum UploadKind
{
    Tus,
    TusLengthToldLast,
    Put,
    Post,
}

/// <summary>A random life of one upload: a server that loses bytes and whole uploads, and connections that break at any point.</summary>
internal sealed class UploadWalk : TransferWalk
{
    private const int Length = 1000;
    private static readonly TransferError Unreachable = new(ErrorCode.CannotConnect, ErrorStage.Connecting, ErrorSide.Network, "Refused.") { RetryCanHelp = true };

    private readonly UploadKind _kind;

    // The server: which upload it has, how much of it now and at most, whether it knows its length; how often it got a whole body.
    private int _upload;
    private bool _exists;
    private long _offset;
    private long _most;
    private bool _told;
    private int _taken;

    // How often the body of a POST set out since somebody asked for it, and whether a process ended meanwhile.
    private int _setOut;
    private bool _killed;

    // Whether the running attempt began to send, or knows by tus how much is there.
    private bool _begun;

    private UploadWalk(UploadKind kind, Random random)
        : base(random, Request(kind, random.Next(6))) => _kind = kind;

    public override string Kind => $"{_kind}";

    private bool IsTus => _kind is UploadKind.Tus or UploadKind.TusLengthToldLast;

    private string Url => IsTus ? $"http://127.0.0.1/f/{_upload}" : "http://127.0.0.1/f";

    public static UploadWalk Begin(int seed) => new((UploadKind)(seed % 4), new Random(seed));

    private static ValidatedRequest Request(UploadKind kind, int maxRetries)
    {
        var isTus = kind is UploadKind.Tus or UploadKind.TusLengthToldLast;
        var options = new RequestOptions
        {
            Method = kind is UploadKind.Post ? "POST" : "GET",
            Retry = new RetryOptions { MaxRetries = maxRetries },
            ExtraData = new FileData("/tmp/ferry-test/f"),
        };
        var upload = new UploadOptions { Protocol = isTus ? UploadProtocol.Tus : UploadProtocol.Plain, DeferLength = kind is UploadKind.TusLengthToldLast };
        return MachineFixture.Make(options, new MemoryDestination(), upload);
    }

    protected override void Disturb()
    {
        if (Random.Next(3) == 0)
            _exists = false;
        else if (_offset < Length || !_told)
            _offset = Random.Next((int)_offset + 1);
    }

    protected override void OnAttempt(AttemptPlan plan) => _begun = false;

    protected override void Attempt(AttemptPlan plan)
    {
        // What was asked to stop may still end on its own first.
        if (StopAsked && Random.Next(3) > 0)
            EndAttempt(new AttemptStopped(0, Acknowledged(plan), Acknowledged(plan)) { NothingSent = !_begun });
        else if (!Calm && Random.Next(8) == 0)
            EndAttempt(new AttemptBroke(0, Acknowledged(plan), Acknowledged(plan), Breakage()));
        else if (plan.Identity is not { } identity)
            EndAttempt(new AttemptPrepared(Prepare()));
        else if (IsTus)
            SendByTus(plan, identity);
        else
            SendWhole(identity);
    }

    private TransferError Breakage() =>
        !_begun ? Unreachable : Random.Next(5) == 0 ? MachineFixture.NotFound : MachineFixture.Reset with { Stage = ErrorStage.Answering };

    // Until the server was asked, what the journal says.
    private long Acknowledged(AttemptPlan plan) => IsTus && _begun ? _offset : plan.From;

    private ResourceIdentity Prepare()
    {
        if (IsTus)
            (_upload, _exists, _offset, _most, _told) = (_upload + 1, true, 0, 0, _kind is UploadKind.Tus);
        return new ResourceIdentity
        {
            FinalUrl = Url,
            Length = Length,
            Upload = new UploadIdentity
            {
                Source = "1000 1 1 ab",
                CanContinue = IsTus,
                SendOnce = _kind is UploadKind.Post,
                LengthDeferred = _kind is UploadKind.TusLengthToldLast,
            },
        };
    }

    private void SendByTus(AttemptPlan plan, ResourceIdentity identity)
    {
        if (!_exists || identity.FinalUrl != Url)
        {
            EndAttempt(new AttemptMustRestart(0, RestartReason.UploadLost));
            return;
        }
        if (!_begun)
        {
            _begun = true;
            Tell(new CheckpointDue(plan.Number, _offset, _offset));
            Tell(new AttemptIdentified(plan.Number, identity));
        }
        else if (_offset < Length)
        {
            _offset = Math.Min(Length, _offset + Random.Next(1, 400));
            _most = Math.Max(_most, _offset);
            if (Random.Next(2) == 0)
                Tell(new CheckpointDue(plan.Number, _offset, _offset));
        }
        else if (!_told)
            _told = true;
        else
            EndAttempt(new AttemptFinished(0, Length, Length, MachineFixture.Head(), identity with { Upload = identity.Upload! with { LengthDeferred = false } }));
    }

    private void SendWhole(ResourceIdentity identity)
    {
        if (!_begun)
        {
            (_begun, _setOut) = (true, _setOut + 1);
            return;
        }
        _taken++;
        if (!Calm && Random.Next(6) == 0)
            EndAttempt(new AttemptBroke(0, 0, 0, MachineFixture.Reset with { Stage = ErrorStage.Answering }));
        else
            EndAttempt(new AttemptFinished(0, Length, Length, MachineFixture.Head(), identity));
    }

    protected override Verified Verify(RunVerify verify) => new(verify.Identity.Length!.Value, null, null);

    protected override PublishResult OnPublish() => new(null, default, null);

    protected override void OnDiscard(DiscardPart discard)
    {
        if (IsTus && discard.Upload?.FinalUrl == Url)
            _exists = false;
    }

    protected override void OnKilled() => _killed = true;

    protected override void OnAskedAgain() => (_setOut, _killed) = (0, false);

    // The server may lose what it said that it has, but it has to have said so.
    protected override void CheckFact(TransferFact fact)
    {
        if (fact is Checkpointed c)
            c.Written.Should().BeLessThanOrEqualTo(IsTus ? _most : _taken > 0 ? Length : 0);
    }

    protected override void Check()
    {
        if (_kind is UploadKind.Post)
            _setOut.Should().BeLessThanOrEqualTo(1, "what must be sent once is sent once for each time that it was asked for");
        if (!Finished)
            return;
        if (State.Outcome is CompletedOutcome)
            CheckWhole();
        if (State.Outcome is FailedOutcome { Error.Code: ErrorCode.BodyCannotBeSentAgain })
            (_setOut > 0 || _killed).Should().BeTrue("nothing is in doubt of which nothing was sent");
    }

    private void CheckWhole()
    {
        if (IsTus)
            (_offset, _told).Should().Be((Length, true), "the server has all of it, and knows that");
        else
            _taken.Should().BePositive();
    }
}
