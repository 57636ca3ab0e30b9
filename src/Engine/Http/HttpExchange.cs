using Ferry.Engine.Bodies;
using Ferry.Engine.Errors;
using Ferry.Engine.Requests;

namespace Ferry.Engine.Http;

/// <summary>One call on its way: its first request, and those that redirects ask for.</summary>
internal sealed class HttpExchange(
    ProfileHandler handler, PolicyGuard policy, TransportSettings settings, TimeProvider time, HttpCall call, CallWatch watch)
{
    /// <summary>The rest of a redirect's body is read where it is no longer than this, so that the connection can be used again.</summary>
    private const long WorthReading = 16 * 1024;

    private readonly CallTiming _timing = new(time, watch.Started);

    public async Task<HttpAnswer> RunAsync(Action<Redirect>? onRedirect)
    {
        var hops = new List<Hop> { RedirectRules.First(call) };
        if (policy.Check(hops[0].Url, isRedirect: false) is { } forbidden)
            throw new TransferException(forbidden);
        while (true)
        {
            var hop = hops[^1];
            var response = await SendAsync(hop, wasTaken: hop.Method != hops[0].Method);
            try
            {
                var head = Head(response, hop.Url);
                if (HeadRules.Check(head) is { } broken)
                    throw new TransferException(broken);
                if (head.Status == 407 && hop.Url.Scheme == "http" && handler.ProxyOf(hop.Url) is { } proxy)
                    throw new TransferException(ErrorClassifier.ProxyAuthentication(proxy.ToString()));
                if (head.Status == 417 && hop.MayExpect && response.RequestMessage?.Headers.ExpectContinue == true)
                {
                    // Asked to, a server that knows no expectations takes the body without (RFC 9110 section 10.1.1).
                    await LeaveAsync(response, head);
                    hops[^1] = hop with { MayExpect = false };
                    continue;
                }
                var redirect = RedirectRules.After(call.Request, hops, head);
                if (redirect.Error is { } refused)
                    throw new TransferException(refused with { HttpStatus = head.Status });
                if (redirect.Next is not { } next)
                    return new HttpAnswer(head, response, watch, _timing, hasBody: hop.Method != "HEAD" && head.Status is not (204 or 304));
                if (policy.Check(next.Url, isRedirect: true) is { } forbiddenNext)
                    throw new TransferException(forbiddenNext with { HttpStatus = head.Status });
                onRedirect?.Invoke(new Redirect(head.Status, hop.Url, next.Url));
                await LeaveAsync(response, head);
                _timing.Redirected();
                hops.Add(next);
            }
            catch
            {
                response.Dispose();
                throw;
            }
        }
    }

    // Taken: the server answered the request itself, and only where its answer is has to be asked yet.
    private async Task<HttpResponseMessage> SendAsync(Hop hop, bool wasTaken)
    {
        var sending = watch.Sending = new SendScope(watch, call.OnBegun, call.OnSent);
        using var message = RequestMessages.Make(call, hop, settings, sending);
        var timing = _timing.BeginRequest(Resolves(hop.Url), hop.Url.Scheme == "https");
        var connecting = new ConnectScope(watch, time, call.Request.Options.ConnectTimeout, timing);
        message.Options.Set(ConnectScope.Key, connecting);
        HopTiming.Current = timing;
        var proxy = handler.ProxyOf(hop.Url);
        if (proxy is not null)
            ConnectScope.Current.Value = connecting;
        watch.BeginWait();
        try
        {
            var response = await handler.Invoker.SendAsync(message, watch.Token);
            _timing.HeaderEnded(timing);
            await AwaitBodyAsync(message, response, sending);
            return response;
        }
        catch (Exception thrown) when (connecting.Expired is { } expired && !sending.HasBegun)
        {
            throw new TransferException(AfterTaken(expired, wasTaken), thrown);
        }
        catch (Exception thrown) when (thrown is not TransferException)
        {
            var translated = watch.Translate(thrown, sending.StageOf(connecting.Stage), hop.Url.Authority, proxy?.ToString());
            connecting.Leave();
            // A handshake that fails reaches no filter that would end the connecting. A cancel closes the socket first, by the scope.
            if (!watch.Token.IsCancellationRequested)
                connecting.End();
            throw translated is TransferException { Error: var error } && wasTaken ? new TransferException(AfterTaken(error, wasTaken), thrown) : translated;
        }
        finally
        {
            sending.Leave();
            connecting.Leave();
            watch.EndWait();
        }
    }

    // Whoever answers a plain upload before its end has not got it, whatever the answer says.
    private async Task AwaitBodyAsync(HttpRequestMessage message, HttpResponseMessage response, SendScope sending)
    {
        var status = (int)response.StatusCode;
        if (call.Request.Upload is not { Protocol: UploadProtocol.Plain } || status is not ((>= 200 and <= 299) or 303) || message.Content is not BodyContent { IsEmpty: false })
            return;
        try
        {
            // Asked whether it wants the body, the server pointed elsewhere: that is no answer to an upload.
            if (status == 303 && !sending.HasBegun)
                throw new TransferException(NotTaken(response, "without taking the body"));
            var cause = await sending.End.WaitAsync(watch.Token);
            if (cause is TransferException broken)
                throw new TransferException(broken.Error, broken);
            if (cause is not null)
                throw new TransferException(NotTaken(response, "before it had the whole body") with { RetryCanHelp = true }, cause);
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private static TransferError NotTaken(HttpResponseMessage response, string when) => new(
        ErrorCode.UploadFailed, ErrorStage.Sending, ErrorSide.Remote,
        $"The server answered {(int)response.StatusCode} {when}: it does not have the upload. Ask its operator, or send it to where the server wants it.")
    {
        HttpStatus = (int)response.StatusCode,
    };

    // Whoever repeats what was not sent, or not answered, goes by the stage.
    private static TransferError AfterTaken(TransferError error, bool wasTaken) => wasTaken ? error with { Stage = ErrorStage.Receiving } : error;

    // Of a literal address there is nothing to resolve; of a proxy only its maker knows.
    private bool Resolves(Uri url) => url.HostNameType is UriHostNameType.Dns || call.Request.Options.UsingProxy is not NoProxy;

    private async Task LeaveAsync(HttpResponseMessage response, AnswerHead head)
    {
        try
        {
            // By HTTP/2 an answer may come before the whole body went out. What follows may read the same source: never two at once.
            var sending = watch.Sending!;
            sending.Stop();
            if (sending.IsUnderWay)
                await sending.End.WaitAsync(watch.Token);
            else if (HeadRules.ContentLength(head) is > 0 and <= WorthReading)
            {
                watch.BeginWait();
                await response.Content.CopyToAsync(Stream.Null, watch.Token);
            }
        }
        catch (Exception thrown) when (thrown is HttpRequestException or IOException)
        {
            // The redirect was understood; that its page broke off changes nothing.
        }
        catch (OperationCanceledException thrown)
        {
            throw watch.Translate(thrown, ErrorStage.Answering, null);
        }
        finally
        {
            watch.EndWait();
            response.Dispose();
        }
    }

    private static AnswerHead Head(HttpResponseMessage response, Uri url)
    {
        var fields = new List<HeaderField>();
        foreach (var (name, values) in response.Headers.NonValidated)
            Append(fields, name, values);
        foreach (var (name, values) in response.Content.Headers.NonValidated)
            Append(fields, name, values);
        return new AnswerHead((int)response.StatusCode, response.ReasonPhrase, response.Version, url, fields);
    }

    private static void Append(List<HeaderField> fields, string name, System.Net.Http.Headers.HeaderStringValues values)
    {
        var lower = name.ToLowerInvariant();
        foreach (var value in values)
            fields.Add(new HeaderField(lower, value));
    }
}
