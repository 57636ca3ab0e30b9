using System.Runtime.Serialization;
using System.Text;
using Akka.Actor;
using Akka.Configuration;
using Akka.Serialization;

namespace Ferry.Runtime.Tests.Core;

public sealed class SerializationTests() : WithSystem("""
    akka.actor {
      serializers {
        letters = "Ferry.Runtime.Tests.Core.LetterSerializer, Runtime.Tests"
        cards = "Ferry.Runtime.Tests.Core.CardSerializer, Runtime.Tests"
      }
      serialization-bindings {
        "Ferry.Runtime.Tests.Core.IPost, Runtime.Tests" = letters
        "Ferry.Runtime.Tests.Core.Card, Runtime.Tests" = cards
      }
      serialization-identifiers { "Ferry.Runtime.Tests.Core.CardSerializer, Runtime.Tests" = 1002 }
    }
    """)
{
    [Fact]
    public void StringManifest_RoundTrips()
    {
        var serialization = System.Serialization;
        var serializer = serialization.FindSerializerFor(new Letter("dear"));
        serializer.Should().BeOfType<LetterSerializer>().Which.Identifier.Should().Be(1001);
        var bytes = serializer.ToBinary(new Letter("dear"));
        serialization.Deserialize(bytes, 1001, ((SerializerWithStringManifest)serializer).Manifest(new Letter(""))).Should().Be(new Letter("dear"));
        serialization.Serialize(new Letter("dear")).Should().Equal(bytes);
    }

    [Fact]
    public void Binding_MoreSpecific_Wins_AndItsIdIsConfigured()
    {
        var serializer = System.Serialization.FindSerializerForType(typeof(Card));
        serializer.Should().BeOfType<CardSerializer>();
        serializer.Identifier.Should().Be(1002);
        System.Serialization.Deserialize([65], 1002, typeof(Card).AssemblyQualifiedName!).Should().Be(new Card("A"));
        System.Serialization.Deserialize([65], 1002, typeof(Card)).Should().Be(new Card("A"));
    }

    [Fact]
    public void ByteArraysAndNull_HaveSerializers()
    {
        System.Serialization.FindSerializerFor(new byte[] { 1 }).Should().BeOfType<ByteArraySerializer>().Which.Identifier.Should().Be(4);
        System.Serialization.FindSerializerFor(null!).Should().BeOfType<NullSerializer>();
        System.Serialization.Deserialize([1, 2], 4, "").Should().BeEquivalentTo(new byte[] { 1, 2 });
    }

    [Fact]
    public void Unbound_SaysWhichTypeAndKey() =>
        System.Serialization.Invoking(s => s.FindSerializerFor(new Uri("http://x"))).Should().Throw<SerializationException>()
            .WithMessage("*System.Uri*akka.actor.serialization-bindings*");

    [Fact]
    public void UnknownIdOrManifest_SaysWhich()
    {
        System.Serialization.Invoking(s => s.Deserialize([], 77, "x")).Should().Throw<SerializationException>().WithMessage("*77*");
        System.Serialization.Invoking(s => s.Deserialize([65], 1002, "No.Such.Type")).Should().Throw<SerializationException>().WithMessage("*No.Such.Type*");
    }

    [Fact]
    public void BindingToUnknownSerializer_Throws()
    {
        var system = ActorSystem.Create("broken", ConfigurationFactory.ParseString("""
            akka.loglevel = OFF
            akka.actor.serialization-bindings { "System.String" = missing }
            """));
        system.Invoking(s => s.Serialization).Should().Throw<ConfigurationException>().WithMessage("*missing*");
        system.Dispose();
    }

    [Fact]
    public void ActorRef_PathAndBack()
    {
        var actor = System.ActorOf(Puppet.Named("a"), "a");
        var path = Serialization.SerializedActorPath(actor);
        System.Serialization.DeserializeActorRef(path).Should().Be(actor);
        Serialization.SerializedActorPath(ActorRefs.Nobody).Should().BeEmpty();
    }
}

public interface IPost;

public sealed record Letter(string Text) : IPost;

public sealed record Card(string Text) : IPost;

public sealed class LetterSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    public override int Identifier => 1001;

    public override byte[] ToBinary(object obj) => Encoding.UTF8.GetBytes(((Letter)obj).Text);

    public override object FromBinary(byte[] bytes, string manifest) => manifest == "letter/1"
        ? new Letter(Encoding.UTF8.GetString(bytes))
        : throw new SerializationException(manifest);

    public override string Manifest(object o) => "letter/1";
}

public sealed class CardSerializer(ExtendedActorSystem system) : Serializer(system)
{
    public override bool IncludeManifest => true;

    public override byte[] ToBinary(object obj) => Encoding.UTF8.GetBytes(((Card)obj).Text);

    public override object FromBinary(byte[] bytes, Type type) => Activator.CreateInstance(type, Encoding.UTF8.GetString(bytes))!;
}
