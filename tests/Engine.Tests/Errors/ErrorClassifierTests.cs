using System.Net.Sockets;
using System.Security.Authentication;
using Ferry.Engine.Errors;

namespace Ferry.Engine.Tests.Errors;

public sealed class ErrorClassifierTests
{
    [Theory]
    [InlineData(401, ErrorCode.Authentication, ErrorSide.Caller, false)]
    [InlineData(407, ErrorCode.Authentication, ErrorSide.Caller, false)]
    [InlineData(403, ErrorCode.AccessDenied, ErrorSide.Caller, false)]
    [InlineData(404, ErrorCode.RemoteFileNotFound, ErrorSide.Caller, false)]
    [InlineData(410, ErrorCode.RemoteFileNotFound, ErrorSide.Caller, false)]
    [InlineData(416, ErrorCode.RangeNotHonoured, ErrorSide.Remote, false)]
    [InlineData(507, ErrorCode.RemoteDiskFull, ErrorSide.Remote, false)]
    [InlineData(408, ErrorCode.InvalidAnswer, ErrorSide.Remote, true)]
    [InlineData(429, ErrorCode.InvalidAnswer, ErrorSide.Remote, true)]
    [InlineData(500, ErrorCode.InvalidAnswer, ErrorSide.Remote, true)]
    [InlineData(501, ErrorCode.InvalidAnswer, ErrorSide.Remote, false)]
    [InlineData(502, ErrorCode.InvalidAnswer, ErrorSide.Remote, true)]
    [InlineData(503, ErrorCode.InvalidAnswer, ErrorSide.Remote, true)]
    [InlineData(504, ErrorCode.InvalidAnswer, ErrorSide.Remote, true)]
    [InlineData(400, ErrorCode.InvalidAnswer, ErrorSide.Remote, false)]
    [InlineData(304, ErrorCode.InvalidAnswer, ErrorSide.Remote, false)]
    public void FromStatus(int status, ErrorCode code, ErrorSide side, bool retry)
    {
        var error = ErrorClassifier.FromStatus(status, "Some Reason");
        (error.Code, error.Side, error.RetryCanHelp, error.HttpStatus).Should().Be((code, side, retry, status));
        error.Message.Should().Contain($"{status} Some Reason");
    }

    [Fact]
    public void FromStatus_ReasonWithEscapesAndNoEnd_IsShownShortAndHarmless() =>
        ErrorClassifier.FromStatus(500, "\u001b[2J" + new string('x', 50_000) + "\u009b").Message
            .Should().StartWith("The server answered 500 ?[2Jxxx").And.HaveLength("The server answered 500 .".Length + 123);

    [Theory]
    [InlineData(SocketError.HostNotFound, ErrorCode.HostNotResolved, false)]
    [InlineData(SocketError.NoData, ErrorCode.HostNotResolved, false)]
    [InlineData(SocketError.TryAgain, ErrorCode.HostNotResolved, true)]
    [InlineData(SocketError.ConnectionRefused, ErrorCode.CannotConnect, true)]
    [InlineData(SocketError.NetworkUnreachable, ErrorCode.CannotConnect, true)]
    [InlineData(SocketError.TimedOut, ErrorCode.TimedOut, true)]
    [InlineData(SocketError.ConnectionReset, ErrorCode.CannotConnect, true)]
    public void Classify_WhileConnecting(SocketError number, ErrorCode code, bool retry)
    {
        var error = ErrorClassifier.Classify(new SocketException((int)number), ErrorStage.Connecting, "example.com");
        (error.Code, error.RetryCanHelp).Should().Be((code, retry));
        error.Message.Should().Contain("example.com");
    }

    [Fact]
    public void Classify_ResetWhileReceiving_ReceiveFailed()
    {
        var reset = new IOException("Unable to read", new SocketException((int)SocketError.ConnectionReset));
        var error = ErrorClassifier.Classify(reset, ErrorStage.Receiving, "h");
        (error.Code, error.Side, error.RetryCanHelp).Should().Be((ErrorCode.ReceiveFailed, ErrorSide.Network, true));
    }

