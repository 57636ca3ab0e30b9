namespace Ferry.Host.Rendering;

/// <summary>Does what may never come to an end, such as writing to a terminal that takes nothing, and does not wait for that.</summary>
internal static class Briefly
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Does it on a thread of its own, and waits a second at most.</summary>
    /// <param name="act">What to do; throws nothing.</param>
    public static void Do(Action act)
    {
        var acting = new Thread(() => act()) { IsBackground = true };
        acting.Start();
        acting.Join(Patience);
    }
}
