using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Ferry.Engine.Requests;

namespace Ferry.Host.Commands;

/// <summary><c>ferry request</c>: one request with every option of the engine; curl's names where curl has the thing.</summary>
internal sealed class RequestCommand
{
    private readonly Argument<string> _url = new("URL") { Description = "What to ask: http or https." };
    private readonly Option<string?> _method = Text("--request", "-X", "METHOD", "The method. Default: GET, POST with -d or -F, PUT with -T.");
    private readonly Option<HeaderField[]?> _headers = OptionParsers.Headers("--header", "-H", "A header field to send; may be given again.");

    private readonly Option<string?> _data = Text(
        "--data", "-d", "DATA", "The data: a body, or with GET and the like part of the query. @FILE sends a file's content.");

    private readonly Option<FormPart[]?> _form = new("--form", "-F")
    {
        Description = "A field of a multipart form: name=text, name=@file, name=<file; with ;type= and ;filename=.",
        HelpName = "FIELD",
        Arity = ArgumentArity.OneOrMore,
        CustomParser = result => Each(result, FormFields.Parse),
    };

    private readonly Option<string?> _upload = Text("--upload-file", "-T", "FILE", "Send this file as the body.");
    private readonly Option<HttpDataType?> _expect = OptionParsers.Choice(
        "--expect", "The type of the result. Default: by the answer's content-type.",
        ("string", HttpDataType.String), ("object", HttpDataType.Object), ("bytes", HttpDataType.ArrayBuffer));

    private readonly Option<string?> _range = Text("--range", "-r", "FROM-TO", "The bytes wanted, both inclusive: 100-199, 100- or -199 (from the first).");
    private readonly Option<long?> _resumeFrom = Long("--resume-from", "The first byte wanted.");
    private readonly Option<long?> _resumeTo = Long("--resume-to", "The last byte wanted.");
    private readonly Option<long?> _maxFilesize = OptionParsers.Bytes("--max-filesize", "The largest answer held in memory. Default: 5M, at most 100M.");
    private readonly Option<int?> _priority = OptionParsers.Number("--priority", ["-p"], "1 to 1000, larger is more urgent. Default: 1.", "a whole number from 1 to 1000");
    private readonly Option<TimeSpan?> _connectTimeout = Durations.Option("--connect-timeout", "The most time for name, TCP and TLS together. Default: 60s; 0 for none.");
    private readonly Option<TimeSpan?> _readTimeout = Durations.Option("--read-timeout", "The longest silence while reading. Default: 60s; 0 for none.");
    private readonly Option<TimeSpan?> _totalTimeout = Durations.Option("--total-timeout", "The most time for the whole. Default: none.");
    private readonly Option<int?> _maxRedirects = OptionParsers.Number("--max-redirs", [], "Redirects followed at most. Default: 30.", "a whole number from 0 to 1000");
    private readonly Option<int?> _retries = OptionParsers.Number("--retries", [], "How often to try again. Default: 0.", "a whole number from 0 to 1000");
    private readonly Option<string[]?> _secretHeaders = Texts("--secret-header", "NAME", "A header field that is not sent to another origin; may be given again.");
    private readonly Option<bool> _http11 = new("--http1.1") { Description = "Use HTTP/1.1." };
    private readonly Option<bool> _http2 = new("--http2") { Description = "Use HTTP/2 where the server has it." };
    private readonly Option<bool> _http3 = new("--http3") { Description = "Use HTTP/3 where server and machine have it; https only." };
    private readonly Option<string?> _proxy = Text("--proxy", "-x", "PROXY", "[http|socks5://][user:password@]host[:port], or 'system' for http_proxy and the like.");
    private readonly Option<string[]?> _proxyExclude = Texts("--proxy-exclude", "HOST", "A host asked without the proxy, as in *.example.com; may be given again.");
    private readonly Option<string?> _caCert = Text("--cacert", null, "FILE", "PEM certificates to trust instead of the system's.");
    private readonly Option<string?> _cert = Text("--cert", "-E", "FILE", "The certificate to show to the server.");
    private readonly Option<string?> _key = Text("--key", null, "FILE", "Its private key, where it is in a file of its own.");
    private readonly Option<string?> _pass = Text("--pass", null, "PASSWORD", "The password of the key.");
    private readonly Option<CertificateType?> _certType = OptionParsers.Choice(
        "--cert-type", "The form of these files. Default: PEM.", ("PEM", CertificateType.Pem), ("DER", CertificateType.Der), ("P12", CertificateType.P12));

