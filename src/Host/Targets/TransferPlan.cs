using Ferry.Engine.Requests;

namespace Ferry.Host.Targets;

/// <summary>What a command will do: checked requests with their ids, and the data directory.</summary>
/// <param name="Requests">The requests, in the order given; each has an id, and its file is named by an absolute path.</param>
/// <param name="DataDirectory">Where the journal is.</param>
internal sealed record TransferPlan(IReadOnlyList<TransferRequest> Requests, string DataDirectory)
{
    /// <summary>Whether what an earlier run left is dropped, and everything begun anew.</summary>
    public bool Anew { get; init; }
}
