using Ferry.Engine.Errors;
using Ferry.Engine.Ranges;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;
using Ferry.Testing.Time;

namespace Ferry.Engine.Tests.Transfers;

/// <summary>How the upload of an <see cref="UploadWalk"/> goes.</summary>
internal enum UploadKind
{
    Tus,
    TusLengthToldLast,
    Put,
    Post,
}

/// <summary>
/// A random life of one upload: a server that loses bytes and whole uploads, connections that break at any point, a process that is killed between any two
/// steps, commands at any time. Checks after each step what the machine claims, and at the end what the server has.
/// </summary>
internal sealed class UploadWalk
{
    private const int Length = 1000;
    private static readonly TransferError Unreachable = new(ErrorCode.CannotConnect, ErrorStage.Connecting, ErrorSide.Network, "Refused.") { RetryCanHelp = true };

    private readonly Random _random;
    private readonly ManualTimeProvider _time = new();
    private readonly ValidatedRequest _request;
    private readonly List<TransferFact> _journal = [];
    private readonly Queue<TransferInput> _mailbox = new();
    private TransferMachine _machine = null!;
    private int _reopens;
    private bool _calm;

    // The server: which upload it has, how much of it, whether it knows its length; how often it got a whole body.
    private int _upload;
    private bool _exists;
    private long _offset;
    private bool _told;
    private int _taken;

    // How often the body of a POST set out since somebody asked for it, and whether a process ended meanwhile.
    private int _setOut;
    private bool _killed;

    private AttemptPlan? _attempt;
    private bool _attemptStopped;
    private bool _begun;
    private RunVerify? _verify;
    private RunPublish? _publish;
    private DateTimeOffset? _wake;
    private bool _resting;

    public UploadWalk(int seed)
    {
        _random = new Random(seed);
        Kind = (UploadKind)(seed % 4);
        var options = new RequestOptions
        {
            Method = Kind is UploadKind.Post ? "POST" : "GET",
            Retry = new RetryOptions { MaxRetries = _random.Next(6) },
            ExtraData = new FileData("/tmp/ferry-test/f"),
        };
        var upload = new UploadOptions { Protocol = IsTus ? UploadProtocol.Tus : UploadProtocol.Plain, DeferLength = Kind is UploadKind.TusLengthToldLast };
        _request = MachineFixture.Make(options, new MemoryDestination(), upload);
        StartProcess();
    }

    public UploadKind Kind { get; }

    public IReadOnlyList<TransferFact> Journal => _journal;

    public bool Finished { get; private set; }

    public TransferOutcome Outcome => _machine.State.Outcome!;

    private bool IsTus => Kind is UploadKind.Tus or UploadKind.TusLengthToldLast;

    private string Url => IsTus ? $"http://127.0.0.1/f/{_upload}" : "http://127.0.0.1/f";

    private bool IsReopened => _reopens > _journal.OfType<Reopened>().Count();

    /// <summary>Runs until the transfer ended; false where it did not within the steps.</summary>
    public void Run(int steps)
    {
        for (var i = 0; i < steps; i++)
        {
            _calm = i > steps / 2;
            if (Finished && !TryAgain())
                return;
            Step();
            Check();
        }
    }

    private bool TryAgain()
    {
        if (Outcome is not (FailedOutcome or CancelledOutcome { PartKept: true }) || _reopens == 3 || _random.Next(2) == 0)
            return false;
        _reopens++;
        (Finished, _setOut, _killed) = (false, 0, false);
        StartProcess();
        return true;
    }

    private void StartProcess()
    {
        _machine = new TransferMachine(_request, new TransferSettings { BootId = "boot", MaxRestarts = 3 }, _time, new Random(_random.Next()));
        foreach (var fact in _journal)
            _machine.Recover(fact);
        (_attempt, _verify, _publish, _wake, _resting) = (null, null, null, null, false);
        _mailbox.Clear();
        Send(_random.Next(20) == 0 ? new CancelAsked(_random.Next(2) == 0, IsReopened) : new Begin(IsReopened));
    }

    private void Kill()
    {
        (Finished, _killed) = (false, true);
        StartProcess();
    }

    private void Send(TransferInput input)
    {
        var decision = _machine.Handle(input);
        foreach (var fact in decision.Facts)
        {
            _journal.Add(fact);
            if (_random.Next(200) == 0)
            {
                Kill();
                return;
            }
        }
        foreach (var effect in decision.Effects)
            Do(effect);
    }

    private void Do(TransferEffect effect)
    {
        Finished.Should().BeFalse("no effect comes after Finish");
        switch (effect)
        {
            case RunAttempt a:
                (_attempt ?? (object?)_verify ?? _publish).Should().BeNull("one piece of work runs at a time");
                (_attempt, _attemptStopped, _begun, _wake) = (a.Plan, false, false, null);
                break;
            case StopWork: _attemptStopped = true; break;
            case RunVerify v: _verify = v; break;
            case RunPublish p: _publish = p; break;
            case WakeAt w: _wake = w.Time; break;
            case DiscardPart d when IsTus && d.Upload?.FinalUrl == Url: _exists = false; break;
            case Finish: Finished = true; break;
            case Rest: _resting = true; break;
        }
    }