    private readonly Option<string?> _pins = Text("--pinnedpubkey", null, "PINS", "Pins of the server's public key: sha256//BASE64, several with ';'.");
    private readonly Option<string?> _doh = Text("--doh-url", null, "URL", "A DNS over HTTPS server.");
    private readonly Option<string?> _dns = Text("--dns-servers", null, "ADDRESSES", "DNS servers, with commas between; the first three valid ones are asked.");
    private readonly Option<bool> _noCache = new("--no-cache") { Description = "Do not answer from the response cache." };
    private readonly Option<string?> _cacheDirectory = Text("--cache-dir", null, "DIR", "Keep the response cache in this directory between runs.");
    private readonly Option<bool> _stream = new("--stream") { Description = "Put the body out as it comes; nothing is held in memory." };
    private readonly Option<bool> _include = new("--include", "-i") { Description = "Print status line and header before the body." };
    private readonly Option<bool> _json = SharedOptions.Json("Print the response, or with --stream each event, as one JSON object and line.");

    /// <summary>The command with its options.</summary>
    /// <param name="run">Carries out what was asked for; answers the exit code.</param>
    /// <param name="isNamed">Whether the command line names it; otherwise it needs no options.</param>
    public static Command Create(Func<RequestArguments, Task<int>> run, bool isNamed)
    {
        var command = new Command("request", "Send one request and print its response.");
        if (!isNamed)
            return command;
        var request = new RequestCommand();
        command.Add(request._url);
        foreach (var option in request.Options())
            command.Add(option);
        command.SetAction((parse, _) => run(request.Bind(parse)));
        return command;
    }

    private IEnumerable<Option> Options() =>
    [
        _method, _headers, _data, _form, _upload, _expect, _range, _resumeFrom, _resumeTo, _maxFilesize, _priority, _connectTimeout, _readTimeout,
        _totalTimeout, _maxRedirects, _retries, _secretHeaders, _http11, _http2, _http3, _proxy, _proxyExclude, _caCert, _cert, _key, _pass,
        _certType, _pins, _doh, _dns, _noCache, _cacheDirectory, _stream, _include, _json,
    ];

    private RequestArguments Bind(ParseResult parse)
    {
        var stream = parse.GetValue(_stream);
        if (parse.GetValue(_cacheDirectory) is "")
            throw CommandException.Usage("--cache-dir is empty: name a directory.");
        try
        {
            var request = new TransferRequest
            {
                Url = parse.GetValue(_url)!,
                Destination = stream ? new ChunkDestination() : new MemoryDestination(),
                Options = Connection(parse, Limits(parse, Content(parse))),
            };
            return new RequestArguments(request)
            {
                Stream = stream,
                Json = parse.GetValue(_json),
                Include = parse.GetValue(_include),
                CacheDirectory = parse.GetValue(_cacheDirectory),
                Verbose = parse.GetValue(SharedOptions.Verbose),
            };
        }
        catch (FormatException exception)
        {
            throw CommandException.Usage(exception.Message);
        }
    }

    private RequestOptions Content(ParseResult parse)
    {
        var (data, form, upload) = (parse.GetValue(_data), parse.GetValue(_form) ?? [], parse.GetValue(_upload));
        if ((data is null ? 0 : 1) + (form.Length == 0 ? 0 : 1) + (upload is null ? 0 : 1) > 1)
            throw CommandException.Usage("--data, --form and --upload-file each give the body: use one of them.");
        var usual = upload is not null ? "PUT" : data is not null || form.Length > 0 ? "POST" : "GET";
        return new RequestOptions
        {
            Method = parse.GetValue(_method) ?? usual,
            Headers = parse.GetValue(_headers) ?? [],
            SecretHeaders = parse.GetValue(_secretHeaders) ?? [],
            ExtraData = upload is not null ? new FileData(upload) : data switch
            {
                null => null,
                ['@', .. var file] => new FileData(file),
                _ => new TextData(data),
            },
            MultiFormData = form,
            ExpectDataType = parse.GetValue(_expect),
            UsingCache = !parse.GetValue(_noCache),
        };
    }

