using Ferry.Actors.Protocol;
using Ferry.Engine.Errors;
using Ferry.Engine.Requests;
using Ferry.Engine.Transfers;
using Ferry.Host.Journals;
using Ferry.Host.Tests.Golden;

namespace Ferry.Host.Tests.Journals;

public sealed class ListTableTests
{
    private const long MiB = 1024 * 1024;

    [Theory]
    [InlineData(true, "list")]
    [InlineData(false, "list-ascii")]
    public void Print_DownloadsAndUploads(bool unicode, string golden)
    {
        using var output = new StringWriter { NewLine = "\n" };
        var failed = new FailedOutcome(new TransferError(ErrorCode.UploadFailed, ErrorStage.Answering, ErrorSide.Remote, "The server answers 500."));

        new ListTable(new Terminal(output, TextWriter.Null) { Unicode = unicode }).Print(
        [
            Status("download-done", TransferPhase.Completed, 5, 5, new CompletedOutcome(5, null, "/data/a")) with { TargetPath = "/data/a" },
            Status("download-stopped", TransferPhase.Queued, 3 * MiB, null) with { TargetPath = "/data/b" },
            Status("upload-done", TransferPhase.Completed, 7 * MiB, 7 * MiB, new CompletedOutcome(7 * MiB, null, null)) with { SourcePath = "/data/c" },
            Status("upload-stopped", TransferPhase.Queued, 0, 9 * MiB) with { SourcePath = "/data/d" },
            Status("upload-failed", TransferPhase.Failed, 0, 9 * MiB, failed) with { SourcePath = "/data/e" },
        ]);

        GoldenFile.Check(golden, $"{output}");
    }

    private static TransferStatus Status(string id, TransferPhase phase, long received, long? total, TransferOutcome? outcome = null) =>
        new(TransferId.Parse(id), phase, new Priority(1), $"https://example.com/{id}", null, received, total, outcome);
}
