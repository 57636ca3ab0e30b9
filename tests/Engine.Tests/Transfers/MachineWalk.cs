using Ferry.Engine.Errors;
using Ferry.Engine.Http;
using Ferry.Engine.Ranges;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;
using Ferry.Testing.Time;

namespace Ferry.Engine.Tests.Transfers;

/// <summary>
/// A random life of one transfer: a server that changes its file and breaks off, a disk that loses what was not flushed, a process that
/// is killed between any two steps, commands at any time. Checks the invariants after each step.
/// </summary>
internal sealed class MachineWalk
{
    private const int Length = 1000;
    private readonly Random _random;
    private readonly ManualTimeProvider _time = new();
    private readonly ValidatedRequest _request;
    private readonly List<TransferFact> _journal = [];
    private readonly Queue<TransferInput> _mailbox = new();
    private TransferMachine _machine = null!;
    private int _boot;
    private int _serverVersion = 1;
    private readonly bool _validators;

    // The disk: which version the part file's bytes are of, how many there are, how many survive a loss of power.
    private int _diskVersion;
    private long _diskWritten;
    private long _diskFlushed;
    private bool _published;
    private int _reopens;

    private AttemptPlan? _attempt;
    private bool _attemptStopped;
    private bool _judged;
    private RunVerify? _verify;
    private RunPublish? _publish;
    private DateTimeOffset? _wake;
    private bool _finished;
    private bool _resting;

    public MachineWalk(int seed)
    {
        _random = new Random(seed);
        _validators = _random.Next(4) > 0;
        var options = new RequestOptions { Retry = new RetryOptions { MaxRetries = _random.Next(6) } };
        _request = MachineFixture.Make(options, new FileDestination("/tmp/ferry-test/f"));
        StartProcess();
    }

    public IReadOnlyList<TransferFact> Journal => _journal;

    public bool Finished => _finished;

    /// <summary>Runs until the transfer ended; false where it did not within the steps.</summary>
    public void Run(int steps)
    {
        for (var i = 0; i < steps; i++)
        {
            if (_finished)
            {
                if (!TryAgain())
                    return;
                continue;
            }
            Step(calm: i > steps / 2);
            Check();
        }
    }

    private bool TryAgain()
    {
        var outcome = _machine.State.Outcome!;
        if (outcome is not (FailedOutcome or CancelledOutcome { PartKept: true }) || _reopens == 3 || _random.Next(2) == 0)
            return false;
        _reopens++;
        _finished = false;
        StartProcess();
        return true;
    }

    private string Boot => $"boot-{_boot}";

    private void StartProcess()
    {
        var settings = new TransferSettings { BootId = Boot, MaxRestarts = 3 };
        _machine = new TransferMachine(_request, settings, _time, new Random(_random.Next()));
        foreach (var fact in _journal)
            _machine.Recover(fact);
        (_attempt, _verify, _publish, _wake, _resting) = (null, null, null, null, false);
        _mailbox.Clear();
        // A cancel may come before a slot does.
        Send(_random.Next(20) == 0 ? new CancelAsked(_random.Next(2) == 0, IsReopened) : new Begin(IsReopened));
    }

    // What the index says: commanded more often than done.
    private bool IsReopened => _reopens > _journal.OfType<Reopened>().Count();

    private void Send(TransferInput input)
    {
        var decision = _machine.Handle(input);
        foreach (var fact in decision.Facts)
        {
            if (_journal.Count > 0 && _journal[^1] is Ended)
                fact.Should().BeOfType<Reopened>("nothing else follows the end").And.Match(_ => IsReopened, "it was asked for");
            if (fact is Checkpointed c)
                CheckClaim(c);
            _journal.Add(fact);
            if (_random.Next(200) == 0)
            {
                Crash();
                return;
            }
        }
        foreach (var effect in decision.Effects)
            Do(effect);
    }

    private void CheckClaim(Checkpointed c)
    {
        c.Written.Should().BeLessThanOrEqualTo(_diskWritten);
        c.Flushed.Should().BeLessThanOrEqualTo(_diskFlushed).And.BeLessThanOrEqualTo(c.Written);
        if (_validators)
            _journal.OfType<Identified>().Last().Identity.ETag.Should().Be($"\"{_diskVersion}\"", "bytes are claimed for the version they are of");
    }

    private void Do(TransferEffect effect)
    {
        _finished.Should().BeFalse("no effect comes after Finish");
        switch (effect)
        {
            case RunAttempt a:
                (_attempt ?? (object?)_verify ?? _publish).Should().BeNull("one piece of work runs at a time");
                _time.GetUtcNow().Should().BeOnOrAfter(_machine.State.NotBefore ?? DateTimeOffset.MinValue);
                a.Plan.From.Should().BeLessThanOrEqualTo(_diskWritten, "the bytes before the resume point are on the disk");
                (_attempt, _attemptStopped, _judged, _wake) = (a.Plan, false, false, null);
                break;
            case StopWork:
                _attemptStopped = true;
                break;
            case RunVerify v: _verify = v; break;
            case RunPublish p: _publish = p; break;
            case WakeAt w: _wake = w.Time; break;
            case DiscardPart: (_diskWritten, _diskFlushed) = (0, 0); break;
            case Finish: _finished = true; break;
            case Rest: _resting = true; break;
        }
    }

