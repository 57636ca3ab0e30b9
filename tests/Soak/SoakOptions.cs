using System.Globalization;
using Ferry.Testing.Processes;

namespace Ferry.Soak;

/// <summary>How long and how hard. Without any number of kills: 50 of downloads.</summary>
internal sealed record SoakOptions
{
    /// <summary>How often one download is killed.</summary>
    public const int KillsOfDownload = 10;

    /// <summary>How often one upload, or its server, is killed.</summary>
    public const int KillsOfUpload = 5;

    private const int UsualKills = 50;
    private static readonly TimeSpan LeastTime = TimeSpan.FromMinutes(10);

    private const long MiB = 1024 * 1024;

    /// <summary>How to call it.</summary>
    public const string Usage =
        "Usage: Soak [--kills 50] [--upload-kills 50] [--server-kills 20] [--server ours|npm] [--journal-kills 100] [--seed N] [--seconds S] [--size-mib 64] [--rate-mib 48] [--change-sources 0|1]\n"
        + "Exit codes: 0 all right, 1 something is wrong or nothing could be judged, 2 bad arguments, 3 inconclusive: right so far, but time ran out.";

    /// <summary>Kills of downloads.</summary>
    public int Kills { get; private init; }

    /// <summary>Kills of uploads.</summary>
    public int UploadKills { get; private init; }

    /// <summary>Kills of the server of uploads.</summary>
    public int ServerKills { get; private init; }

    /// <summary>Whether uploads go to the server of npm's <c>@tus/server</c>, instead of Ferry's receiver.</summary>
    public bool IsNpm { get; private init; }

    /// <summary>Kills of a journal's writer.</summary>
    public int JournalKills { get; private init; }

    /// <summary>Whether of every two uploads one has its file changed between a kill and the next run.</summary>
    public bool ChangesSources { get; private init; }

    /// <summary>The seed of all chance.</summary>
    public int Seed { get; private init; } = Random.Shared.Next();

    /// <summary>The time there is: what was given, or else ten minutes and enough for all transfers at the rate.</summary>
    public TimeSpan Time => Seconds is { } given ? TimeSpan.FromSeconds(given) : LeastTime + (Transfers * RunLimit.Moving(Size, Rate));

    /// <summary>The size of a file in MiB.</summary>
    public int SizeMib { get; private init; } = 64;

    /// <summary>MiB a second.</summary>
    public int RateMib { get; private init; } = 48;

    /// <summary>The size of a file in bytes.</summary>
    public long Size => SizeMib * MiB;

    /// <summary>Bytes a second.</summary>
    public long Rate => RateMib * MiB;

    private int? Seconds { get; init; }

    // An upload whose file changes is sent twice.
    private int Transfers =>
        Count(Kills, KillsOfDownload) + (2 * Count(UploadKills, KillsOfUpload)) + Count(ServerKills, KillsOfUpload);

    /// <summary>Reads the arguments.</summary>
    public static bool TryParse(string[] args, out SoakOptions options)
    {
        options = new SoakOptions();
        for (var i = 0; i < args.Length; i += 2)
        {
            if (i + 1 >= args.Length || options.With(args[i], args[i + 1]) is not { } read)
                return false;
            options = read;
        }
        if (options is { Kills: 0, UploadKills: 0, ServerKills: 0, JournalKills: 0 })
            options = options with { Kills = UsualKills };
        return options is { Seconds: null or > 0, SizeMib: > 0, RateMib: > 0 };
    }

    private static int Count(int kills, int ofOne) => (kills + ofOne - 1) / ofOne;

    private SoakOptions? With(string name, string text)
    {
        if (name == "--server")
            return text is "ours" or "npm" ? this with { IsNpm = text == "npm" } : null;
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value))
            return null;
        return name switch
        {
            "--kills" => this with { Kills = value },
            "--upload-kills" => this with { UploadKills = value },
            "--server-kills" => this with { ServerKills = value },
            "--journal-kills" => this with { JournalKills = value },
            "--change-sources" => value <= 1 ? this with { ChangesSources = value == 1 } : null,
            "--seed" => this with { Seed = value },
            "--seconds" => this with { Seconds = value },
            "--size-mib" => this with { SizeMib = value },
            "--rate-mib" => this with { RateMib = value },
            _ => null,
        };
    }
}
