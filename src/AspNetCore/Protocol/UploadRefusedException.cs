namespace Ferry.AspNetCore.Protocol;

/// <summary>A request is refused: thrown by what decides, answered in one place.</summary>
internal sealed class UploadRefusedException : Exception
{
    /// <summary>Refuses a request.</summary>
    /// <param name="status">The status code of the answer.</param>
    /// <param name="message">One sentence for a person: what is wrong and what to do.</param>
    public UploadRefusedException(int status, string message)
        : base(message) => Status = status;

    /// <summary>The status code of the answer.</summary>
    public int Status { get; }
}
