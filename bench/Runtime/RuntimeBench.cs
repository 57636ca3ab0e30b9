using Akka.Actor;
using Ferry.Actors.Hosting;
using Ferry.Actors.Protocol;
using Ferry.Engine.Requests;

namespace Ferry.Bench.Runtime;

/// <summary>The actor runtime against loops without actors that do the same.</summary>
internal static class RuntimeBench
{
    private const string RamDisk = "/dev/shm";
    private const int OneInFlight = 2_000_000;
    private const int ManyInFlight = 16_000_000;
    private const int Lives = 10_000;
    private const int Queued = 1_000_000;
    private const int Writers = 64;
    private const int EventsOfWriter = 500;
    private const int CommitsOnDisk = 2_000;
    private const int CommitsInMemory = 32_000;
    private const int Recovered = 5_000;
    private const int EventsOfRecovered = 4;

    private static readonly byte[] Payload = [.. Enumerable.Range(0, 100).Select(i => (byte)i)];

    public static async Task RunAsync(BenchOptions options, string place)
    {
        var report = new RuntimeReport(options);
        await MessagingAsync(options.Runs, report);
        await LivesAsync(options.Runs, report);
        await DrainAsync(options.Runs, report);
        await JournalAsync("disk", Directory.CreateDirectory(Path.Combine(place, "runtime")).FullName, CommitsOnDisk, options.Runs, report);
        if (Directory.Exists(RamDisk))
        {
            var inMemory = Directory.CreateDirectory(Path.Combine(RamDisk, Path.GetFileName(place))).FullName;
            try
            {
                await JournalAsync("RAM disk", inMemory, CommitsInMemory, options.Runs, report);
            }
            finally
            {
                Directory.Delete(inMemory, recursive: true);
            }
        }
        await RecoveryAsync(Path.Combine(place, "runtime"), options.Runs, report);
        report.Save();
    }

    private static async Task MessagingAsync(int rounds, RuntimeReport report)
    {
        var system = ActorWork.Start();
        var contest = new Contest();
        var one = contest.Add("1 pair, 1 in flight", () => ActorWork.PingPongAsync(system, 1, 1, OneInFlight));
        var oneBare = contest.Add("1 pair, 1 in flight, bare loop", () => Baselines.PingPongAsync(1, 1, OneInFlight));
        var oneChannel = contest.Add("1 pair, 1 in flight, channel readers", () => Baselines.ChannelPingPongAsync(1, 1, OneInFlight));
        var many = contest.Add("8 pairs, 100 in flight", () => ActorWork.PingPongAsync(system, 8, 100, ManyInFlight));
        var manyBare = contest.Add("8 pairs, 100 in flight, bare loop", () => Baselines.PingPongAsync(8, 100, ManyInFlight));
        var manyChannel = contest.Add("8 pairs, 100 in flight, channel readers", () => Baselines.ChannelPingPongAsync(8, 100, ManyInFlight));
        await contest.RunAsync(rounds);
        await system.Terminate();
        report.Rate("ping-pong, 1 pair, 1 in flight", one, OneInFlight, "messages", guide: "3.1 M/s", against: oneBare);
        report.Rate("- bare loop", oneBare, OneInFlight, "messages");
        report.Rate("- channel readers", oneChannel, OneInFlight, "messages", against: oneBare);
        report.Rate("ping-pong, 8 pairs, 100 in flight each", many, ManyInFlight, "messages", guide: "42 M/s", against: manyBare, expected: "at least 0.35");
        report.Rate("- bare loop", manyBare, ManyInFlight, "messages");
        report.Rate("- channel readers", manyChannel, ManyInFlight, "messages", against: manyBare);
    }

    private static async Task LivesAsync(int rounds, RuntimeReport report)
    {
        var contest = new Contest();
        var figures = contest.Add("10,000 actors", 2, async () =>
        {
            var system = ActorWork.Start();
            var (time, bytes) = await ActorWork.LivesAsync(system, Lives);
            await system.Terminate();
            return [time.TotalSeconds, bytes];
        });
        await contest.RunAsync(rounds);
        report.Time("10,000 actors created, told, stopped", figures[0], guide: "0.28 s");
        report.Bytes("- memory above idle while they live", figures[1], guide: "40 MB");
    }

