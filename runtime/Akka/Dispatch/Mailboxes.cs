using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;

namespace Akka.Dispatch;

/// <summary>
/// Which mailbox an actor gets: the one its deployment or its props name, else the one of its dispatcher, else the one its class
/// requires (<c>akka.actor.mailbox.requirements</c>), else the default. A required queue is checked in any case.
/// </summary>
internal sealed class Mailboxes
{
    internal const string DefaultMailboxId = "akka.actor.default-mailbox";

    private readonly Settings _settings;
    private readonly ConcurrentDictionary<string, MailboxType> _byId = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Type, Type?> _required = new();
    private readonly Dictionary<Type, string> _requirements;

    internal Mailboxes(Settings settings)
    {
        _settings = settings;
        const string Requirements = "akka.actor.mailbox.requirements";
        _requirements = (settings.Config.GetConfig(Requirements) ?? Config.Empty).AsEnumerable()
            .ToDictionary(static entry => TypeNames.Load(entry.Key, Requirements), static entry => entry.Value.GetString()!);
    }

    internal MailboxType For(Props props)
    {
        var required = _required.GetOrAdd(props.Type, RequirementOf);
        return Checked(Lookup(IdFor(props, required)), required, props);
    }

    /// <summary>The size of a stash: that of the deployment or the props, else that of the mailbox; negative is unbounded.</summary>
    internal int StashCapacityFor(Props props) => props.Deploy.StashCapacity >= 0
        ? props.Deploy.StashCapacity
        : _settings.Config.GetInt(
            IdFor(props, _required.GetOrAdd(props.Type, RequirementOf)) + ".stash-capacity",
            _settings.Config.GetInt(DefaultMailboxId + ".stash-capacity", Deploy.NoStashSize));

    internal MailboxType Lookup(string id) => _byId.GetOrAdd(id, Create);

    private static Type? RequirementOf(Type actor) => TypeArgumentOf(actor, typeof(IRequiresMessageQueue<>));

    private static Type? TypeArgumentOf(Type type, Type openInterface) =>
        type.GetInterfaces().FirstOrDefault(i => i.IsGenericType && i.GetGenericTypeDefinition() == openInterface)?.GetGenericArguments()[0];

    private static MailboxType Checked(MailboxType mailbox, Type? required, Props props)
    {
        var produced = TypeArgumentOf(mailbox.GetType(), typeof(IProducesMessageQueue<>));
        return required is null || produced is null || required.IsAssignableFrom(produced)
            ? mailbox
            : throw new ArgumentException(
                $"[{props.Type}] requires a message queue that is a [{required}]; mailbox [{mailbox.GetType()}] makes a [{produced}].", nameof(props));
    }

    private string IdFor(Props props, Type? required)
    {
        if (props.Mailbox.Length > 0)
            return props.Mailbox;
        if (_settings.Config.HasPath(props.Dispatcher + ".mailbox-type"))
            return props.Dispatcher;
        return required is null ? DefaultMailboxId : IdFor(required);
    }

    private string IdFor(Type required) =>
        _requirements.TryGetValue(required, out var id)
            ? id
            : throw new ConfigurationException($"akka.actor.mailbox.requirements has no mailbox for [{required}].");

    private MailboxType Create(string id)
    {
        var config = _settings.Config;
        var own = config.GetConfig(id) ?? throw new ConfigurationException($"There is no mailbox [{id}] in the configuration.");
        var typeName = own.GetString("mailbox-type", null!);
        if (string.IsNullOrEmpty(typeName))
            throw new ConfigurationException($"[{id}] has no mailbox-type.");
        var type = TypeNames.Load(typeName, id + ".mailbox-type");
        return (MailboxType)Activator.CreateInstance(type, _settings, own.WithFallback(config.GetConfig(DefaultMailboxId)))!;
    }
}
