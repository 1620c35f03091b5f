using System.Buffers;
using System.Text.Json;
using Mesh.Abstractions.Configuration;

namespace Mesh.Grains.Log;

/// <summary>
/// The stored form of a <see cref="LogEntry"/>: JSON of our own, so that it outlives serializers and can be read by eye.
/// Unknown fields are skipped; a form that older readers would misread gets a new <see cref="Version"/>.
/// </summary>
internal static class LogEntryCodec
{
    private const int Version = 1;
    private const int MaxDepth = 128;

    public static ReadOnlySpan<byte> Encode(LogEntry entry)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { MaxDepth = MaxDepth });
        Commit commit = entry.Commit;
        writer.WriteStartObject();
        writer.WriteNumber("v"u8, Version);
        writer.WriteNumber("revision"u8, commit.Revision);
        writer.WriteString("operation"u8, commit.OperationId);
        writer.WriteString("time"u8, commit.Time);
        writer.WriteString("author"u8, commit.Author.Name);
        writer.WriteString("address"u8, commit.Author.Address);
        writer.WriteString("credential"u8, commit.Author.Credential);
        writer.WriteString("summary"u8, commit.Summary);
        EntityChangeJson.WriteArray(writer, "changes"u8, commit.Changes);
        EntityChangeJson.WriteArray(writer, "previous"u8, entry.Previous);
        WriteResults(writer, entry.Results);
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan;
    }

    /// <exception cref="JsonException">Not an entry of a known form.</exception>
    public static LogEntry Decode(ReadOnlySpan<byte> source)
    {
        var reader = new Utf8JsonReader(source, new JsonReaderOptions { MaxDepth = MaxDepth });
        var head = default(Head);
        EntityChange[] changes = [], previous = [];
        EntityMark[] results = [];
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string property = reader.GetString()!;
            reader.Read();
            switch (property)
            {
                case "changes": changes = EntityChangeJson.ReadArray(ref reader, source); break;
                case "previous": previous = EntityChangeJson.ReadArray(ref reader, source); break;
                case "results": results = ReadResults(ref reader); break;
                default: head.Read(property, ref reader); break;
            }
        }

        head.CheckVersion();
        return new LogEntry(new Commit(head.Revision, head.Operation, head.Time, head.Author, head.Summary ?? "", changes), previous, results);
    }

    /// <summary>The same entry without its documents: they are passed over, not copied.</summary>
    /// <exception cref="JsonException">Not an entry of a known form.</exception>
    public static CommitOutline DecodeOutline(ReadOnlySpan<byte> source)
    {
        var reader = new Utf8JsonReader(source, new JsonReaderOptions { MaxDepth = MaxDepth });
        var head = default(Head);
        EntityKey[] touched = [];
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string property = reader.GetString()!;
            reader.Read();
            if (property == "changes")
            {
                touched = EntityChangeJson.ReadKeys(ref reader);
            }
            else
            {
                head.Read(property, ref reader);
            }
        }

        head.CheckVersion();
        return new CommitOutline(new CommitHeader(head.Revision, head.Operation, head.Time, head.Author, head.Summary ?? "", touched.Length), touched);
    }

    private static void WriteResults(Utf8JsonWriter writer, EntityMark[] results)
    {
        writer.WriteStartArray("results"u8);
        foreach (EntityMark mark in results)
        {
            writer.WriteStartArray();
            writer.WriteStringValue(mark.Kind);
            writer.WriteStringValue(mark.Id);
            writer.WriteBooleanValue(mark.Created);
            writer.WriteBooleanValue(mark.Existed);
            writer.WriteEndArray();
        }

        writer.WriteEndArray();
    }

    private static EntityMark[] ReadResults(ref Utf8JsonReader reader)
    {
        var results = new List<EntityMark>();
        while (reader.Read() && reader.TokenType == JsonTokenType.StartArray)
        {
            reader.Read();
            string kind = reader.GetString()!;
            reader.Read();
            Guid id = reader.GetGuid();
            reader.Read();
            bool created = reader.GetBoolean();
            reader.Read();
            results.Add(new EntityMark(kind, id, created, reader.GetBoolean()));
            reader.Read();
        }

        return [.. results];
    }

    /// <summary>The plain members of an entry.</summary>
    private struct Head
    {
        private int version;
        private string? name;
        private string? address;
        private string? credential;

        public long Revision { get; private set; }

        public Guid Operation { get; private set; }

        public DateTimeOffset Time { get; private set; }

        public string? Summary { get; private set; }

        public readonly CommitAuthor Author => new(name ?? "", address, credential);

        public void Read(string property, ref Utf8JsonReader reader)
        {
            switch (property)
            {
                case "v": version = reader.GetInt32(); break;
                case "revision": Revision = reader.GetInt64(); break;
                case "operation": Operation = reader.GetGuid(); break;
                case "time": Time = reader.GetDateTimeOffset(); break;
                case "author": name = reader.GetString(); break;
                case "address": address = reader.GetString(); break;
                case "credential": credential = reader.GetString(); break;
                case "summary": Summary = reader.GetString(); break;
                default: reader.Skip(); break;
            }
        }

        public readonly void CheckVersion()
        {
            if (version != Version)
            {
                throw new JsonException($"a log entry of form {version}; this version of Mesh reads form {Version}");
            }
        }
    }
}
