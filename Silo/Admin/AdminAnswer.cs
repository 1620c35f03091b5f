using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Mesh.Silo.Admin;

/// <summary>What an endpoint answers.</summary>
/// <param name="Revision">Revision of the workspace that the answer shows; null: the head is asked for.</param>
internal sealed record AdminAnswer(int Status, ReadOnlyMemory<byte> Body, string? ContentType = AdminAnswer.Json, long? Revision = null)
{
    public const string Json = "application/json; charset=utf-8";

    /// <summary>Further headers.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    public static AdminAnswer NotFound { get; } = Message(StatusCodes.Status404NotFound, "Not found");

    public static AdminAnswer Empty(int status) => new(status, default, ContentType: null);

    /// <summary>Kong's shortest form of an error.</summary>
    public static AdminAnswer Message(int status, string message) => Object(status, json => json.WriteString("message", message));

    /// <summary>An answer whose body is one JSON object with the members that <paramref name="members"/> writes.</summary>
    public static AdminAnswer Object(int status, Action<Utf8JsonWriter> members)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer, WriterOptions))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        return new AdminAnswer(status, buffer.WrittenMemory);
    }

    /// <summary>The type says JSON and sniffing is forbidden, so that nothing needs escaping for HTML.</summary>
    private static JsonWriterOptions WriterOptions => new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };
}