    private static async Task DrainAsync(int rounds, RuntimeReport report)
    {
        var system = ActorWork.Start($"{FerryConfiguration.Mailbox}.mailbox-type = \"Ferry.Actors.Mailboxes.TransferPriorityMailbox, Ferry.Actors\"");
        var random = new Random(1);
        int[] priorities = [.. Enumerable.Range(0, 10_000).Select(_ => random.Next(Priority.Min, Priority.Max + 1))];
        object[] urgent = [.. priorities.Select(p => new ActorWork.Urgent(p))];
        object[] starts = [.. priorities.Select(Start)];
        var contest = new Contest();
        var stable = Filled(contest, "UnboundedStablePriorityMailbox", system, ActorWork.StablePriority, urgent);
        var lanes = Filled(contest, "TransferPriorityMailbox", system, FerryConfiguration.Mailbox, starts);
        await contest.RunAsync(rounds);
        await system.Terminate();
        const string Guide = "0.57 M/s";
        const double GuideRate = 570_000;
        report.Rate("UnboundedStablePriorityMailbox, 1,000,000 drained", stable[0], Queued, "messages", Guide, GuideRate, "at least 5");
        report.Rate("- filled before", stable[1], Queued, "messages");
        report.Rate("Ferry's TransferPriorityMailbox, 1,000,000 drained", lanes[0], Queued, "messages", Guide, GuideRate, "at least 5");
        report.Rate("- filled before", lanes[1], Queued, "messages");
    }

    private static Series[] Filled(Contest contest, string name, ActorSystem system, string mailbox, object[] messages) => contest.Add(name, 2, async () =>
    {
        var (fill, drain) = await ActorWork.DrainAsync(system, mailbox, messages, Queued);
        return [drain.TotalSeconds, fill.TotalSeconds];
    });

    private static StartTransfer Start(int priority) => new(new TransferRequest
    {
        Url = "http://localhost/",
        Destination = new FileDestination("/file"),
        Options = new RequestOptions { Priority = priority },
    });

    private static async Task JournalAsync(string where, string place, int commits, int rounds, RuntimeReport report)
    {
        var made = 0;
        string NextFile() => Path.Combine(place, $"journal-{made++}.db");
        var contest = new Contest();
        var actors = contest.Add($"64 persistent actors, {where}", () => WithSystemAsync(
            ActorWork.OnSqlite(NextFile()), system => ActorWork.PersistAsync(system, Writers, EventsOfWriter, Payload)));
        var loop = contest.Add($"commits one by one, {where}", () => Task.FromResult(Baselines.CommitEach(NextFile(), commits, Payload)));
        await contest.RunAsync(rounds);
        var disk = where == "disk";
        report.Rate($"64 persistent actors x 500 events, SQLite, FULL, {where}", actors, Writers * EventsOfWriter, "events",
            guide: disk ? "1,120/s" : "8,200/s", against: loop, factor: (double)Writers * EventsOfWriter / commits, expected: disk ? "at least 15" : "");
        report.Rate("- bare loop, each event committed alone", loop, commits, "events");
    }

    private static async Task RecoveryAsync(string place, int rounds, RuntimeReport report)
    {
        var file = Path.Combine(place, "recovered.db");
        await WithSystemAsync(ActorWork.OnSqlite(file), system => ActorWork.PersistAsync(system, Recovered, EventsOfRecovered, Payload));
        var contest = new Contest();
        var many = contest.Add("recovery", () => RecoverAsync(ActorWork.OnSqlite(file)));
        var one = contest.Add("recovery, one at a time", () => RecoverAsync(ActorWork.OnSqlite(file, recoveries: 1)));
        var each = contest.Add("rows read actor by actor", () => Task.FromResult(Baselines.ReadEach(file, Recovered, EventsOfRecovered)));
        var all = contest.Add("rows read at once", () => Task.FromResult(Baselines.ReadAll(file, Recovered * EventsOfRecovered)));
        await contest.RunAsync(rounds);
        report.Time("recovery of 5,000 actors x 4 events", many, guide: "24 s", against: each, expected: "at most 10");
        report.Time("- one recovery at a time", one, guide: "2.1 s", against: each, expected: "at most 10");
        report.Time("- bare reading of their rows, actor by actor", each);
        report.Time("- bare reading of their rows, one statement for all", all);
    }

    private static Task<TimeSpan> RecoverAsync(string settings) => WithSystemAsync(settings, async system =>
    {
        await ActorWork.WarmUpAsync(system);
        return await ActorWork.RecoverAsync(system, Recovered);
    });

    private static async Task<TimeSpan> WithSystemAsync(string settings, Func<ActorSystem, Task<TimeSpan>> run)
    {
        var system = ActorWork.Start(settings);
        try
        {
            return await run(system);
        }
        finally
        {
            await system.Terminate();
        }
    }
}
