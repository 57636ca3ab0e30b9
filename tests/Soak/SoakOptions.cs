using System.Globalization;

namespace Ferry.Soak;

/// <summary>How long and how hard. Without any number of kills: 50 of downloads.</summary>
internal sealed record SoakOptions(int Kills, int JournalKills, int Seed, int Seconds, int SizeMib, int RateMib)
{
    private const int UsualKills = 50;

    /// <summary>Reads the arguments.</summary>
    public static bool TryParse(string[] args, out SoakOptions options)
    {
        options = new SoakOptions(0, 0, Random.Shared.Next(), 600, 64, 48);
        for (var i = 0; i < args.Length; i += 2)
        {
            if (i + 1 >= args.Length || !int.TryParse(args[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var value))
                return false;
            switch (args[i])
            {
                case "--kills": options = options with { Kills = value }; break;
                case "--journal-kills": options = options with { JournalKills = value }; break;
                case "--seed": options = options with { Seed = value }; break;
                case "--seconds": options = options with { Seconds = value }; break;
                case "--size-mib": options = options with { SizeMib = value }; break;
                case "--rate-mib": options = options with { RateMib = value }; break;
                default: return false;
            }
        }
        if (options is { Kills: 0, JournalKills: 0 })
            options = options with { Kills = UsualKills };
        return options is { Seconds: > 0, SizeMib: > 0, RateMib: > 0 };
    }
}
