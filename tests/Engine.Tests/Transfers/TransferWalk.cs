using Ferry.Engine.Errors;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;
using Ferry.Testing.Time;

namespace Ferry.Engine.Tests.Transfers;

/// <summary>
/// A random life of one transfer: a process that is killed between any two steps and goes on from the journal, commands at any time, answers that come too late,
/// and whatever else the kind of transfer has to go through. Checks after each step what holds of every transfer, and what the kind claims.
/// </summary>
internal abstract class TransferWalk
{
    private readonly List<TransferFact> _journal = [];
    private readonly Queue<TransferInput> _mailbox = new();
    private readonly ValidatedRequest _request;
    private TransferMachine _machine = null!;
    private int _reopens;

    private AttemptPlan? _attempt;
    private RunVerify? _verify;
    private RunPublish? _publish;
    private DateTimeOffset? _wake;
    private bool _resting;

    protected TransferWalk(Random random, ValidatedRequest request) => (Random, _request) = (random, request);

    /// <summary>What the lives are counted by, besides their ends.</summary>
    public virtual string Kind => "";

    protected Random Random { get; }

    protected ManualTimeProvider Time { get; } = new();

    protected IReadOnlyList<TransferFact> Journal => _journal;

    protected TransferState State => _machine.State;

    protected bool Finished { get; private set; }

    /// <summary>Whether the running attempt was asked to stop.</summary>
    protected bool StopAsked { get; private set; }

    /// <summary>Whether nothing breaks any more, so that the life comes to an end.</summary>
    protected bool Calm { get; private set; }

    protected virtual string Boot => "boot";

    // What the index says: commanded more often than done.
    private bool IsReopened => _reopens > _journal.OfType<Reopened>().Count();

