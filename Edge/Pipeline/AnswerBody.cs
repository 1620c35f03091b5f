using System.Buffers;
using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Mesh.Edge.Pipeline;

/// <summary>Kong's error templates. Messages can hold what clients and operators wrote, so each form escapes them.</summary>
internal static class AnswerBody
{
    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string ContentType(AnswerFormat format) => format switch
    {
        AnswerFormat.Json => "application/json; charset=utf-8",
        AnswerFormat.Html => "text/html; charset=utf-8",
        AnswerFormat.Xml => "application/xml; charset=utf-8",
        _ => "text/plain; charset=utf-8",
    };

    public static ReadOnlyMemory<byte> Write(AnswerFormat format, string message, string requestId) => format switch
    {
        AnswerFormat.Json => WriteJson(message, requestId),
        AnswerFormat.Html => Encoding.UTF8.GetBytes($"""
            <!doctype html>
            <html>
              <head>
                <meta charset="utf-8">
                <title>Error</title>
              </head>
              <body>
                <h1>Error</h1>
                <p>{WebUtility.HtmlEncode(message)}.</p>
                <p>request_id: {requestId}</p>
              </body>
            </html>

            """),
        AnswerFormat.Xml => Encoding.UTF8.GetBytes($"""
            <?xml version="1.0" encoding="UTF-8"?>
            <error>
              <message>{WebUtility.HtmlEncode(message)}</message>
              <requestid>{requestId}</requestid>
            </error>

            """),
        _ => Encoding.UTF8.GetBytes($"{message}\nrequest_id: {requestId}\n"),
    };

    /// <param name="message">The text.</param>
    /// <param name="requestId">Left out when null.</param>
    public static ReadOnlyMemory<byte> WriteJson(string message, string? requestId)
    {
        var buffer = new ArrayBufferWriter<byte>(128);
        using (var writer = new Utf8JsonWriter(buffer, Json))
        {
            writer.WriteStartObject();
            writer.WriteString("message", message);
            if (requestId is not null)
            {
                writer.WriteString("request_id", requestId);
            }

            writer.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }
}
