using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Ferry.Engine.Errors;
using Ferry.Engine.Http;
using Ferry.Engine.Requests;

namespace Ferry.Host.Requests;

/// <summary>Responses, events and errors as JSON, one object a line.</summary>
internal static class ResponseJson
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>One line.</summary>
    /// <param name="members">Writes the object's members.</param>
    public static string Line(Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Plain))
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>The members of a response.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="response">The response.</param>
    /// <param name="warnings">What of the request did not take effect.</param>
    /// <param name="withResult">Whether the body is in the response.</param>
    public static void Response(Utf8JsonWriter writer, TransferResponse response, IEnumerable<string> warnings, bool withResult)
    {
        writer.WriteNumber("code", response.ResponseCode);
        writer.WriteString("httpVersion", response.HttpVersion.ToString());
        writer.WriteStartObject("header");
        foreach (var (name, values) in response.Header)
            Field(writer, name, values);
        writer.WriteEndObject();
        Strings(writer, "cookies", response.Cookies);
        if (withResult)
            Result(writer, response);
        Timing(writer, response.PerformanceTiming);
        writer.WriteBoolean("fromCache", response.FromCache);
        Strings(writer, "warnings", warnings);
    }

    /// <summary>The member <c>error</c>.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="error">The error.</param>
    public static void Error(Utf8JsonWriter writer, TransferError error)
    {
        writer.WriteStartObject("error");
        writer.WriteNumber("code", (int)error.Code);
        writer.WriteString("kind", error.Kind);
        writer.WriteString("message", error.Message);
        writer.WriteBoolean("retryCanHelp", error.RetryCanHelp);
        writer.WriteNumber("bytesKept", error.BytesKept);
        writer.WriteEndObject();
    }

    /// <summary>A header field: one value as a text, several, and Set-Cookie always, as a list.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="name">The field's name.</param>
    /// <param name="values">Its values.</param>
    public static void Field(Utf8JsonWriter writer, string name, IReadOnlyList<string> values)
    {
        if (values.Count == 1 && name != "set-cookie")
            writer.WriteString(name, values[0]);
        else
            Strings(writer, name, values);
    }

    private static void Result(Utf8JsonWriter writer, TransferResponse response)
    {
        writer.WriteString("resultType", response.ResultType switch
        {
            HttpDataType.String => "string",
            HttpDataType.Object => "object",
            _ => "bytes",
        });
        writer.WritePropertyName("result");
        switch (response.Result)
        {
            case byte[] bytes:
                writer.WriteBase64StringValue(bytes);
                break;
            case JsonElement element:
                element.WriteTo(writer);
                break;
            case var text:
                writer.WriteStringValue(text.ToString());
                break;
        }
    }

    private static void Timing(Utf8JsonWriter writer, PerformanceTiming timing)
    {
        writer.WriteStartObject("timing");
        Phase("dns", timing.DnsTiming);
        Phase("tcp", timing.TcpTiming);
        Phase("tls", timing.TlsTiming);
        Phase("firstSend", timing.FirstSendTiming);
        Phase("firstReceive", timing.FirstReceiveTiming);
        Phase("totalFinish", timing.TotalFinishTiming);
        Phase("redirect", timing.RedirectTiming);
        Phase("responseHeader", timing.ResponseHeaderTiming);
        Phase("responseBody", timing.ResponseBodyTiming);
        Phase("total", timing.TotalTiming);
        writer.WriteEndObject();

        void Phase(string name, double milliseconds) => writer.WriteNumber(name, Math.Round(milliseconds, 3));
    }

    private static void Strings(Utf8JsonWriter writer, string name, IEnumerable<string> values)
    {
        writer.WriteStartArray(name);
        foreach (var value in values)
            writer.WriteStringValue(value);
        writer.WriteEndArray();
    }
}