    /// <summary>Lives so many lives, of the seeds from 0 on, and gives how many came to which end.</summary>
    public static Dictionary<(string Kind, string End), int> Live(int lives, Func<int, TransferWalk> begin)
    {
        var ends = new Dictionary<(string, string), int>();
        for (var seed = 0; seed < lives; seed++)
        {
            var walk = begin(seed);
            try
            {
                walk.Run(2000);
                var end = (walk.Kind, walk.State.Outcome!.GetType().Name);
                ends[end] = ends.GetValueOrDefault(end) + 1;
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"Seed {seed}, {walk.Kind}: {string.Join(" | ", walk._journal)}", e);
            }
        }
        return ends;
    }

    private void Run(int steps)
    {
        StartProcess();
        for (var i = 0; i < steps; i++)
        {
            if (Finished && !TryAgain())
                break;
            // A process that found nothing left to do has gone.
            if (Finished)
                continue;
            Calm = i > steps / 2;
            Step();
            CheckReplay();
            Check();
        }
        Finished.Should().BeTrue("every life ends");
        _journal.OfType<Ended>().Should().HaveCount(1 + _journal.OfType<Reopened>().Count());
    }

    private bool TryAgain()
    {
        if (State.Outcome is not (FailedOutcome or CancelledOutcome { PartKept: true }) || _reopens == 3 || Random.Next(2) == 0)
            return false;
        _reopens++;
        Finished = false;
        OnAskedAgain();
        StartProcess();
        return true;
    }

    private void StartProcess()
    {
        _machine = Recovered(new Random(Random.Next()));
        (_attempt, _verify, _publish, _wake, _resting) = (null, null, null, null, false);
        _mailbox.Clear();
        // A cancel may come before a slot does.
        Send(Random.Next(20) == 0 ? new CancelAsked(Random.Next(2) == 0, IsReopened) : new Begin(IsReopened));
    }

    private TransferMachine Recovered(Random chance)
    {
        var machine = new TransferMachine(_request, new TransferSettings { BootId = Boot, MaxRestarts = 3 }, Time, chance);
        foreach (var fact in _journal)
            machine.Recover(fact);
        return machine;
    }

    private void Kill()
    {
        OnKilled();
        Finished = false;
        StartProcess();
    }

    private void Send(TransferInput input)
    {
        var decision = _machine.Handle(input);
        foreach (var fact in decision.Facts)
        {
            if (_journal.Count > 0 && _journal[^1] is Ended)
                fact.Should().BeOfType<Reopened>("nothing else follows the end").And.Match(_ => IsReopened, "it was asked for");
            CheckFact(fact);
            _journal.Add(fact);
            if (Random.Next(200) == 0)
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
                Time.GetUtcNow().Should().BeOnOrAfter(State.NotBefore ?? DateTimeOffset.MinValue);
                OnAttempt(a.Plan);
                (_attempt, StopAsked, _wake) = (a.Plan, false, null);
                break;
            case StopWork: StopAsked = true; break;
            case RunVerify v: _verify = v; break;
            case RunPublish p: _publish = p; break;
            case WakeAt w: _wake = w.Time; break;
            case DiscardPart d: OnDiscard(d); break;
            case Finish: Finished = true; break;
            case Rest: _resting = true; break;
        }
    }

    private void Step()
    {
        var dice = Random.Next(100);
        if (!Calm && dice < 3)
            Kill();
        else if (!Calm && dice < 5)
            Disturb();
        else if (!Calm && dice == 6)
            Send(new StopAsked());
        else if (dice == 7 && Random.Next(5) == 0)
            Send(new CancelAsked(Random.Next(2) == 0));
        else if (dice == 8)
            Send(Late());
        else if (_resting)
            Resume();
        else if (_mailbox.Count > 0 && (dice < 60 || _attempt is null))
            Send(_mailbox.Dequeue());
        else
            Work();
    }

    // An answer of an older attempt, or a timer that nobody waits for any more.
    private TransferInput Late() => Random.Next(3) switch
    {
        0 => new AttemptEnded(State.Attempt - 1, new AttemptBroke(5, 999, 999, MachineFixture.NotFound)),
        1 => new CheckpointDue(State.Attempt - 1, 999, 999),
        _ => new RetryDue(),
    };

    private void Resume()
    {
        _resting = false;
        Send(new Begin());
    }

    private void Work()
    {
        if (_attempt is not null)
            Attempt(_attempt);
        else if (_verify is { } verify)
        {
            _verify = null;
            Tell(new VerifyEnded(new VerifyResult(Verify(verify), null)));
        }
        else if (_publish is not null)
        {
            _publish = null;
            Publish();
        }
        else if (_wake is { } wake)
        {
            Time.Advance(wake > Time.GetUtcNow() ? wake - Time.GetUtcNow() : TimeSpan.Zero);
            Send(new RetryDue());
        }
    }

    private void Publish()
    {
        var result = OnPublish();
        if (Random.Next(5) == 0)
            Kill();
        else
            Tell(new PublishEnded(result));
    }

    private void CheckReplay()
    {
        var (live, again) = (State, Recovered(new Random(1)).State);
        again.Written.Should().Be(live.Written, "a replay gives the same resume point");
        again.Flushed.Should().Be(live.Flushed);
        again.Identity.Should().Be(live.Identity);
        again.Verified.Should().Be(live.Verified);
        again.Outcome.Should().Be(live.Outcome);
        again.Reopens.Should().Be(live.Reopens).And.BeLessThanOrEqualTo(_reopens);
    }

    /// <summary>What the work tells the machine, some time later.</summary>
    protected void Tell(TransferInput input) => _mailbox.Enqueue(input);

    protected void EndAttempt(AttemptResult result)
    {
        Tell(new AttemptEnded(_attempt!.Number, result));
        _attempt = null;
    }

    /// <summary>The next bit of the running attempt.</summary>
    protected abstract void Attempt(AttemptPlan plan);

    /// <summary>Something goes wrong outside.</summary>
    protected abstract void Disturb();

    protected abstract Verified Verify(RunVerify verify);

    protected abstract PublishResult OnPublish();

    /// <summary>What has to hold after each step.</summary>
    protected abstract void Check();

    /// <summary>What has to hold of a fact that is about to be journaled.</summary>
    protected virtual void CheckFact(TransferFact fact)
    {
    }

    protected abstract void OnAttempt(AttemptPlan plan);

    protected abstract void OnDiscard(DiscardPart discard);

    protected abstract void OnKilled();

    /// <summary>Somebody asked for it again, after it had failed.</summary>
    protected virtual void OnAskedAgain()
    {
    }
}
