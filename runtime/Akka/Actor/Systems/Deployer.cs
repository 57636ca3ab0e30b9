using Akka.Configuration;

namespace Akka.Actor;

/// <summary>
/// <c>akka.actor.deployment</c>: what the configuration says about actors by path, relative to /user. "*" stands for one
/// element, a closing "**" for any number.
/// </summary>
internal sealed class Deployer
{
    private readonly List<(string[] Pattern, Deploy Deploy)> _rules = [];

    internal Deployer(Config config)
    {
        if (config.GetConfig("akka.actor.deployment") is not { IsEmpty: false } deployment)
            return;
        foreach (var (path, value) in deployment.AsEnumerable())
        {
            if (string.Equals(path, "default", StringComparison.Ordinal))
                continue;
            var rule = value.GetObject();
            var deploy = new Deploy(path, Setting(rule, "dispatcher"), Setting(rule, "mailbox"), StashCapacity(rule));
            _rules.Add((path.Split('/', StringSplitOptions.RemoveEmptyEntries), deploy));
        }

        // An exact path wins over a pattern, whatever the order in the file.
        _rules = [.. _rules.OrderBy(static rule => rule.Pattern.Count(static element => element is "*" or "**"))];
    }

    internal Deploy? Lookup(ActorPath path)
    {
        if (_rules.Count == 0)
            return null;
        var elements = path.Elements;
        if (elements.Count < 2 || elements[0] != "user")
            return null;
        foreach (var (pattern, deploy) in _rules)
        {
            if (Matches(pattern, elements))
                return deploy;
        }

        return null;
    }

    private static string Setting(Akka.Configuration.Hocon.HoconObject rule, string key) =>
        rule.Items.TryGetValue(key, out var value) ? value.GetString() ?? "" : "";

    private static int StashCapacity(Akka.Configuration.Hocon.HoconObject rule) =>
        rule.Items.TryGetValue("stash-capacity", out var value) ? value.GetInt() : Deploy.NoStashSize;

    private static bool Matches(string[] pattern, IReadOnlyList<string> elements)
    {
        var anyDepth = pattern.Length > 0 && pattern[^1] == "**";
        var fixedPart = anyDepth ? pattern.Length - 1 : pattern.Length;
        if (anyDepth ? elements.Count - 1 <= fixedPart : elements.Count - 1 != fixedPart)
            return false;
        for (var i = 0; i < fixedPart; i++)
        {
            if (pattern[i] != "*" && !string.Equals(pattern[i], elements[i + 1], StringComparison.Ordinal))
                return false;
        }

        return true;
    }
}
