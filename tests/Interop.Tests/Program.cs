using Ferry.Interop.Tests.Receiver;
using Ferry.Interop.Tests.Uploader;

// What the tests run in processes of their own, to kill them.
switch (args)
{
    case ["receive", var directory, var port, .. var options]:
        await ReceiverProgram.RunAsync(directory, port, options);
        return 0;
    case ["upload", var file, var url, var data, .. var options]:
        return await UploaderProgram.RunAsync(file, url, data, options);
    default:
        await Console.Error.WriteLineAsync("Usage: Interop.Tests receive DIRECTORY PORT [OPTIONS] | upload FILE URL DATA-DIRECTORY [OPTIONS]");
        return 2;
}
