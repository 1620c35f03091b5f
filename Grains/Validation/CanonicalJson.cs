using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mesh.Grains.Validation;

/// <summary>Writes canonical documents: UTF-8, no white space, nothing escaped that need not be.</summary>
internal sealed class CanonicalJson
{
    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
        MaxDepth = JsonBody.MaxDepth * 2,
    };

    private readonly ArrayBufferWriter<byte> buffer = new();

    /// <summary>Not for several threads: one buffer serves all documents.</summary>
    public byte[] Write(JsonObject document)
    {
        buffer.ResetWrittenCount();
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            document.WriteTo(writer);
        }

        return buffer.WrittenSpan.ToArray();
    }
}
