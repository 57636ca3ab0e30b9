using System.Threading.Channels;
using Akka.Actor;

namespace Ferry.Host.Session;

/// <summary>The program's ear among the actors: hands replies and events to the loop that shows them.</summary>
internal sealed class Listener : ReceiveActor
{
    /// <summary>Hands everything to a channel.</summary>
    /// <param name="loop">The loop's channel.</param>
    public Listener(ChannelWriter<object> loop) => ReceiveAny(message => loop.TryWrite(message));

    /// <summary>How to make one.</summary>
    public static Props Props(ChannelWriter<object> loop) => Akka.Actor.Props.Create<Listener>(loop);
}
