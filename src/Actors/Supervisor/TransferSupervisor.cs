using Akka.Actor;
using Ferry.Actors.Hosting;
using Ferry.Actors.Mailboxes;
using Ferry.Actors.Protocol;
using Ferry.Actors.Scheduling;
using Ferry.Actors.Telemetry;
using Ferry.Actors.Transfers;
using Ferry.Engine;
using Ferry.Engine.Downloads;
using Ferry.Engine.Errors;
using Ferry.Engine.Http;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ferry.Actors.Supervisor;

/// <summary>
/// Takes commands and queries (see <see cref="ITransferCommand"/>, <see cref="ITransferQuery"/>), keeps the index of transfers, lets them
/// run by priority, and looks after their actors. Its state is rows; bytes never pass through it.
/// </summary>
public sealed partial class TransferSupervisor : ReceiveActor, IWithTimers, IWithUnboundedStash
{
    private readonly FerryOptions _options;
    private readonly ILogger _log;
    private readonly Random _random;
    private readonly DateTimeOffset _startedAt;
    private readonly long _startStamp;
    private readonly TransferTable _table = new();
    private readonly AdmissionQueue _admission;
    private readonly Dictionary<IActorRef, HashSet<TransferId>> _subscribers = [];
    private readonly Dictionary<IActorRef, Subscription> _subscribersToAll = [];
    private readonly List<IActorRef> _awaitingReady = [];
    private ITransferWorkFactory _work = null!;
    private HttpTransport? _transport;
    private BandwidthGovernor? _governor;

    private TransferSupervisor(FerryOptions options)
    {
        _options = options;
        _log = (options.Logging ?? NullLoggerFactory.Instance).CreateLogger("Ferry.Transfers");
        _random = options.NewRandom();
        (_startedAt, _startStamp) = (options.Time.GetUtcNow(), options.Time.GetTimestamp());
        _admission = new AdmissionQueue(AdmissionPolicy.Of(options));
        Recovering();
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <inheritdoc/>
    public IStash Stash { get; set; } = null!;

    private DateTimeOffset Now => _options.Time.GetUtcNow();

    // What queues and alarms reckon with: someone may set the wall clock, and nobody must wait an hour longer or overtake for that.
    private DateTimeOffset Steady => _startedAt + _options.Time.GetElapsedTime(_startStamp);

    /// <summary>
    /// How to make a supervisor in an ActorSystem of one's own. The system's configuration holds <see cref="FerryConfiguration.Create"/>,
    /// and the data directory is open (<see cref="DataDirectory.Open"/>) as long as the supervisor lives.
    /// </summary>
    /// <param name="options">How the engine runs.</param>
    /// <exception cref="ArgumentException">The options are wrong; the message names each problem (<see cref="FerryOptions.Problems"/>).</exception>
    public static Props Props(FerryOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Problems() is { Count: > 0 } problems)
            throw new ArgumentException(string.Join(" ", problems), nameof(options));
        return ActorProducer<TransferSupervisor>.Props(() => new TransferSupervisor(options)).WithMailbox(FerryConfiguration.Mailbox);
    }

    /// <inheritdoc/>
    protected override void PreStart()
    {
        _work = _options.Work ?? MakeWork();
        StartIndex();
        base.PreStart();
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        foreach (var row in _table.Rows)
            StateCounter.Left(row.Activity);
        _transport?.Dispose();
        _governor?.Dispose();
        base.PostStop();
    }

    /// <summary>A child that throws is stopped, and made anew once it and its I/O have ended: restarted in place it would meet its own part file, still locked.</summary>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);

    private ITransferWorkFactory MakeWork()
    {
        _transport = new HttpTransport(_options.Transport with { Policy = _options.Policy }, _options.Time);
        MakeCache();
        if (_options.BytesPerSecond > 0)
            _governor = new BandwidthGovernor(_options.BytesPerSecond, _options.Time);
        return new TransferWorkFactory(_transport, _options.Transfers, _options.Time, OpenGate.Instance, _cache);
    }

    private ITransferWorkFactory WorkFor(TransferRow row) => _governor is { } governor && _transport is { } transport
        ? new TransferWorkFactory(transport, _options.Transfers, _options.Time, governor.GateFor(BandwidthGovernor.WeightOf(row.Priority)), _cache)
        : _work;

    private void Recovering()
    {
        Receive<IndexRecovered>(OnFirstRecovered);
        Receive<IndexFailed>(OnIndexFailed);
        Receive<Terminated>(t => t.ActorRef.Equals(_index), _ => OnIndexStoppedAtStart());
        Receive<AwaitReady>(_ => _awaitingReady.Add(Sender));
        ReceiveAny(_ => Stash.Stash());
    }

