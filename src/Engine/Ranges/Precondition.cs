namespace Ferry.Engine.Ranges;

/// <summary>How a range request makes sure of the version (rules 1 to 7).</summary>
public enum Precondition
{
    /// <summary>No range is asked, or the caller trusts the length.</summary>
    None,

    /// <summary>If-Range with the strong validator.</summary>
    IfRange,

    /// <summary>If-Match, tried once where a server answers 200 to If-Range although the ETag is the same (rule 7).</summary>
    IfMatch,
}
