namespace Ferry.Engine.Errors;

public static partial class ErrorClassifier
{
    // The platform puts the kernel's errno (Linux, macOS) or an HRESULT (Windows) into an IOException.
    private const int NoSpace = 28;
    private const int TooLarge = 27;
    private const int ReadOnly = 30;
    private const int QuotaLinux = 122;
    private const int QuotaMac = 69;
    private const int OpenFilesProcess = 24;
    private const int OpenFilesSystem = 23;
    private const int DiskFullWindows = unchecked((int)0x80070070);
    private const int HandleDiskFullWindows = unchecked((int)0x80070027);

    private static TransferError? FromFile(Exception thrown, ErrorStage stage, string? path)
    {
        var where = path is null ? "the target" : $"'{path}'";
        var sentence = thrown switch
        {
            UnauthorizedAccessException => $"Writing to {where} is not permitted: check the permissions of the file and its directory.",
            DirectoryNotFoundException => $"The directory of {where} does not exist: create it first.",
            FileNotFoundException => $"The file {where} does not exist any more.",
            DriveNotFoundException => $"The drive of {where} does not exist.",
            PathTooLongException => $"The path {where} is too long for this system.",
            IOException io => Sentence(io.HResult, where, io.Message),
            _ => null,
        };
        return sentence is null ? null : new TransferError(ErrorCode.LocalWriteFailed, stage, ErrorSide.Local, sentence);
    }

    private static string Sentence(int number, string where, string message) => number switch
    {
        NoSpace or DiskFullWindows or HandleDiskFullWindows => $"The disk of {where} is full: free some space and start again; what was received is kept.",
        QuotaLinux or QuotaMac => $"The disk quota for {where} is used up: free some space and start again; what was received is kept.",
        ReadOnly => $"The file system of {where} is read-only.",
        TooLarge => $"The file system of {where} does not take files this large.",
        OpenFilesProcess or OpenFilesSystem => $"Too many files are open to write {where}: raise the limit or run fewer transfers at once.",
        _ => $"Writing to {where} failed: {FirstSentence(message)}",
    };
}
