using Akka.Actor;
using Akka.Event;

namespace Ferry.Runtime.Tests.Core;

public sealed class EventStreamTests : WithSystem
{
    private interface IAnimal;

    private class Dog : IAnimal;

    private sealed class Puppy : Dog;

    [Fact]
    public void Subscribe_BaseClassAndInterface_GetsDerived_Once()
    {
        var probe = NewProbe();
        System.EventStream.Subscribe(probe.Ref, typeof(Dog)).Should().BeTrue();
        System.EventStream.Subscribe(probe.Ref, typeof(Puppy)).Should().BeFalse("a dog's subscriber gets puppies already");
        System.EventStream.Subscribe<IAnimal>(probe.Ref).Should().BeTrue();
        System.EventStream.Publish(new Puppy());
        System.EventStream.Publish("something else");
        probe.Expect<Puppy>();
        probe.ExpectNothingMore();
    }

    [Fact]
    public void Unsubscribe_Class_OrAll()
    {
        var probe = NewProbe();
        var stream = System.EventStream;
        stream.Subscribe(probe.Ref, typeof(Dog));
        stream.Subscribe(probe.Ref, typeof(string));
        stream.Unsubscribe(probe.Ref, typeof(Dog)).Should().BeTrue();
        stream.Unsubscribe(probe.Ref, typeof(Dog)).Should().BeFalse();
        stream.Publish(new Dog());
        stream.Publish("text");
        probe.Expect("text");
        stream.Unsubscribe(probe.Ref).Should().BeTrue();
        stream.Publish("text");
        probe.ExpectNothingMore();
    }

    [Fact]
    public void SubscriptionAfterPublish_IsSeen()
    {
        var (early, late) = (NewProbe(), NewProbe());
        System.EventStream.Subscribe(early.Ref, typeof(Dog));
        System.EventStream.Publish(new Dog());
        System.EventStream.Subscribe(late.Ref, typeof(Dog));
        System.EventStream.Publish(new Dog());
        late.Expect<Dog>();
        late.ExpectNothingMore();
    }

    [Fact]
    public void DeadSubscriber_IsUnsubscribed_AndDeadLettersDoNotChaseThemselves()
    {
        var probe = NewProbe();
        System.EventStream.Subscribe(probe.Ref, typeof(AllDeadLetters));
        System.EventStream.Subscribe(System.DeadLetters, typeof(Dog));
        System.EventStream.Publish(new Dog());
        probe.Expect<DeadLetter>().Message.Should().BeOfType<Dog>();

        var watcher = NewProbe().Watch(probe.Ref);
        System.Stop(probe.Ref);
        watcher.ExpectTerminated(probe.Ref);
        probe.Ref.Tell("to the dead subscriber of dead letters");
        System.DeadLetters.Tell("and again");
        var next = NewProbe();
        System.EventStream.Subscribe(next.Ref, typeof(DeadLetter));
        System.DeadLetters.Tell("still works", next.Ref);
        next.Expect<DeadLetter>().Sender.Should().Be(next.Ref);
    }

    [Fact]
    public void Suppressed_DeadLetter_IsNotADeadLetter()
    {
        var probe = NewProbe();
        System.EventStream.Subscribe(probe.Ref, typeof(DeadLetter));
        System.DeadLetters.Tell(PoisonPill.Instance);
        System.DeadLetters.Tell("after");
        probe.Expect<DeadLetter>().Message.Should().Be("after");
    }
}