    [Theory]
    [InlineData(HttpRequestError.ResponseEnded, ErrorStage.Receiving, ErrorCode.PartialFile, true)]
    [InlineData(HttpRequestError.ResponseEnded, ErrorStage.Answering, ErrorCode.EmptyAnswer, true)]
    [InlineData(HttpRequestError.InvalidResponse, ErrorStage.Answering, ErrorCode.InvalidAnswer, false)]
    [InlineData(HttpRequestError.HttpProtocolError, ErrorStage.Receiving, ErrorCode.Http2Framing, true)]
    [InlineData(HttpRequestError.ConfigurationLimitExceeded, ErrorStage.Answering, ErrorCode.InvalidAnswer, false)]
    [InlineData(HttpRequestError.ConnectionError, ErrorStage.Connecting, ErrorCode.CannotConnect, true)]
    [InlineData(HttpRequestError.NameResolutionError, ErrorStage.Resolving, ErrorCode.HostNotResolved, false)]
    public void Classify_PlatformErrors(HttpRequestError number, ErrorStage stage, ErrorCode code, bool retry)
    {
        var asRequest = ErrorClassifier.Classify(new HttpRequestException(number, "m"), stage, "h");
        (asRequest.Code, asRequest.RetryCanHelp).Should().Be((code, retry));
        ErrorClassifier.Classify(new HttpIOException(number, "m"), stage, "h").Should().Be(asRequest);
    }

    [Fact]
    public void Classify_FramingBrokenBeforeTheFirstRequest_Http2Framing()
    {
        var thrown = new HttpRequestException("An HTTP/2 connection could not be established because the server did not complete the HTTP/2 handshake.");
        var error = ErrorClassifier.Classify(thrown, ErrorStage.Answering, "h");
        (error.Code, error.RetryCanHelp).Should().Be((ErrorCode.Http2Framing, true));
    }

    [Fact]
    public void Classify_InnerSaysMore_InnerDecides()
    {
        var refused = new HttpRequestException(
            HttpRequestError.ConnectionError, "m", new SocketException((int)SocketError.ConnectionRefused));
        ErrorClassifier.Classify(refused, ErrorStage.Answering, "h:80").Message.Should().Be("h:80 refused the connection.");
    }

    [Fact]
    public void Classify_CertificateRefusedHere_PeerCertificate()
    {
        var refused = new HttpRequestException(
            HttpRequestError.SecureConnectionError, "m", new AuthenticationException("The remote certificate is invalid."));
        var error = ErrorClassifier.Classify(refused, ErrorStage.Securing, "h");
        (error.Code, error.RetryCanHelp).Should().Be((ErrorCode.PeerCertificate, false));
    }

    [Theory]
    [InlineData("error:0A00045C:SSL routines::tlsv13 alert certificate required", ErrorCode.LocalCertificate, false)]
    [InlineData("error:0A000418:SSL routines::tlsv1 alert unknown ca", ErrorCode.LocalCertificate, false)]
    [InlineData("error:0A000119:SSL routines::decryption failed or bad record mac", ErrorCode.ReceiveFailed, true)]
    public void Classify_TlsBreaksAfterTheHandshake_ByTheAlert(string said, ErrorCode code, bool retry)
    {
        var broken = new HttpRequestException("m", new IOException("m", new InvalidOperationException("m", new InvalidOperationException(said))));
        var error = ErrorClassifier.Classify(broken, ErrorStage.Answering, "h");
        (error.Code, error.RetryCanHelp).Should().Be((code, retry));
    }

