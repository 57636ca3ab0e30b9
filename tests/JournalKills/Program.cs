using System.Globalization;
using Ferry.JournalKills;

// The program that is killed: keeps ledgers in a journal and tells what was acknowledged, until its standard input ends.
if (args is not [var database, var synchronous, var seedText] || !int.TryParse(seedText, CultureInfo.InvariantCulture, out var seed))
{
    Console.Error.WriteLine("Usage: JournalKills DATABASE NORMAL|FULL SEED");
    return 2;
}
using var system = LedgerSystem.Create(database, synchronous);
system.ActorOf(LedgerKeeper.Props(seed, new AcknowledgementWriter(Console.OpenStandardOutput())), "keeper");
Console.In.ReadToEnd();
return 0;
