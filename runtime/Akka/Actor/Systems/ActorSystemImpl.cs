using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;

namespace Akka.Actor;

internal sealed class ActorSystemImpl : ExtendedActorSystem, IActorRefProvider
{
    private readonly TaskCompletionSource _terminated = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly RootActorPath _root;
    private readonly Deployer _deployer;
    private readonly ExtensionRegistry _extensions;
    private readonly Stack<Action> _onTermination = new();
    private readonly DeadLetterActorRef _deadLetters;
    private readonly Lazy<Serialization.Serialization> _serialization;
    private IReadOnlyList<IActorRef> _reporters = [];
    private long _uids;
    private long _temps;
    private bool _onTerminationRan;
    private int _stopping;

    internal ActorSystemImpl(string name, Config config)
    {
        if (name.Length == 0 || !ActorPath.IsValidPathElement(name))
            throw new ArgumentException($"[{name}] is no name for an actor system: it is used in paths.", nameof(name));
        Name = name;
        Settings = new Settings(this, config);
        DefaultAddress = new Address("akka", name);
        _root = new RootActorPath(DefaultAddress);
        EventStream = new EventStream(debug: false);
        EventStream.StartStdoutLogger(Settings);
        Log = new BusLogging(EventStream, $"ActorSystem({name})", typeof(ActorSystem), DefaultLogMessageFormatter.Instance);
        _deadLetters = new DeadLetterActorRef(this, _root / "deadLetters");
        Scheduler = CreateScheduler();
        Dispatchers = new Dispatchers(Settings);
        Mailboxes = new Mailboxes(Settings);
        _deployer = new Deployer(Settings.Config);
        _extensions = new ExtensionRegistry(this);
        _serialization = new Lazy<Serialization.Serialization>(() => new Serialization.Serialization(this));
        RootGuardian = new LocalActorRef(
            this, Guardians.RootProps, Dispatchers.Default, Mailboxes.Lookup(Mailboxes.DefaultMailboxId), new RootSupervisor(this, _root), _root);
    }

    public override string Name { get; }

    public override Settings Settings { get; }

    public override EventStream EventStream { get; }

    public override IActorRef DeadLetters => _deadLetters;

    public override IScheduler Scheduler { get; }

    public override ILoggingAdapter Log { get; }

    public override Serialization.Serialization Serialization => _serialization.Value;

    public override Task WhenTerminated => _terminated.Task;

    public override IActorRefProvider Provider => this;

    public ActorPath RootPath => _root;

    public Address DefaultAddress { get; }

    internal bool IsStopping => Volatile.Read(ref _stopping) != 0;

    internal Dispatchers Dispatchers { get; }

    internal Mailboxes Mailboxes { get; }

    internal LocalActorRef RootGuardian { get; }

    internal LocalActorRef Guardian { get; private set; } = null!;

    internal LocalActorRef SystemGuardian { get; private set; } = null!;

    public override IActorRef ActorOf(Props props, string? name = null) => Guardian.Cell.MakeChild(props, name, isSystem: false);

    public override IActorRef SystemActorOf(Props props, string? name = null) => SystemGuardian.Cell.MakeChild(props, name, isSystem: true);

    public override IActorRef SystemActorOf<TActor>(string? name = null) => SystemActorOf(Props.Create<TActor>(), name);

    public override ActorSelection ActorSelection(ActorPath actorPath) => ActorSelectionFactory.From(this, actorPath);

    public override ActorSelection ActorSelection(string actorPath) => ActorSelectionFactory.From(this, _deadLetters, actorPath);

    public override void Stop(IActorRef actor)
    {
        var parent = (actor as LocalActorRef)?.Parent as LocalActorRef;
        if (parent is not null && (ReferenceEquals(parent, Guardian) || ReferenceEquals(parent, SystemGuardian)))
            parent.Cell.Children.MarkStopping(actor);
        ((IInternalActorRef)actor).Stop();
    }

    public override Task Terminate()
    {
        if (Settings.CoordinatedShutdownRunByActorSystemTerminate)
            _ = CoordinatedShutdown.Get(this).Run(CoordinatedShutdown.ActorSystemTerminateReason.Instance);
        else
            StopActors();
        return WhenTerminated;
    }

    public override void RegisterOnTermination(Action code)
    {
        lock (_onTermination)
        {
            if (!_onTerminationRan)
            {
                _onTermination.Push(code);
                return;
            }
        }

        throw new InvalidOperationException("The actor system has terminated.");
    }

    public override object RegisterExtension(IExtensionId extension) => _extensions.Register(extension);

