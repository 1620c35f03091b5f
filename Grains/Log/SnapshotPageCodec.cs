using System.Buffers;
using System.Text.Json;
using Mesh.Abstractions.Configuration;

namespace Mesh.Grains.Log;

/// <summary>The stored form of a <see cref="SnapshotPage"/>, on the terms of <see cref="LogEntryCodec"/>.</summary>
internal static class SnapshotPageCodec
{
    private const int Version = 1;
    private const int MaxDepth = 128;

    public static ReadOnlySpan<byte> Encode(SnapshotPage page)
    {
        var buffer = new ArrayBufferWriter<byte>(SnapshotPage.MaxSnapshotPageBytes);
        using var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { MaxDepth = MaxDepth });
        writer.WriteStartObject();
        writer.WriteNumber("v"u8, Version);
        writer.WriteNumber("revision"u8, page.Revision);
        writer.WriteNumber("page"u8, page.Page);
        writer.WriteNumber("pages"u8, page.Pages);
        EntityChangeJson.WriteArray(writer, "entities"u8, page.Entities);
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan;
    }

    /// <exception cref="JsonException">Not a page of a known form.</exception>
    public static SnapshotPage Decode(ReadOnlySpan<byte> source)
    {
        var reader = new Utf8JsonReader(source, new JsonReaderOptions { MaxDepth = MaxDepth });
        int version = 0, page = 0, pages = 0;
        long revision = 0;
        EntityChange[] entities = [];
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string property = reader.GetString()!;
            reader.Read();
            switch (property)
            {
                case "v": version = reader.GetInt32(); break;
                case "revision": revision = reader.GetInt64(); break;
                case "page": page = reader.GetInt32(); break;
                case "pages": pages = reader.GetInt32(); break;
                case "entities": entities = EntityChangeJson.ReadArray(ref reader, source); break;
                default: reader.Skip(); break;
            }
        }

        return version == Version
            ? new SnapshotPage(revision, page, pages, entities)
            : throw new JsonException($"a snapshot page of form {version}; this version of Mesh reads form {Version}");
    }
}