    private void Step()
    {
        var dice = _random.Next(100);
        if (!_calm && dice < 3)
            Kill();
        else if (!_calm && dice < 5)
            Lose();
        else if (!_calm && dice == 6)
            Send(new StopAsked());
        else if (dice == 7 && _random.Next(5) == 0)
            Send(new CancelAsked(_random.Next(2) == 0));
        else if (_resting)
        {
            _resting = false;
            Send(new Begin());
        }
        else if (_mailbox.Count > 0 && (dice < 60 || _attempt is null))
            Send(_mailbox.Dequeue());
        else if (_attempt is not null)
            Attempt(_attempt);
        else if (_verify is not null)
            Verified();
        else if (_publish is not null)
        {
            _publish = null;
            _mailbox.Enqueue(new PublishEnded(new PublishResult(null, default, null)));
        }
        else if (_wake is { } wake)
        {
            _time.Advance(wake > _time.GetUtcNow() ? wake - _time.GetUtcNow() : TimeSpan.Zero);
            Send(new RetryDue());
        }
    }

    private void Lose()
    {
        if (_random.Next(3) == 0)
            _exists = false;
        else if (_offset < Length || !_told)
            _offset = _random.Next((int)_offset + 1);
    }

    private void Attempt(AttemptPlan plan)
    {
        // What was asked to stop may still end on its own first.
        if (_attemptStopped && _random.Next(3) > 0)
            EndAttempt(new AttemptStopped(0, Acknowledged(plan), Acknowledged(plan)) { NothingSent = !_begun });
        else if (!_calm && _random.Next(8) == 0)
            EndAttempt(new AttemptBroke(0, Acknowledged(plan), Acknowledged(plan), Breakage()));
        else if (plan.Identity is not { } identity)
            EndAttempt(new AttemptPrepared(Prepare()));
        else if (IsTus)
            SendByTus(plan, identity);
        else
            SendWhole(identity);
    }

    private TransferError Breakage() =>
        !_begun ? Unreachable : _random.Next(5) == 0 ? MachineFixture.NotFound : MachineFixture.Reset with { Stage = ErrorStage.Answering };

    // Until the server was asked, what the journal says.
    private long Acknowledged(AttemptPlan plan) => IsTus && _begun ? _offset : plan.From;

    private ResourceIdentity Prepare()
    {
        if (IsTus)
            (_upload, _exists, _offset, _told) = (_upload + 1, true, 0, Kind is UploadKind.Tus);
        return new ResourceIdentity
        {
            FinalUrl = Url,
            Length = Length,
            Upload = new UploadIdentity
            {
                Source = "1000 1 1 ab",
                CanContinue = IsTus,
                SendOnce = Kind is UploadKind.Post,
                LengthDeferred = Kind is UploadKind.TusLengthToldLast,
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
            _mailbox.Enqueue(new CheckpointDue(plan.Number, _offset, _offset));
            _mailbox.Enqueue(new AttemptIdentified(plan.Number, identity));
        }
        else if (_offset < Length)
        {
            _offset = Math.Min(Length, _offset + _random.Next(1, 400));
            if (_random.Next(2) == 0)
                _mailbox.Enqueue(new CheckpointDue(plan.Number, _offset, _offset));
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
        if (!_calm && _random.Next(6) == 0)
            EndAttempt(new AttemptBroke(0, 0, 0, MachineFixture.Reset with { Stage = ErrorStage.Answering }));
        else
            EndAttempt(new AttemptFinished(0, Length, Length, MachineFixture.Head(), identity));
    }

    private void EndAttempt(AttemptResult result)
    {
        _mailbox.Enqueue(new AttemptEnded(_attempt!.Number, result));
        _attempt = null;
    }

    private void Verified()
    {
        var length = _verify!.Identity.Length!.Value;
        _verify = null;
        _mailbox.Enqueue(new VerifyEnded(new VerifyResult(new Verified(length, null, null), null)));
    }

    private void Check()
    {
        CheckReplay();
        if (Kind is UploadKind.Post)
            _setOut.Should().BeLessThanOrEqualTo(1, "what must be sent once is sent once for each time that it was asked for");
        if (!Finished)
            return;
        if (Outcome is CompletedOutcome)
            CheckWhole();
        if (Outcome is FailedOutcome { Error.Code: ErrorCode.BodyCannotBeSentAgain })
            (_setOut > 0 || _killed).Should().BeTrue("nothing is in doubt of which nothing was sent");
    }

    private void CheckWhole()
    {
        if (IsTus)
            (_offset, _told).Should().Be((Length, true), "the server has all of it, and knows that");
        else
            _taken.Should().BePositive();
    }

    private void CheckReplay()
    {
        var replayed = new TransferMachine(_request, new TransferSettings { BootId = "boot" }, _time, new Random(1));
        foreach (var fact in _journal)
            replayed.Recover(fact);
        var (live, again) = (_machine.State, replayed.State);
        again.Written.Should().Be(live.Written, "a replay gives the same resume point");
        again.Identity.Should().Be(live.Identity);
        again.Verified.Should().Be(live.Verified);
        again.Outcome.Should().Be(live.Outcome);
    }
}