    public override object GetExtension(IExtensionId extensionId) => _extensions.Register(extensionId);

    public override T GetExtension<T>() => TryGetExtension<T>(out var extension) ? extension : null!;

    public override bool HasExtension(Type type) => _extensions.TryGet(type, out _);

    public override bool HasExtension<T>() => HasExtension(typeof(T));

    public override bool TryGetExtension(Type extensionType, out object extension) => _extensions.TryGet(extensionType, out extension);

    public override bool TryGetExtension<T>(out T extension)
    {
        var found = _extensions.TryGet(typeof(T), out var instance);
        extension = (T)instance;
        return found;
    }

    public IActorRef ResolveActorRef(string path) =>
        ActorPath.TryParse(path, out var parsed) ? ResolveActorRef(parsed) : _deadLetters;

    public IActorRef ResolveActorRef(ActorPath actorPath)
    {
        if (actorPath.Equals(_deadLetters.Path))
            return _deadLetters;
        if (actorPath.Address.Equals(DefaultAddress))
        {
            var found = RootGuardian.GetChild(actorPath.Elements.ToArray());
            if (found is not Nobody && (actorPath.Uid == ActorPath.UndefinedUid || actorPath.Uid == found.Path.Uid))
                return found;
        }

        return new EmptyLocalActorRef(this, actorPath);
    }

    public override string ToString() => $"akka://{Name}";

    internal void Start()
    {
        RootGuardian.SendSystemMessage(new Dispatch.SysMsg.Create());
        SystemGuardian = (LocalActorRef)RootGuardian.Cell.MakeChild(Guardians.SystemProps(() => _reporters), "system", isSystem: true);
        Guardian = (LocalActorRef)RootGuardian.Cell.MakeChild(Guardians.UserProps(Settings), "user", isSystem: true);
        SystemGuardian.Tell(new Guardians.StopAfter(Guardian), ActorRefs.NoSender);
        RootGuardian.Tell(new Guardians.StopAfter(SystemGuardian), ActorRefs.NoSender);
        EventStream.StartUnsubscriber(this);
        EventStream.StartDefaultLoggers(this);
        var listener = SystemActorOf(Props.By(() => new DeadLetterListener()), "deadLetterListener");
        EventStream.Subscribe(listener, typeof(DeadLetter));
        _reporters = [listener, .. EventStream.Loggers];
        foreach (var extension in Settings.Config.GetStringList("akka.extensions"))
            RegisterExtension((IExtensionId)TypeNames.Create(TypeNames.Load(extension, "akka.extensions")));
    }

    /// <summary>Begins the end: /user stops, then /system, then the root.</summary>
    internal void StopActors()
    {
        if (Interlocked.Exchange(ref _stopping, 1) == 0)
            Guardian.Stop();
    }

    internal LocalActorRef CreateRef(Props props, IInternalActorRef parent, ActorPath path)
    {
        // What the configuration says of a path goes before what the props say.
        if (_deployer.Lookup(path) is { } deploy)
            props = props.WithDeploy(deploy);
        var mailbox = Mailboxes.For(props);
        return new LocalActorRef(this, props, Dispatchers.Lookup(props.Dispatcher), mailbox, parent, path);
    }

    internal long NextUid() => Interlocked.Increment(ref _uids);

    internal ActorPath NextTempPath() => new ChildActorPath(_root / "temp", "$" + Interlocked.Increment(ref _temps), NextUid());

    internal void Publish(LogEvent logEvent) => EventStream.PublishLog(logEvent);

    /// <summary>A message of which the receiver is gone. A dead letter itself has been published already: it ends here.</summary>
    internal void Undeliverable(in Envelope envelope, IActorRef recipient)
    {
        if (envelope.Message is not AllDeadLetters)
            EventStream.Publish(DeadLetter.For(envelope.Message, envelope.Sender, recipient));
    }

    internal void RootStopped(Exception? cause)
    {
        EventStream.StopDefaultLoggers(this);
        lock (_onTermination)
            _onTerminationRan = true;
        foreach (var action in _onTermination)
        {
            try
            {
                action();
            }
            catch (Exception e)
            {
                Log.Error(e, "An action registered for the termination failed");
            }
        }

        (Scheduler as IDisposable)?.Dispose();
        if (cause is null)
            _terminated.TrySetResult();
        else
            _terminated.TrySetException(cause);
    }

    private IScheduler CreateScheduler()
    {
        var type = TypeNames.Load(Settings.SchedulerClass, "akka.scheduler.implementation");
        return (IScheduler)TypeNames.Create(type, Settings.Config, Log);
    }
}
