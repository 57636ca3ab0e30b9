using Ferry.Engine.Bodies;
using Ferry.Engine.Requests;

namespace Ferry.Engine.Http;

/// <summary>One request as <c>HttpTransport</c> sends it.</summary>
/// <param name="Request">The caller's request.</param>
/// <param name="Fields">Fields the engine adds, such as Range and If-Range; they replace the caller's of the same name.</param>
/// <param name="Identity">Whether to ask for the identity coding (rule 28: ranged and file transfers).</param>
/// <param name="Target">The URL to ask: the request's own, or the final URL that a validator belongs to.</param>
public sealed record HttpCall(ValidatedRequest Request, IReadOnlyList<HeaderField> Fields, bool Identity, Uri Target)
{
    /// <summary>The method, in upper case; the request's own by default.</summary>
    public string Method { get; init; } = Request.Options.Method;

    /// <summary>Makes the body of each request that carries it, anew for each; null for the request's own.</summary>
    public Func<RequestBody?>? MakeBody { get; init; }

    /// <summary>The time stamp from which the total timeout counts, where the call belongs to an attempt that began earlier; null for now.</summary>
    public long? Began { get; init; }

    /// <summary>
    /// Told after each piece of the body that was sent, from I/O threads: the bytes so far, from zero again where a redirect has it sent anew, and
    /// the body's length, which is unknown until its end where it is sent chunked. Must not block.
    /// </summary>
    public Action<long, long?>? OnSent { get; init; }

    /// <summary>Told, from an I/O thread, that a connection is there and the body is about to go out on it; an empty one too, where the request must not be repeated.</summary>
    public Action? OnBegun { get; init; }

    /// <summary>Whether it has a body. Under another method than its own, the request's stays behind.</summary>
    internal bool HasBody => MakeBody is not null || (Method == Request.Options.Method && MethodRules.HasBody(Request.Options));

    /// <summary>Makes its body.</summary>
    internal RequestBody? Body() => MakeBody is { } make ? make() : RequestBody.Of(Request.Options);
}
