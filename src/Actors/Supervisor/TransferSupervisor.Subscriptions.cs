using Akka.Actor;
using Ferry.Actors.Protocol;

namespace Ferry.Actors.Supervisor;

/// <content>Who hears what. Events go from the transfers to their subscribers, not through here.</content>
public sealed partial class TransferSupervisor
{
    private void OnSubscribe(Subscribe command)
    {
        if (command.Subscription is null)
        {
            Sender.Tell(new CommandRejected(command.Id, Problem("The subscription is missing.")));
            return;
        }
        var subscriber = command.Subscription.Subscriber ?? Sender;
        if (command.Id is not { } id)
        {
            Know(subscriber);
            _subscribersToAll[subscriber] = command.Subscription;
            foreach (var row in _table.Rows)
                row.Feed.Subscribe(subscriber, command.Subscription, toAll: true);
            Sender.Tell(new Subscribed(null));
        }
        else if (_table.TryGet(id, out var row))
        {
            Sender.Tell(new Subscribed(id));
            SubscribeTo(row, subscriber, command.Subscription);
        }
        else if (!PutOff(command))
            Sender.Tell(Unknown(id));
    }

    private void OnUnsubscribe(Unsubscribe command)
    {
        if (command.Id is not { } id)
        {
            _subscribersToAll.Remove(Sender);
            foreach (var row in _table.Rows)
                row.Feed.Unsubscribe(Sender, toAll: true);
        }
        else if (_table.TryGet(id, out var row))
        {
            row.Feed.Unsubscribe(Sender, toAll: false);
            row.Subscribers.Remove(Sender);
            if (_subscribers.TryGetValue(Sender, out var ids))
                ids.Remove(id);
        }
        else if (PutOff(command))
            return;
        ForgetWhenIdle(Sender);
        Sender.Tell(new Unsubscribed(command.Id));
    }

    private void OnGrantCredits(GrantCredits command)
    {
        if (_table.TryGet(command.Id, out var row))
            row.Feed.Grant(Sender, command.Chunks);
        else
            PutOff(command);
    }

    private void SubscribeTo(TransferRow row, IActorRef subscriber, Subscription subscription)
    {
        if (!row.Feed.Subscribe(subscriber, subscription, toAll: false))
            return;
        if (Know(subscriber).Add(row.Id))
            row.Subscribers.Add(subscriber);
    }

    private HashSet<Engine.Requests.TransferId> Know(IActorRef subscriber)
    {
        if (_subscribers.TryGetValue(subscriber, out var known))
            return known;
        Context.Watch(subscriber);
        return _subscribers[subscriber] = [];
    }

    // A transfer is over, or was never taken: nobody is subscribed to it any more.
    private void Unlink(TransferRow row)
    {
        foreach (var subscriber in row.Subscribers)
        {
            if (_subscribers.TryGetValue(subscriber, out var ids))
                ids.Remove(row.Id);
            ForgetWhenIdle(subscriber);
        }
        row.Subscribers.Clear();
    }

    private void ForgetWhenIdle(IActorRef subscriber)
    {
        if (!_subscribers.TryGetValue(subscriber, out var ids) || ids.Count > 0 || _subscribersToAll.ContainsKey(subscriber))
            return;
        _subscribers.Remove(subscriber);
        Context.Unwatch(subscriber);
    }

    private void ForgetSubscriber(IActorRef subscriber)
    {
        if (_subscribersToAll.Remove(subscriber))
        {
            foreach (var row in _table.Rows.ToArray())
                Forget(row, subscriber);
        }
        if (!_subscribers.Remove(subscriber, out var ids))
            return;
        foreach (var id in ids)
        {
            if (!_table.TryGet(id, out var row))
                continue;
            row.Subscribers.Remove(subscriber);
            Forget(row, subscriber);
        }
    }

    // The chunks of a transfer whose last reader died would go to nobody.
    private void Forget(TransferRow row, IActorRef subscriber)
    {
        row.Feed.Forget(subscriber);
        if (row.Feed.IsAbandoned && row.Activity is not RowActivity.Ended)
            Cancel(row, keepPart: false, _ => { });
    }
}
