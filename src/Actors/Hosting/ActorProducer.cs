using Akka.Actor;

namespace Ferry.Actors.Hosting;

/// <summary>
/// Makes actors by a delegate. <c>Props.Create(() => new X())</c> takes an expression: loading what evaluates it costs a program that is just
/// starting more time than all its actors do (docs/decisions/0006).
/// </summary>
/// <typeparam name="TActor">The actor's class.</typeparam>
/// <param name="make">Makes an instance, anew at each restart.</param>
internal sealed class ActorProducer<TActor>(Func<TActor> make) : IIndirectActorProducer
    where TActor : ActorBase
{
    /// <inheritdoc/>
    public Type ActorType => typeof(TActor);

    /// <summary>The recipe of an actor.</summary>
    /// <param name="make">Makes an instance.</param>
    public static Props Props(Func<TActor> make) => Akka.Actor.Props.CreateBy(new ActorProducer<TActor>(make));

    /// <inheritdoc/>
    public ActorBase Produce() => make();

    /// <inheritdoc/>
    public void Release(ActorBase actor)
    {
    }
}
