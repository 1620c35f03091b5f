using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Mesh.Edge.Plugins.Logging;

/// <summary>Where a thread writes a record before it hands it on: the same place each time, so that a record costs no memory.</summary>
internal static class LogText
{
    private const int FirstBytes = 4096;

    /// <summary>A buffer that one long record has made larger is let go of.</summary>
    private const int MaxKeptBytes = 64 * 1024;

    /// <summary>Nothing reads it as HTML; control characters and quotes are escaped all the same.</summary>
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? buffer;

    [ThreadStatic]
    private static Utf8JsonWriter? json;

    /// <summary>Forgets this thread's record before.</summary>
    public static Utf8JsonWriter Begin()
    {
        if (buffer is not { Capacity: <= MaxKeptBytes })
        {
            buffer = new ArrayBufferWriter<byte>(FirstBytes);
        }

        // A writer that was left in the middle of a record is as good as new.
        buffer.ResetWrittenCount();
        json ??= new Utf8JsonWriter(buffer, Options);
        json.Reset(buffer);
        return json;
    }

    /// <summary>The record; good until this thread begins the next.</summary>
    public static ReadOnlySpan<byte> End()
    {
        json!.Flush();
        return buffer!.WrittenSpan;
    }
}
