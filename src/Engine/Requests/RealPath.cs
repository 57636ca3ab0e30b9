namespace Ferry.Engine.Requests;

/// <summary>Where a path really leads.</summary>
internal static class RealPath
{
    private const int MostLinks = 40;

    /// <summary>The path with every link in it followed; what does not exist stays as written.</summary>
    /// <param name="path">An absolute path.</param>
    /// <exception cref="IOException">Its links lead in a circle, or cannot be read.</exception>
    public static string Of(string path)
    {
        var full = Path.GetFullPath(path);
        var root = Path.GetPathRoot(full)!;
        var left = new Stack<string>();
        Push(left, full[root.Length..]);
        var real = root;
        var links = 0;
        while (left.TryPop(out var name))
        {
            if (name == "..")
            {
                real = Path.GetDirectoryName(real) ?? root;
                continue;
            }
            var next = Path.Combine(real, name);
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                real = next;
                continue;
            }
            if (++links > MostLinks)
                throw new IOException($"The links of '{path}' lead in a circle.");
            if (Path.GetPathRoot(target) is { Length: > 0 } other)
                (real, target) = (other, target[other.Length..]);
            Push(left, target);
        }
        return real;
    }

    /// <summary>Whether a path lies under a directory, or is it, once the links of both are followed.</summary>
    /// <param name="path">An absolute path.</param>
    /// <param name="directory">An absolute path.</param>
    /// <exception cref="IOException">Links lead in a circle, or cannot be read.</exception>
    public static bool LiesUnder(string path, string directory)
    {
        var root = Path.TrimEndingDirectorySeparator(Of(directory));
        var real = Of(path);
        return real == root || real.StartsWith(Path.EndsInDirectorySeparator(root) ? root : root + Path.DirectorySeparatorChar, StringComparison.Ordinal);
    }

    private static void Push(Stack<string> left, string path)
    {
        var names = path.Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries);
        for (var i = names.Length - 1; i >= 0; i--)
        {
            if (names[i] != ".")
                left.Push(names[i]);
        }
    }
}
