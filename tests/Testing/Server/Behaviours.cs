namespace Ferry.Testing.Server;

/// <summary>How each route that serves a file behaves.</summary>
internal static class Behaviours
{
    private static readonly Dictionary<string, Behaviour> ByRoute = new(StringComparer.Ordinal)
    {
        [Routes.WeakETag] = new() { Tag = TagKind.Weak },
        [Routes.NoValidator] = new() { Tag = TagKind.None, Date = DateKind.None },
        [Routes.DateOnly] = new() { Tag = TagKind.None },
        [Routes.DateJustNow] = new() { Tag = TagKind.None, Date = DateKind.JustNow },
        [Routes.IgnoresRange] = new() { HonoursRange = false },
        [Routes.IgnoresIfRange] = new() { HonoursIfRange = false, HonoursIfMatch = false },
        [Routes.SilentlyIgnoresIfRange] = new() { HonoursIfRange = false, HonoursIfMatch = false, PartWithoutValidator = true },
        [Routes.Answers200ToIfRange] = new() { WholeToIfRange = true },
        [Routes.WrongContentRange] = new() { ContentRange = ContentRangeKind.WrongTotal },
        [Routes.MissingContentRange] = new() { ContentRange = ContentRangeKind.Missing },
        [Routes.OtherBytes] = new() { ContentRange = ContentRangeKind.OtherBytes },
        [Routes.NoTotal] = new() { ContentRange = ContentRangeKind.NoTotal },
        [Routes.TwoContentRanges] = new() { ContentRange = ContentRangeKind.Twice },
        [Routes.Always416] = new() { AlwaysUnsatisfiable = true },
        [Routes.Bare416] = new() { UnsatisfiableWithoutValidator = true },
        [Routes.Chunked] = new() { Chunked = true },
        [Routes.GzipAnyway] = new() { Gzip = true, HonoursRange = false },
    };

    public static Behaviour Of(Arrival arrival)
    {
        var behaviour = ByRoute.GetValueOrDefault(arrival.Route) ?? new Behaviour();
        return arrival.Route == Routes.Shorter206 ? behaviour with { MostInPart = arrival.Number("most", 64 * 1024) } : behaviour;
    }
}
