using Ferry.Engine.Ranges;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;

namespace Ferry.Engine.Tests.Transfers;

/// <summary>A random life of one download: a server that changes its file and breaks off, and a disk that loses what was not flushed.</summary>
internal sealed class MachineWalk : TransferWalk
{
    private const int Length = 1000;
    private readonly bool _validators;
    private int _boot;
    private int _serverVersion = 1;

    // The disk: which version the part file's bytes are of, how many there are, how many survive a loss of power.
    private int _diskVersion;
    private long _diskWritten;
    private long _diskFlushed;
    private bool _published;

    private bool _judged;

    private MachineWalk(Random random, bool validators)
        : base(random, MachineFixture.Make(new RequestOptions { Retry = new RetryOptions { MaxRetries = random.Next(6) } }, new FileDestination("/tmp/ferry-test/f"))) =>
        _validators = validators;

    protected override string Boot => $"boot-{_boot}";

    public static MachineWalk Begin(int seed)
    {
        var random = new Random(seed);
        return new MachineWalk(random, validators: random.Next(4) > 0);
    }

    protected override void Disturb() => _serverVersion++;

    protected override void OnAttempt(AttemptPlan plan)
    {
        plan.From.Should().BeLessThanOrEqualTo(_diskWritten, "the bytes before the resume point are on the disk");
        _judged = false;
    }

    protected override void Attempt(AttemptPlan plan)
    {
        if (StopAsked)
        {
            EndAttempt(new AttemptStopped(0, _diskWritten, _diskFlushed));
            return;
        }
        if (!_judged)
        {
            Judge(plan);
            return;
        }
        switch (Random.Next(Calm ? 6 : 8))
        {
            case < 3:
                _diskWritten = Math.Min(Length, _diskWritten + Random.Next(1, 200));
                break;
            case 3:
                _diskFlushed = _diskWritten;
                break;
            case 4:
                Tell(new CheckpointDue(plan.Number, _diskWritten, _diskFlushed));
                break;
            case 5 when _diskWritten == Length:
                EndAttempt(new AttemptFinished(10, Length, _diskFlushed, MachineFixture.Head(), Identity()));
                break;
            case > 5:
                var error = Random.Next(20) == 0 ? MachineFixture.NotFound : MachineFixture.Reset;
                EndAttempt(new AttemptBroke(10, _diskWritten, _diskFlushed, error));
                break;
        }
    }

    // The header of the answer: what the engine's judge would say of it.
    private void Judge(AttemptPlan plan)
    {
        if (plan.From > _diskWritten)
            EndAttempt(new AttemptMustRestart(0, RestartReason.PartFileLost));
        else if (plan.From > 0 && Random.Next(10) == 0)
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
            Tell(new AttemptIdentified(plan.Number, Identity()));
        }
    }

    private ResourceIdentity Identity() => new()
    {
        FinalUrl = "http://127.0.0.1/f",
        ETag = _validators ? $"\"{(_judged ? _diskVersion : _serverVersion)}\"" : null,
        Length = Length,
    };

    protected override Verified Verify(RunVerify verify)
    {
        _diskWritten.Should().Be(Length);
        _diskFlushed = _diskWritten;
        return MachineFixture.Checked(Length);
    }

    protected override PublishResult OnPublish()
    {
        _published = true;
        return new PublishResult("/tmp/ferry-test/f", default, null);
    }

    protected override void OnDiscard(DiscardPart discard) => (_diskWritten, _diskFlushed) = (0, 0);

    // One in three takes the kernel along.
    protected override void OnKilled()
    {
        if (Random.Next(3) > 0)
            return;
        _boot++;
        _diskWritten = _diskFlushed;
    }

    protected override void CheckFact(TransferFact fact)
    {
        if (fact is not Checkpointed c)
            return;
        c.Written.Should().BeLessThanOrEqualTo(_diskWritten);
        c.Flushed.Should().BeLessThanOrEqualTo(_diskFlushed).And.BeLessThanOrEqualTo(c.Written);
        if (_validators)
            Journal.OfType<Identified>().Last().Identity.ETag.Should().Be($"\"{_diskVersion}\"", "bytes are claimed for the version they are of");
    }

    protected override void Check()
    {
        if (_published)
            (State.Outcome is null or CompletedOutcome).Should().BeTrue("what was published is not called failed or cancelled");
    }
}