    private void Step(bool calm)
    {
        var dice = _random.Next(100);
        if (!calm && dice < 3)
            Crash();
        else if (!calm && dice < 5)
            _serverVersion++;
        else if (dice == 6 && !calm)
            Send(new StopAsked());
        else if (dice == 7 && _random.Next(5) == 0)
            Send(new CancelAsked(_random.Next(2) == 0));
        else if (dice == 8)
            Late();
        else if (_resting)
            Resume();
        else if (_mailbox.Count > 0 && dice < 60)
            Send(_mailbox.Dequeue());
        else if (_attempt is not null)
            Attempt(calm);
        else if (_mailbox.Count > 0)
            Send(_mailbox.Dequeue());
        else if (_verify is not null)
            Verify();
        else if (_publish is not null)
            Publish();
        else if (_wake is { } wake)
        {
            _time.Advance(wake > _time.GetUtcNow() ? wake - _time.GetUtcNow() : TimeSpan.Zero);
            Send(new RetryDue());
        }
    }

    private void Resume()
    {
        _resting = false;
        Send(new Begin());
    }

    // An answer of an older attempt, or a timer that nobody waits for any more.
    private void Late() => Send(_random.Next(3) switch
    {
        0 => new AttemptEnded(_machine.State.Attempt - 1, new AttemptBroke(5, 999, 999, MachineFixture.NotFound)),
        1 => new CheckpointDue(_machine.State.Attempt - 1, 999, 999),
        _ => new RetryDue(),
    });

    private void Attempt(bool calm)
    {
        var plan = _attempt!;
        if (_attemptStopped)
        {
            EndAttempt(new AttemptStopped(0, _diskWritten, _diskFlushed));
            return;
        }
        if (!_judged)
        {
            Judge(plan);
            return;
        }
        switch (_random.Next(calm ? 6 : 8))
        {
            case < 3:
                _diskWritten = Math.Min(Length, _diskWritten + _random.Next(1, 200));
                break;
            case 3:
                _diskFlushed = _diskWritten;
                break;
            case 4:
                _mailbox.Enqueue(new CheckpointDue(plan.Number, _diskWritten, _diskFlushed));
                break;
            case 5 when _diskWritten == Length:
                EndAttempt(new AttemptFinished(10, Length, _diskFlushed, MachineFixture.Head(), Identity()));
                break;
            case > 5:
                var error = _random.Next(20) == 0 ? MachineFixture.NotFound : MachineFixture.Reset;
                EndAttempt(new AttemptBroke(10, _diskWritten, _diskFlushed, error));
                break;
        }
    }

    // The header of the answer: what the engine's judge would say of it.
    private void Judge(AttemptPlan plan)
    {
        if (plan.From > _diskWritten)
            EndAttempt(new AttemptMustRestart(0, RestartReason.PartFileLost));
        else if (plan.From > 0 && _random.Next(10) == 0)
            EndAttempt(new AttemptWantsIfMatch(0, _diskWritten, _diskFlushed));
        else if (plan.From > 0 && plan.Identity!.ETag != Identity().ETag)
            EndAttempt(new AttemptMustRestart(0, RestartReason.ResourceChanged));
        else
        {
            if (plan.From > 0)
                _diskVersion.Should().Be(_serverVersion, "a range is only joined to bytes of the same version");
            _diskVersion = _serverVersion;
            _diskWritten = plan.From;
            _diskFlushed = Math.Min(_diskFlushed, plan.From);
            _judged = true;
            _mailbox.Enqueue(new AttemptIdentified(plan.Number, Identity()));
        }
    }

    private ResourceIdentity Identity() => new()
    {
        FinalUrl = "http://127.0.0.1/f",
        ETag = _validators ? $"\"{(_judged ? _diskVersion : _serverVersion)}\"" : null,
        Length = Length,
    };

    private void EndAttempt(AttemptResult result)
    {
        _mailbox.Enqueue(new AttemptEnded(_attempt!.Number, result));
        _attempt = null;
    }

    private void Verify()
    {
        _verify = null;
        _diskWritten.Should().Be(Length);
        _diskFlushed = _diskWritten;
        _mailbox.Enqueue(new VerifyEnded(new VerifyResult(MachineFixture.Checked(Length), null)));
    }

    private void Publish()
    {
        _publish = null;
        _published = true;
        if (_random.Next(5) == 0)
            Crash();
        else
            _mailbox.Enqueue(new PublishEnded(new PublishResult("/tmp/ferry-test/f", default, null)));
    }

    private void Crash()
    {
        if (_random.Next(3) == 0)
        {
            _boot++;
            _diskWritten = _diskFlushed;
        }
        _finished = false;
        StartProcess();
    }

    private void Check()
    {
        var replayed = new TransferMachine(_request, new TransferSettings { BootId = Boot }, _time, new Random(1));
        foreach (var fact in _journal)
            replayed.Recover(fact);
        var (live, again) = (_machine.State, replayed.State);
        again.Written.Should().Be(live.Written, "a replay gives the same resume point");
        again.Flushed.Should().Be(live.Flushed);
        again.Identity.Should().Be(live.Identity);
        again.Verified.Should().Be(live.Verified);
        again.Outcome.Should().Be(live.Outcome);
        again.Reopens.Should().Be(live.Reopens).And.BeLessThanOrEqualTo(_reopens);
        if (_published)
            (live.Outcome is null or CompletedOutcome).Should().BeTrue("what was published is not called failed or cancelled");
    }
}
