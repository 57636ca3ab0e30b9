using Ferry.Host.Commands;

namespace Ferry.Host.Targets;

/// <summary>Where the program keeps journals when it is not told: <c>$XDG_STATE_HOME/ferry/&lt;name&gt;</c>, one directory for each set of transfers.</summary>
internal static class StateDirectories
{
    /// <summary>The directory that holds them all.</summary>
    /// <param name="variable">Reads an environment variable.</param>
    public static string Root(Func<string, string?> variable)
    {
        // A relative path is to be ignored (XDG Base Directory Specification).
        if (variable("XDG_STATE_HOME") is { Length: > 0 } state && Path.IsPathRooted(state))
            return Path.Combine(state, "ferry");
        if (variable("HOME") is { Length: > 0 } home && Path.IsPathRooted(home))
            return Path.Combine(home, ".local", "state", "ferry");
        if (variable("LOCALAPPDATA") is { Length: > 0 } local)
            return Path.Combine(local, "ferry");
        throw CommandException.Usage("Neither XDG_STATE_HOME nor HOME is set; name a place for the journal with --data-dir.");
    }

    /// <summary>The directory of a command's journal: the one it was given, or that of its transfers.</summary>
    /// <param name="arguments">What was asked for.</param>
    /// <param name="root">See <see cref="Root"/>; asked for only where no directory is given.</param>
    /// <param name="ids">The transfers' ids.</param>
    public static string For(TransferArguments arguments, Func<string> root, IReadOnlyCollection<string> ids) =>
        arguments.DataDirectory is { } given ? Path.GetFullPath(given) : For(root(), ids);

    /// <summary>The directory of a set of transfers; the order does not matter.</summary>
    /// <param name="root">See <see cref="Root"/>.</param>
    /// <param name="ids">The transfers' ids.</param>
    public static string For(string root, IReadOnlyCollection<string> ids) =>
        Path.Combine(root, ids.Count == 1 ? ids.First() : ShortHash.Of(ids.Order(StringComparer.Ordinal)));

    /// <summary>The directories there are, in order of name.</summary>
    /// <param name="root">See <see cref="Root"/>.</param>
    public static IReadOnlyList<string> All(string root) =>
        Directory.Exists(root) ? [.. Directory.EnumerateDirectories(root).Order(StringComparer.Ordinal)] : [];
}
