using System.Linq.Expressions;
using System.Reflection;

namespace Akka.Actor;

/// <summary>Makes the instances of an actor that is not found by its class and arguments alone.</summary>
public interface IIndirectActorProducer
{
    Type ActorType { get; }

    ActorBase Produce();

    void Release(ActorBase actor);
}

/// <summary>The immutable recipe of an actor: class and arguments (or a producer), mailbox, dispatcher, supervision.</summary>
public class Props : IEquatable<Props>
{
    public static readonly Props None = new(typeof(EmptyActor));

    private readonly Func<ActorBase> _factory;
    private readonly IIndirectActorProducer? _producer;

    public Props(Type type, params object[] args)
        : this(type, args, Deploy.Local, null, FactoryFor(type, args))
    {
    }

    private Props(
        Type type, object[] args, Deploy deploy, SupervisorStrategy? strategy, Func<ActorBase> factory, IIndirectActorProducer? producer = null) =>
        (Type, Arguments, Deploy, SupervisorStrategy, _factory, _producer) = (type, args, deploy, strategy, factory, producer);

    public static Props Empty => None;

    public Type Type { get; }

    public object[] Arguments { get; }

    public Deploy Deploy { get; }

    public SupervisorStrategy? SupervisorStrategy { get; }

    public string Mailbox => Deploy.Mailbox;

    public string Dispatcher => string.IsNullOrEmpty(Deploy.Dispatcher) ? Dispatch.Dispatchers.DefaultDispatcherId : Deploy.Dispatcher;

    /// <summary>The arguments of the <c>new</c> expression are evaluated now, once; the constructor runs at each (re)start.</summary>
    public static Props Create<TActor>(Expression<Func<TActor>> factory, SupervisorStrategy? supervisorStrategy = null)
        where TActor : ActorBase
    {
        if (factory.Body is not NewExpression { Constructor: { } constructor } creation)
            throw new ArgumentException("The factory must be a plain constructor call: () => new MyActor(...).", nameof(factory));
        var args = creation.Arguments.Select(Evaluate).ToArray();
        var invoker = ConstructorInvoker.Create(constructor);
        return new Props(typeof(TActor), args!, Deploy.Local, supervisorStrategy, () => (ActorBase)invoker.Invoke(args.AsSpan()));
    }

    public static Props Create<TActor>(params object[] args)
        where TActor : ActorBase => new(typeof(TActor), args);

    public static Props Create<TActor>(SupervisorStrategy supervisorStrategy)
        where TActor : ActorBase, new() => Create<TActor>().WithSupervisorStrategy(supervisorStrategy);

    public static Props Create(Type type, params object[] args) => new(type, args);

    public static Props CreateBy(IIndirectActorProducer producer, params object[] args) =>
        new(producer.ActorType, args, Deploy.Local, null, producer.Produce, producer);

    /// <summary>As <see cref="Create{TActor}(Expression{Func{TActor}}, SupervisorStrategy?)"/>, for the runtime's own actors: without an expression, whose machinery is slow to load.</summary>
    internal static Props By<TActor>(Func<TActor> factory, params object[] args)
        where TActor : ActorBase => new(typeof(TActor), args, Deploy.Local, null, factory);

    public Props WithMailbox(string mailbox) => With(Deploy.WithMailbox(mailbox));

    public Props WithDispatcher(string dispatcher) => With(Deploy.WithDispatcher(dispatcher));

    /// <summary>How many messages the stash of the actor holds, unless that is an <see cref="IWithUnboundedStash"/>.</summary>
    public Props WithStashCapacity(int stashCapacity) => With(Deploy.WithStashCapacity(stashCapacity));

    public Props WithSupervisorStrategy(SupervisorStrategy supervisorStrategy) =>
        new(Type, Arguments, Deploy, supervisorStrategy, _factory, _producer);

    public Props WithDeploy(Deploy deploy) => With(deploy.WithFallback(Deploy));

    public virtual ActorBase NewActor() => _factory();

    /// <summary>Gives an instance back to where it came from; called once for each, at its end.</summary>
    internal void Release(ActorBase actor) => _producer?.Release(actor);

    public bool Equals(Props? other) =>
        ReferenceEquals(this, other)
        || (other is not null && Type == other.Type && Deploy.Equals(other.Deploy) && Equals(SupervisorStrategy, other.SupervisorStrategy)
            && Arguments.AsSpan().SequenceEqual(other.Arguments));

    public override bool Equals(object? obj) => Equals(obj as Props);

    public override int GetHashCode() => HashCode.Combine(Type, Arguments.Length, Deploy.Mailbox, Deploy.Dispatcher);

    private static Func<ActorBase> FactoryFor(Type type, object[] args)
    {
        if (!typeof(ActorBase).IsAssignableFrom(type))
            throw new ArgumentException($"[{type}] is not an actor.", nameof(type));
        return () => (ActorBase)Activator.CreateInstance(
            type, BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DoNotWrapExceptions, null, args, null)!;
    }

    // What a lambda captured is a field of a constant; read so, the interpreter of expressions need not be loaded.
    private static object? Evaluate(Expression argument) => argument switch
    {
        ConstantExpression constant => constant.Value,
        MemberExpression { Member: FieldInfo { IsStatic: false } field, Expression: { } owner } when Evaluate(owner) is { } holder => field.GetValue(holder),
        _ => Expression.Lambda<Func<object?>>(Expression.Convert(argument, typeof(object))).Compile(preferInterpretation: true)(),
    };

    private Props With(Deploy deploy) => new(Type, Arguments, deploy, SupervisorStrategy, _factory, _producer);

    private sealed class EmptyActor : UntypedActor
    {
        protected override void OnReceive(object message) => Unhandled(message);
    }
}
