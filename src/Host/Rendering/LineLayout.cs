namespace Ferry.Host.Rendering;

/// <summary>Which columns a line of the progress table has, and how wide they are; a narrow terminal gets fewer.</summary>
/// <param name="Name">Cells for the file's name.</param>
/// <param name="Bar">Cells for the bar; zero for none.</param>
/// <param name="Bytes">Cells for the byte count.</param>
/// <param name="WithTotal">Whether the byte count says of how many.</param>
/// <param name="Rate">Cells for rate or state.</param>
/// <param name="Left">Cells for the time left; zero for none.</param>
internal readonly record struct LineLayout(int Name, int Bar, int Bytes, bool WithTotal, int Rate, int Left)
{
    private const int Percent = 5;
    private const int OneCount = 10;
    private const int TwoCounts = 23;
    private const int RateCells = 14;
    private const int LeftCells = 8;

    /// <summary>The layout for a terminal.</summary>
    /// <param name="width">Its width in cells.</param>
    public static LineLayout For(int width) => width switch
    {
        >= 100 => Share(width, new LineLayout(0, 0, TwoCounts, WithTotal: true, RateCells, LeftCells), withBar: true),
        >= 72 => Share(width, new LineLayout(0, 0, OneCount, WithTotal: false, RateCells, LeftCells), withBar: true),
        >= 52 => Share(width, new LineLayout(0, 0, 0, WithTotal: false, RateCells, LeftCells), withBar: false),
        >= 32 => Share(width, new LineLayout(0, 0, 0, WithTotal: false, RateCells, 0), withBar: false),
        _ => Share(width, default, withBar: false),
    };

    // Whatever the fixed columns leave is shared by name and bar; the last cell stays free, since some terminals wrap there.
    private static LineLayout Share(int width, LineLayout layout, bool withBar)
    {
        var fixedCells = Percent + 1 + Column(layout.Bytes) + Column(layout.Rate) + Column(layout.Left) + 1;
        var free = Math.Max(width - fixedCells, 1);
        return withBar
            ? layout with { Name = free * 6 / 10, Bar = free - (free * 6 / 10) - 1 }
            : layout with { Name = free };
    }

    private static int Column(int cells) => cells == 0 ? 0 : cells + 1;
}
