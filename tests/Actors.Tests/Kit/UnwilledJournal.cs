using System.Collections.Immutable;
using Akka.Persistence;
using Akka.Persistence.Journal;

namespace Ferry.Actors.Tests.Kit;

/// <summary>A journal in memory that a test can make fail.</summary>
public sealed class UnwilledJournal : MemoryJournal
{
    public const string Config = """
        ferry.persistence.journal {
          class = "Ferry.Actors.Tests.Kit.UnwilledJournal, Actors.Tests"
          plugin-dispatcher = "akka.actor.default-dispatcher"
        }
        """;

    private readonly Will _will = Will.Last;

    /// <summary>Whether writing works; one for each test, which run one after the other in a class.</summary>
    public sealed class Will
    {
        private int _refuses;

        public static Will Last { get; set; } = new();

        public bool Refuses
        {
            get => Volatile.Read(ref _refuses) != 0;
            set => Volatile.Write(ref _refuses, value ? 1 : 0);
        }

        /// <summary>Whether what is refused is written all the same, as where the answer is lost.</summary>
        public bool WritesFirst { get; set; }

        /// <summary>Whether reading fails.</summary>
        public bool CannotRead { get; set; }

        /// <summary>Which writes are refused while <see cref="Refuses"/> holds.</summary>
        public Func<AtomicWrite, bool> Which { get; set; } = _ => true;
    }

    public override Task<long> ReadHighestSequenceNrAsync(string persistenceId, long fromSequenceNr) => _will.CannotRead
        ? Task.FromException<long>(new IOException("The disk cannot be read."))
        : base.ReadHighestSequenceNrAsync(persistenceId, fromSequenceNr);

    protected override async Task<IImmutableList<Exception?>?> WriteMessagesAsync(IEnumerable<AtomicWrite> messages)
    {
        var writes = messages.ToArray();
        if (!_will.Refuses || !writes.Any(_will.Which))
            return await base.WriteMessagesAsync(writes);
        if (_will.WritesFirst)
            await base.WriteMessagesAsync(writes);
        throw new IOException("The disk is full.");
    }
}