    private void Ready()
    {
        ReceiveCommands();
        ReceiveCacheCommands();
        ReceiveQueries();
        ReceiveFromTransfers();
        ReceiveFromIndex();
        Receive<AfterStarts>(late => OnLate(late.Message));
        Receive<Terminated>(t => OnStopped(t.ActorRef));
        Receive<WakeUp>(_ => OnWakeUp());
        Receive<StopEngine>(_ => OnStopEngine());
        Receive<AwaitReady>(_ => OnAwaitReady());
    }

    private void ReceiveCommands()
    {
        Receive<StartTransfer>(m => Guard(m, OnStart));
        Receive<CancelTransfer>(m => Guard(m, OnCancel));
        Receive<CancelTransfers>(m => Guard(m, OnCancelSeveral));
        Receive<CancelAll>(m => Guard(m, _ => OnCancelAll()));
        Receive<PauseTransfer>(m => Guard(m, OnPause));
        Receive<ResumeTransfer>(m => Guard(m, OnResume));
        Receive<ChangePriority>(m => Guard(m, OnChangePriority));
        Receive<RemoveTransfer>(m => Guard(m, OnRemove));
        Receive<Subscribe>(m => Guard(m, OnSubscribe));
        Receive<Unsubscribe>(m => Guard(m, OnUnsubscribe));
        Receive<GrantCredits>(m => Guard(m, OnGrantCredits));
    }

    // What one caller sends must not end the transfers of the others, which a restart of this actor would.
    private void Guard<T>(T command, Action<T> handle)
        where T : ITransferCommand
    {
        try
        {
            handle(command);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            CommandFailed(_log, typeof(T).Name, e);
            var error = new TransferError(ErrorCode.Unknown, ErrorStage.Validating, ErrorSide.Local, $"The command could not be carried out: {e.Message}");
            Sender.Tell(command is StartTransfer start ? new TransferRejected(start.Request?.Id, [error]) : new CommandRejected(null, error));
        }
    }

    private void BecomeReady()
    {
        Become(Ready);
        Stash.UnstashAll();
    }

    private void OnAwaitReady()
    {
        _awaitingReady.Add(Sender);
        if (!_indexStarts)
            AnswerReadiness();
    }

    private void AnswerReadiness()
    {
        foreach (var waiting in _awaitingReady)
            waiting.Tell(Readiness());
        _awaitingReady.Clear();
    }

    private object Readiness() => _indexUp
        ? new EngineReady(_table.Count - _table.EndedCount)
        : new EngineUnavailable(_journalError ?? JournalUnavailable());

    private void OnStopped(IActorRef stopped)
    {
        if (stopped.Equals(_index))
            OnIndexStopped();
        else if (_children.TryGetValue(stopped, out var row))
            OnChildStopped(row);
        else
            ForgetSubscriber(stopped);
    }

    // A message may have overtaken the start of the transfer it names: it is looked at again after the starts that wait.
    private bool PutOff(object message)
    {
        if (_isLate)
            return false;
        Self.Tell(new AfterStarts(message), Sender);
        return true;
    }

    private bool _isLate;

    private void OnLate(object message)
    {
        _isLate = true;
        try
        {
            switch (message)
            {
                case LateCancel m: OnLateCancel(m); break;
                case PauseTransfer m: OnPause(m); break;
                case ResumeTransfer m: OnResume(m); break;
                case ChangePriority m: OnChangePriority(m); break;
                case RemoveTransfer m: OnRemove(m); break;
                case LateCancelAll m: OnLateCancelAll(m); break;
                case Subscribe m: OnSubscribe(m); break;
                case Unsubscribe m: OnUnsubscribe(m); break;
                case GrantCredits m: OnGrantCredits(m); break;
                case GetTransfer m: OnGetTransfer(m); break;
                case Explain m: OnExplain(m); break;
            }
        }
        finally
        {
            _isLate = false;
        }
    }

    private static TransferError Problem(string message) => new(ErrorCode.ParameterError, ErrorStage.Validating, ErrorSide.Caller, message);

    // Before the journal was ever read nobody knows which transfers there are.
    private CommandRejected Unknown(TransferId id) => new(id, _loaded ? Problem($"There is no transfer '{id}'.") : JournalUnavailable());

    [LoggerMessage(EventId = 4, Level = LogLevel.Error, Message = "{Command} failed")]
    private static partial void CommandFailed(ILogger logger, string command, Exception exception);
}
