namespace Ferry.Engine.Http;

/// <summary>The status codes by the names the source API gives them (spec/requests.md section 7). Any other number is possible in an answer.</summary>
public enum ResponseCode
{
    /// <summary>200 OK.</summary>
    Ok = 200,

    /// <summary>201 Created.</summary>
    Created = 201,

    /// <summary>202 Accepted.</summary>
    Accepted = 202,

    /// <summary>203 Non-Authoritative Information.</summary>
    NotAuthoritative = 203,

    /// <summary>204 No Content.</summary>
    NoContent = 204,

    /// <summary>205 Reset Content.</summary>
    Reset = 205,

    /// <summary>206 Partial Content.</summary>
    Partial = 206,

    /// <summary>300 Multiple Choices.</summary>
    MultChoice = 300,

    /// <summary>301 Moved Permanently.</summary>
    MovedPerm = 301,

    /// <summary>302 Found.</summary>
    MovedTemp = 302,

    /// <summary>303 See Other.</summary>
    SeeOther = 303,

    /// <summary>304 Not Modified.</summary>
    NotModified = 304,

    /// <summary>305 Use Proxy.</summary>
    UseProxy = 305,

    /// <summary>400 Bad Request.</summary>
    BadRequest = 400,

    /// <summary>401 Unauthorized.</summary>
    Unauthorized = 401,

    /// <summary>402 Payment Required.</summary>
    PaymentRequired = 402,

    /// <summary>403 Forbidden.</summary>
    Forbidden = 403,

    /// <summary>404 Not Found.</summary>
    NotFound = 404,

    /// <summary>405 Method Not Allowed.</summary>
    BadMethod = 405,

    /// <summary>406 Not Acceptable.</summary>
    NotAcceptable = 406,

    /// <summary>407 Proxy Authentication Required.</summary>
    ProxyAuth = 407,

    /// <summary>408 Request Timeout.</summary>
    ClientTimeout = 408,

    /// <summary>409 Conflict.</summary>
    Conflict = 409,

    /// <summary>410 Gone.</summary>
    Gone = 410,

    /// <summary>411 Length Required.</summary>
    LengthRequired = 411,

    /// <summary>412 Precondition Failed.</summary>
    PreconFailed = 412,

    /// <summary>413 Content Too Large.</summary>
    EntityTooLarge = 413,

    /// <summary>414 URI Too Long.</summary>
    ReqTooLong = 414,

    /// <summary>415 Unsupported Media Type.</summary>
    UnsupportedType = 415,

    /// <summary>416 Range Not Satisfiable.</summary>
    RangeNotSatisfiable = 416,

    /// <summary>500 Internal Server Error.</summary>
    InternalError = 500,

    /// <summary>501 Not Implemented.</summary>
    NotImplemented = 501,

    /// <summary>502 Bad Gateway.</summary>
    BadGateway = 502,

    /// <summary>503 Service Unavailable.</summary>
    Unavailable = 503,

    /// <summary>504 Gateway Timeout.</summary>
    GatewayTimeout = 504,

    /// <summary>505 HTTP Version Not Supported.</summary>
    Version = 505,
}
