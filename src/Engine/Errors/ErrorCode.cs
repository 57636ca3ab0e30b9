namespace Ferry.Engine.Errors;

/// <summary>
/// The codes a failed transfer carries: 201 and 401 as the source APIs have them, otherwise 2300000 plus the number curl gives the
/// same failure (spec/requests.md section 6).
/// </summary>
public enum ErrorCode
{
    /// <summary>The engine's policy does not permit the request.</summary>
    NotPermitted = 201,

    /// <summary>A parameter is wrong; the message names the option, the value and the allowed range.</summary>
    ParameterError = 401,

    /// <summary>The URL's scheme is neither http nor https.</summary>
    UnsupportedProtocol = 2300001,

    /// <summary>The URL cannot be parsed or holds forbidden characters.</summary>
    BadUrl = 2300003,

    /// <summary>The proxy's name could not be resolved.</summary>
    ProxyNotResolved = 2300005,

    /// <summary>The host's name could not be resolved.</summary>
    HostNotResolved = 2300006,

    /// <summary>No connection to the host could be made.</summary>
    CannotConnect = 2300007,

    /// <summary>The server's answer breaks HTTP or is not one a transfer can use.</summary>
    InvalidAnswer = 2300008,

    /// <summary>The server denies access to the resource (403).</summary>
    AccessDenied = 2300009,

    /// <summary>HTTP/2 framing failed.</summary>
    Http2Framing = 2300016,

    /// <summary>The body ended before its announced length.</summary>
    PartialFile = 2300018,

    /// <summary>The received bytes could not be written here: disk full, target exists, directory missing or read-only.</summary>
    LocalWriteFailed = 2300023,

    /// <summary>The upload failed.</summary>
    UploadFailed = 2300025,

    /// <summary>A local file to send could not be read.</summary>
    LocalReadFailed = 2300026,

    /// <summary>Memory ran out.</summary>
    OutOfMemory = 2300027,

    /// <summary>A time limit was reached.</summary>
    TimedOut = 2300028,

    /// <summary>The server did not honour the asked range.</summary>
    RangeNotHonoured = 2300033,

    /// <summary>The transfer cannot be resumed.</summary>
    CannotResume = 2300036,

    /// <summary>The transfer was cancelled.</summary>
    Cancelled = 2300042,

    /// <summary>More redirects than allowed, or a loop.</summary>
    TooManyRedirects = 2300047,

    /// <summary>The server closed the connection without an answer.</summary>
    EmptyAnswer = 2300052,

    /// <summary>Sending to the server failed.</summary>
    SendFailed = 2300055,

    /// <summary>Receiving from the server failed.</summary>
    ReceiveFailed = 2300056,

    /// <summary>The client certificate cannot be used.</summary>
    LocalCertificate = 2300058,

    /// <summary>No common cipher.</summary>
    Cipher = 2300059,

    /// <summary>The server's certificate is not trusted.</summary>
    PeerCertificate = 2300060,

    /// <summary>The content coding cannot be decoded.</summary>
    Encoding = 2300061,

    /// <summary>The body exceeds the limit for answers held in memory.</summary>
    TooLarge = 2300063,

    /// <summary>A retry or a redirect would need a body that cannot be sent twice.</summary>
    BodyCannotBeSentAgain = 2300065,

    /// <summary>The server's disk is full (507).</summary>
    RemoteDiskFull = 2300070,

    /// <summary>The file exists on the server.</summary>
    RemoteFileExists = 2300073,

    /// <summary>The file of trust anchors cannot be read.</summary>
    CaFile = 2300077,

    /// <summary>The resource does not exist on the server (404, 410).</summary>
    RemoteFileNotFound = 2300078,

    /// <summary>The server's public key matches no pin.</summary>
    PinMismatch = 2300090,

    /// <summary>Authentication failed (401, 407).</summary>
    Authentication = 2300094,

    /// <summary>The policy does not allow cleartext http.</summary>
    CleartextNotAllowed = 2300997,

    /// <summary>The policy does not allow the host.</summary>
    DomainNotAllowed = 2300998,

    /// <summary>An error that fits no other code.</summary>
    Unknown = 2300999,
}
