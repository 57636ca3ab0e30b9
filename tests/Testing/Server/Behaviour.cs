namespace Ferry.Testing.Server;

/// <summary>What ETag a resource has.</summary>
public enum TagKind
{
    /// <summary><c>"v1"</c>.</summary>
    Strong,

    /// <summary><c>W/"v1"</c>.</summary>
    Weak,

    /// <summary>None.</summary>
    None,
}

/// <summary>What Last-Modified a resource has.</summary>
public enum DateKind
{
    /// <summary>None.</summary>
    None,

    /// <summary>Long before the Date of the answer: a strong validator.</summary>
    Old,

    /// <summary>Equal to the Date of the answer: a weak validator.</summary>
    JustNow,
}

/// <summary>What a 206 says in Content-Range.</summary>
public enum ContentRangeKind
{
    /// <summary>The truth.</summary>
    Right,

    /// <summary>Another total than there is.</summary>
    WrongTotal,

    /// <summary>Nothing: the field is missing.</summary>
    Missing,

    /// <summary>Other bytes than were asked for, and these bytes are sent.</summary>
    OtherBytes,

    /// <summary>No total: <c>bytes a-b/*</c>.</summary>
    NoTotal,

    /// <summary>The field twice, with different values.</summary>
    Twice,
}

/// <summary>How a route serves its file. Everything at its default is what a good server does.</summary>
public sealed record Behaviour
{
    /// <summary>The ETag.</summary>
    public TagKind Tag { get; init; } = TagKind.Strong;

    /// <summary>The Last-Modified.</summary>
    public DateKind Date { get; init; } = DateKind.Old;

    /// <summary>Whether ranges are honoured.</summary>
    public bool HonoursRange { get; init; } = true;

    /// <summary>Whether If-Range is evaluated; otherwise the range is served whatever it says.</summary>
    public bool HonoursIfRange { get; init; } = true;

    /// <summary>Whether If-Range is always answered with the whole, also where it matches.</summary>
    public bool WholeToIfRange { get; init; }

    /// <summary>Whether If-Match is evaluated.</summary>
    public bool HonoursIfMatch { get; init; } = true;

    /// <summary>What a 206 says in Content-Range.</summary>
    public ContentRangeKind ContentRange { get; init; }

    /// <summary>Whether a 206 leaves its validators out.</summary>
    public bool PartWithoutValidator { get; init; }

    /// <summary>Whether a 416 leaves its validators out, as many servers do.</summary>
    public bool UnsatisfiableWithoutValidator { get; init; }

    /// <summary>Whether a range is always answered 416.</summary>
    public bool AlwaysUnsatisfiable { get; init; }

    /// <summary>The most bytes a 206 carries; less than was asked for is legal.</summary>
    public long MostInPart { get; init; } = long.MaxValue;

    /// <summary>Whether the body is sent chunked, without Content-Length.</summary>
    public bool Chunked { get; init; }

    /// <summary>Whether the body is gzipped though identity was asked for.</summary>
    public bool Gzip { get; init; }
}