    [Theory]
    [InlineData(1, ErrorCode.Http2Framing)]
    [InlineData(6, ErrorCode.Http2Framing)]
    [InlineData(2, ErrorCode.ReceiveFailed)]
    [InlineData(11, ErrorCode.ReceiveFailed)]
    [InlineData(12, ErrorCode.Cipher)]
    [InlineData(0x10c, ErrorCode.ReceiveFailed)]
    [InlineData(0x106, ErrorCode.Http2Framing)]
    public void Classify_ProtocolErrors_FramingOrAReset(int number, ErrorCode code)
    {
        var thrown = new HttpRequestException(HttpRequestError.HttpProtocolError, "m", new HttpProtocolException(number, "m", null));
        ErrorClassifier.Classify(thrown, ErrorStage.Receiving, "h").Code.Should().Be(code);
    }

    [Fact]
    public void Classify_TunnelRefused_SaysWhichProxyAndNothingOfThePlatforms()
    {
        var thrown = new HttpRequestException(HttpRequestError.ProxyTunnelError, "http://ann:hush@p:1/ failed", null, System.Net.HttpStatusCode.Forbidden);
        var error = ErrorClassifier.Classify(thrown, ErrorStage.Connecting, "h:443", "p:1");
        (error.Code, error.RetryCanHelp, error.HttpStatus).Should().Be((ErrorCode.CannotConnect, false, 403));
        error.Message.Should().Be("The proxy p:1 made no connection to h:443: it answered 403.");
    }

    [Fact]
    public void Classify_HandshakeFails_Cipher() =>
        ErrorClassifier.Classify(new AuthenticationException("m", new InvalidOperationException("alert")), ErrorStage.Securing, "h")
            .Code.Should().Be(ErrorCode.Cipher);

    [Theory]
    [InlineData(28)]
    [InlineData(unchecked((int)0x80070070))]
    public void Classify_DiskFull_LocalWriteFailedNoRetry(int number)
    {
        var error = ErrorClassifier.Classify(new IOException("No space left on device", number), ErrorStage.Writing, "/d/f");
        (error.Code, error.Side, error.RetryCanHelp).Should().Be((ErrorCode.LocalWriteFailed, ErrorSide.Local, false));
        error.Message.Should().Contain("/d/f").And.Contain("full");
    }

    [Fact]
    public void Classify_FileErrors_NameTheRemedy()
    {
        Say(new UnauthorizedAccessException("m")).Should().Contain("permission");
        Say(new DirectoryNotFoundException("m")).Should().Contain("does not exist");
        Say(new IOException("m", 30)).Should().Contain("read-only");

        static string Say(Exception thrown)
        {
            var error = ErrorClassifier.Classify(thrown, ErrorStage.Writing, "/d/f");
            error.Code.Should().Be(ErrorCode.LocalWriteFailed);
            return error.Message;
        }
    }

    [Fact]
    public void Classify_Others()
    {
        Code(new TimeoutException()).Should().Be(ErrorCode.TimedOut);
        Code(new OperationCanceledException()).Should().Be(ErrorCode.Cancelled);
        Code(new OutOfMemoryException()).Should().Be(ErrorCode.OutOfMemory);
        Code(new InvalidDataException()).Should().Be(ErrorCode.Encoding);
        Code(new InvalidOperationException("odd")).Should().Be(ErrorCode.Unknown);

        static ErrorCode Code(Exception thrown) => ErrorClassifier.Classify(thrown, ErrorStage.Receiving, "h").Code;
    }

    [Fact]
    public void Classify_AlreadyClassified_Kept()
    {
        var error = new TransferError(ErrorCode.PinMismatch, ErrorStage.Securing, ErrorSide.Remote, "The pin does not match.");
        ErrorClassifier.Classify(new HttpRequestException("m", new TransferException(error)), ErrorStage.Answering).Should().Be(error);
    }

    [Fact]
    public void Classify_NoSubject_AWholeSentence() =>
        ErrorClassifier.Classify(new SocketException((int)SocketError.ConnectionRefused), ErrorStage.Connecting).Message
            .Should().Be("The server refused the connection.");
}