    private RequestOptions Limits(ParseResult parse, RequestOptions options)
    {
        var (from, to) = Range(parse);
        return options with
        {
            ResumeFrom = from,
            ResumeTo = to,
            MaxLimit = parse.GetValue(_maxFilesize) ?? options.MaxLimit,
            Priority = parse.GetValue(_priority) ?? options.Priority,
            ConnectTimeout = parse.GetValue(_connectTimeout) ?? options.ConnectTimeout,
            ReadTimeout = parse.GetValue(_readTimeout) ?? options.ReadTimeout,
            TotalTimeout = parse.GetValue(_totalTimeout) ?? options.TotalTimeout,
            MaxRedirects = parse.GetValue(_maxRedirects) ?? options.MaxRedirects,
            Retry = parse.GetValue(_retries) is { } retries ? new RetryOptions { MaxRetries = retries } : null,
        };
    }

    private RequestOptions Connection(ParseResult parse, RequestOptions options)
    {
        var exclusions = parse.GetValue(_proxyExclude) ?? [];
        return options with
        {
            UsingProtocol = Protocol(parse),
            UsingProxy = parse.GetValue(_proxy) is { } proxy ? ProxyText.Parse(proxy, exclusions) : options.UsingProxy,
            CaPath = parse.GetValue(_caCert),
            ClientCert = parse.GetValue(_cert) is { } cert ? Certificate(parse, cert) : null,
            CertificatePinning = [.. (parse.GetValue(_pins) ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries).Select(Pin)],
            DnsOverHttps = parse.GetValue(_doh),
            DnsServers = (parse.GetValue(_dns) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
        };
    }

    private (long? From, long? To) Range(ParseResult parse)
    {
        var (from, to) = (parse.GetValue(_resumeFrom), parse.GetValue(_resumeTo));
        if (parse.GetValue(_range) is not { } text)
            return (from, to);
        var dash = text.IndexOf('-', StringComparison.Ordinal);
        if (from is not null || to is not null)
            throw CommandException.Usage("--range says what --resume-from and --resume-to say: use one or the others.");
        if (dash < 0 || !TryEnd(text[..dash], out from) || !TryEnd(text[(dash + 1)..], out to) || (from is null && to is null))
            throw CommandException.Usage($"--range is '{text}'; it must be FROM-TO, FROM- or -TO with whole numbers.");
        return (from == 0 ? null : from, to);
    }

    private static bool TryEnd(string text, out long? value)
    {
        value = null;
        if (text.Length == 0)
            return true;
        var isNumber = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        value = number;
        return isNumber;
    }

    private HttpProtocol? Protocol(ParseResult parse)
    {
        HttpProtocol[] asked =
        [
            .. parse.GetValue(_http11) ? [HttpProtocol.Http11] : Array.Empty<HttpProtocol>(),
            .. parse.GetValue(_http2) ? [HttpProtocol.Http2] : Array.Empty<HttpProtocol>(),
            .. parse.GetValue(_http3) ? [HttpProtocol.Http3] : Array.Empty<HttpProtocol>(),
        ];
        return asked.Length switch
        {
            0 => null,
            1 => asked[0],
            _ => throw CommandException.Usage("--http1.1, --http2 and --http3 exclude each other: use one of them."),
        };
    }

    private ClientCertificate Certificate(ParseResult parse, string cert) => new(cert)
    {
        KeyPath = parse.GetValue(_key) ?? "",
        KeyPassword = parse.GetValue(_pass),
        CertType = parse.GetValue(_certType) ?? CertificateType.Pem,
    };

    private static CertificatePin Pin(string text) => text.Trim() switch
    {
        ['s', 'h', 'a', '2', '5', '6', '/', '/', .. var hash] => new CertificatePin(hash),
        var other => throw new FormatException($"The pin '{other}' cannot be used: write it as sha256//BASE64."),
    };

    private static Option<string?> Text(string name, string? alias, string help, string description) => new(name, alias is null ? [] : [alias])
    {
        Description = description,
        HelpName = help,
    };

    private static Option<string[]?> Texts(string name, string help, string description) => new(name)
    {
        Description = description,
        HelpName = help,
        Arity = ArgumentArity.OneOrMore,
    };

    private static Option<long?> Long(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "N",
        CustomParser = result =>
        {
            var text = result.Tokens[^1].Value;
            if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
                return number;
            result.AddError($"{name} is '{text}'; it must be a whole number.");
            return null;
        },
    };

    private static T[] Each<T>(ArgumentResult result, Func<string, T> read)
    {
        try
        {
            return [.. result.Tokens.Select(token => read(token.Value))];
        }
        catch (FormatException exception)
        {
            result.AddError(exception.Message);
            return [];
        }
    }
}
