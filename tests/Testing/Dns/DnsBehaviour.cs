namespace Ferry.Testing.Dns;

/// <summary>What a DNS server does to every question.</summary>
public enum DnsBehaviour
{
    /// <summary>Answers from its zone.</summary>
    Good,

    /// <summary>Never answers.</summary>
    Silent,

    /// <summary>Loses a question the first time it is asked.</summary>
    LosesTheFirst,

    /// <summary>Never answers questions for IPv6 addresses.</summary>
    IgnoresIPv6Questions,

    /// <summary>Answers questions for IPv6 addresses with SERVFAIL.</summary>
    FailsIPv6Questions,

    /// <summary>Says over UDP that the answer does not fit, and gives it over TCP.</summary>
    Truncates,

    /// <summary>Says that the answer does not fit, over TCP too.</summary>
    TruncatesAlways,

    /// <summary>Says over UDP that the answer does not fit, and ends TCP connections in the middle of it.</summary>
    CutsTcp,

    /// <summary>Says over UDP that the answer does not fit, and never answers over TCP.</summary>
    SilentOverTcp,

    /// <summary>Says over UDP that the answer does not fit, and answers with another id over TCP.</summary>
    WrongIdOverTcp,

    /// <summary>Answers with another id.</summary>
    WrongId,

    /// <summary>
    /// Answers with the address <see cref="DnsAnswers.Forged"/> under another id, to another question, from another port, and with noise;
    /// then rightly.
    /// </summary>
    ForgedFirst,

    /// <summary>Answers another question.</summary>
    WrongQuestion,

    /// <summary>Answers from another port than it was asked at.</summary>
    FromAnotherPort,

    /// <summary>Answers SERVFAIL.</summary>
    ServerFailure,

    /// <summary>Answers REFUSED.</summary>
    Refuses,

    /// <summary>Answers BADVERS, which takes the upper bits of the code.</summary>
    BadVersion,

    /// <summary>Answers that no name exists.</summary>
    NoSuchName,

    /// <summary>Answers with the names of other servers.</summary>
    Refers,

    /// <summary>Answers with noise under the right id.</summary>
    Garbage,

    /// <summary>Answers with a name that points to itself.</summary>
    CompressionLoop,

    /// <summary>Answers with aliases of each other.</summary>
    AliasLoop,

    /// <summary>Answers FORMERR to EDNS, as servers from before it do.</summary>
    NoExtensions,

    /// <summary>Over HTTPS: answers with the status 503.</summary>
    HttpError,

    /// <summary>Over HTTPS: answers with a web page.</summary>
    WebPage,

    /// <summary>Over HTTPS: answers with 65,536 bytes.</summary>
    TooLong,
}
