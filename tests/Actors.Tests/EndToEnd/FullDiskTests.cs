using Ferry.Actors.Hosting;
using Ferry.Actors.Protocol;
using Ferry.Actors.Tests.Kit;
using Ferry.Engine.Errors;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;
using Ferry.Testing.Disks;

namespace Ferry.Actors.Tests.EndToEnd;

/// <summary>The journal on a disk that is really full.</summary>
public sealed class FullDiskTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [SmallDiskFact]
    public async Task Journal_DiskFull_Rejects_NothingAcknowledgedIsLost_GoesOnWhenThereIsRoom()
    {
        using var disk = SmallDisk.Mount("2m");
        using var home = new TemporaryDirectory();
        var options = new FerryOptions { DataDirectory = Path.Combine(disk.Path, "data"), MaxConcurrent = 0, Work = new FakeOrigin() };
        var acknowledged = new List<TransferId>();
        await using (var engine = await FerryEngine.StartAsync(options))
        {
            acknowledged.Add((await engine.AskAsync<TransferAccepted>(Start("before"))).Id);
            disk.Fill("filler");
            TransferRejected? rejected = null;
            for (var i = 0; rejected is null && i < 1000; i++)
            {
                switch (await engine.AskAsync<object>(Start($"t{i}")).WaitAsync(Patience))
                {
                    case TransferAccepted accepted: acknowledged.Add(accepted.Id); break;
                    case TransferRejected r: rejected = r; break;
                }
            }
            rejected!.Errors.Should().ContainSingle().Which.Should().BeEquivalentTo(new { Stage = ErrorStage.Journaling, RetryCanHelp = true });

            File.Delete(Path.Combine(disk.Path, "filler"));
            // The index comes back on its own; a start tells when, and is itself the proof.
            object answer;
            do
                answer = await engine.AskAsync<object>(Start("after")).WaitAsync(Patience);
            while (answer is TransferRejected);
            acknowledged.Add(answer.Should().BeOfType<TransferAccepted>().Subject.Id);
        }

        await using var again = await FerryEngine.StartAsync(options);
        var list = await again.AskAsync<TransferList>(new ListTransfers(TransferPhase.Queued, Take: 1000));
        list.Transfers.Select(t => t.Id).Should().Equal(acknowledged);

        StartTransfer Start(string id) => new(new TransferRequest
        {
            Id = id,
            Url = $"http://origin.test/{new string('x', 2000)}",
            Destination = new FileDestination(home.File(id)),
        });
    }
}
