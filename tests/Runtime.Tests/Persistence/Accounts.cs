using System.Text;
using Akka.Actor;
using Akka.Persistence;
using Akka.Serialization;

namespace Ferry.Runtime.Tests.Persistence;

internal sealed record Deposit(int Amount);

internal sealed record DepositAsync(int Amount);

internal sealed record DepositAll(params int[] Amounts);

internal sealed record Deposited(int Amount);

/// <summary>An event whose serializer refuses it.</summary>
internal sealed record Unserializable;

internal sealed record Balance(long Total, long SequenceNr);

internal sealed record GetBalance;

internal sealed record Snap;

internal sealed record Fail;

internal sealed record Failure(string Kind, string Message);

/// <summary>Adds up deposits and tells a listener what happens to it.</summary>
internal sealed class Account : ReceivePersistentActor
{
    private readonly IActorRef _listener;
    private long _total;

    public Account(string id, IActorRef listener)
    {
        PersistenceId = id;
        _listener = listener;
        Recover<Deposited>(deposited => _total += deposited.Amount);
        Recover<SnapshotOffer>(offer => _total = ((Balance)offer.Snapshot).Total);
        Recover<RecoveryCompleted>(_ => _listener.Tell(new Balance(_total, LastSequenceNr)));
        Command<Deposit>(deposit => Persist(new Deposited(deposit.Amount), Apply));
        Command<DepositAsync>(deposit => PersistAsync(new Deposited(deposit.Amount), Apply));
        Command<DepositAll>(deposits => PersistAll(deposits.Amounts.Select(a => new Deposited(a)), Apply));
        Command<Unserializable>(refused => Persist(refused, _ => _listener.Tell("written")));
        Command<GetBalance>(_ => Sender.Tell(new Balance(_total, LastSequenceNr)));
        Command<Snap>(_ => SaveSnapshot(new Balance(_total, LastSequenceNr)));
        Command<SaveSnapshotSuccess>(saved => _listener.Tell(saved));
        Command<SaveSnapshotFailure>(failed => _listener.Tell(new Failure("snapshot", failed.Cause.Message)));
        Command<DeleteMessagesTo>(delete => DeleteMessages(delete.ToSequenceNr));
        Command<DeleteMessagesSuccess>(deleted => _listener.Tell(deleted));
        Command<Fail>(_ => throw new InvalidOperationException("asked to fail"));
    }

    public override string PersistenceId { get; }

    public static Props Props(string id, IActorRef listener) => Akka.Actor.Props.Create(() => new Account(id, listener));

    protected override void OnRecoveryFailure(Exception reason, object? message = null) => _listener.Tell(new Failure("recovery", reason.Message));

    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr) => _listener.Tell(new Failure("write", cause.Message));

    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr) => _listener.Tell(new Failure("rejected", cause.Message));

    private void Apply(Deposited deposited)
    {
        _total += deposited.Amount;
        Sender.Tell(new Balance(_total, LastSequenceNr));
    }
}

public sealed class AccountSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    public const string Settings =
        """
        akka.actor {
          serializers.accounts = "Ferry.Runtime.Tests.Persistence.AccountSerializer, Runtime.Tests"
          serialization-bindings {
            "Ferry.Runtime.Tests.Persistence.Deposited, Runtime.Tests" = accounts
            "Ferry.Runtime.Tests.Persistence.Balance, Runtime.Tests" = accounts
            "System.String" = accounts
            "Ferry.Runtime.Tests.Persistence.Unserializable, Runtime.Tests" = accounts
          }
        }
        """;

    public override int Identifier => 2300;

    public override string Manifest(object o) => o switch
    {
        Deposited => "deposited/1",
        string => "text/1",
        _ => "balance/1",
    };

    public override byte[] ToBinary(object obj) => Encoding.UTF8.GetBytes(obj switch
    {
        Deposited deposited => $"{deposited.Amount}",
        Balance balance => $"{balance.Total} {balance.SequenceNr}",
        string text => text,
        _ => throw new NotSupportedException("not to be written"),
    });

    public override object FromBinary(byte[] bytes, string manifest)
    {
        var written = Encoding.UTF8.GetString(bytes);
        var text = written.Split(' ');
        return manifest switch
        {
            "text/1" => written,
            "deposited/1" => new Deposited(int.Parse(text[0])),
            "balance/1" => new Balance(long.Parse(text[0]), long.Parse(text[1])),
            _ => throw new InvalidDataException($"unknown manifest {manifest}"),
        };
    }
}
