using Ferry.Engine.Http;
using Ferry.Engine.Requests;

namespace Ferry.Engine.Tests.Requests;

/// <summary>The names and numbers of the source API (spec/requests.md section 7): callers compare by them.</summary>
public sealed class ApiNumbersTests
{
    [Fact]
    public void DataTypes() => Numbers<HttpDataType>().Should().Equal(("String", 0), ("Object", 1), ("ArrayBuffer", 2));

    [Fact]
    public void Protocols() => Numbers<HttpProtocol>().Should().Equal(("Http11", 0), ("Http2", 1), ("Http3", 2));

    [Fact]
    public void CertificateTypes() => Enum.GetNames<CertificateType>().Should().Equal("Pem", "Der", "P12");

    [Fact]
    public void ResponseCodes() => Numbers<ResponseCode>().Should().Equal(
        ("Ok", 200), ("Created", 201), ("Accepted", 202), ("NotAuthoritative", 203), ("NoContent", 204), ("Reset", 205), ("Partial", 206),
        ("MultChoice", 300), ("MovedPerm", 301), ("MovedTemp", 302), ("SeeOther", 303), ("NotModified", 304), ("UseProxy", 305),
        ("BadRequest", 400), ("Unauthorized", 401), ("PaymentRequired", 402), ("Forbidden", 403), ("NotFound", 404), ("BadMethod", 405),
        ("NotAcceptable", 406), ("ProxyAuth", 407), ("ClientTimeout", 408), ("Conflict", 409), ("Gone", 410), ("LengthRequired", 411),
        ("PreconFailed", 412), ("EntityTooLarge", 413), ("ReqTooLong", 414), ("UnsupportedType", 415), ("RangeNotSatisfiable", 416),
        ("InternalError", 500), ("NotImplemented", 501), ("BadGateway", 502), ("Unavailable", 503), ("GatewayTimeout", 504), ("Version", 505));

    private static IEnumerable<(string Name, int Number)> Numbers<T>()
        where T : struct, Enum => Enum.GetValues<T>().Select(v => (v.ToString(), Convert.ToInt32(v, System.Globalization.CultureInfo.InvariantCulture)));
}
