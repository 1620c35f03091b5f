using System.Text;
using System.Text.Json;
using CsCheck;
using Mesh.Abstractions.Configuration;
using Mesh.Grains.Log;

namespace Mesh.Grains.Tests.Log;

public sealed class LogCodecTests
{
    private static readonly Gen<byte[]?> Documents = Gen.OneOf(
        Gen.Const((byte[]?)null),
        Gen.String.Select(text => (byte[]?)Encoding.UTF8.GetBytes($$"""{ "name" : {{JsonSerializer.Serialize(text)}}, "deep":[[{"x":null}],1e9] }""")));

    private static readonly Gen<EntityChange[]> Changes =
        Gen.Select(Gen.OneOf(Gen.Const(EntityKinds.Routes), Gen.Const(EntityKinds.Services), Gen.Const("from-the-future")), Gen.Guid, Documents, (kind, id, document) => new EntityChange(kind, id, document)).Array[0, 6];

    private static readonly Gen<LogEntry> EntriesOf =
        Gen.Select(Gen.Long[1, long.MaxValue], Gen.Guid, Gen.DateTime, Gen.String, Gen.String.Null(), Changes, Gen.Select(Gen.Guid, Gen.Bool, Gen.Bool).Array[0, 4]).Select(
            (revision, operation, time, text, address, changes, marks) => new LogEntry(
                new Commit(revision, operation, new DateTimeOffset(DateTime.SpecifyKind(time, DateTimeKind.Utc)), new CommitAuthor(text, address, address), text, changes),
                [.. changes.Select(change => change with { Document = null })],
                [.. marks.Select(mark => new EntityMark(EntityKinds.Routes, mark.Item1, mark.Item2, mark.Item3))]));

    [Fact]
    public void Entries_come_back_byte_for_byte() => EntriesOf.Sample(entry =>
    {
        LogEntry read = LogEntryCodec.Decode(LogEntryCodec.Encode(entry));
        Assert.Equal(entry.Commit with { Changes = [] }, read.Commit with { Changes = [] }, EqualButChanges);
        Assert.Equal(entry.Commit.Changes.Select(Text), read.Commit.Changes.Select(Text));
        Assert.Equal(entry.Previous.Select(Text), read.Previous.Select(Text));
        Assert.Equal(entry.Results, read.Results);
    });

    [Fact]
    public void Pages_come_back_byte_for_byte() => Changes.Sample(changes =>
    {
        SnapshotPage read = SnapshotPageCodec.Decode(SnapshotPageCodec.Encode(new SnapshotPage(7, 1, 3, changes)));
        Assert.Equal((7, 1, 3), (read.Revision, read.Page, read.Pages));
        Assert.Equal(changes.Select(Text), read.Entities.Select(Text));
    });

    [Fact]
    public void What_was_not_written_so_is_refused_as_damage() => Gen.Byte.Array[0, 200].Sample(noise =>
    {
        Exception failure = Assert.ThrowsAny<Exception>(() => LogEntryCodec.Decode(noise));
        Assert.True(StoredParts.IsDamage(failure), failure.ToString());
        failure = Assert.ThrowsAny<Exception>(() => SnapshotPageCodec.Decode(noise));
        Assert.True(StoredParts.IsDamage(failure), failure.ToString());
    });

    [Fact]
    public void A_newer_form_and_a_broken_document_are_refused_and_unknown_fields_are_skipped()
    {
        Assert.Throws<JsonException>(() => LogEntryCodec.Decode("""{"v":2,"revision":1}"""u8));
        LogEntry read = LogEntryCodec.Decode("""{"v":1,"news":{"a":[1]},"revision":3,"changes":[{"extra":[],"kind":"routes","id":"00000000-0000-0000-0000-000000000001","document":{"a":1}}]}"""u8);
        Assert.Equal(3, read.Commit.Revision);
        Assert.Equal("""{"a":1}""", Encoding.UTF8.GetString(read.Commit.Changes.Single().Document!));
        var broken = new EntityChange(EntityKinds.Routes, Guid.NewGuid(), "{\"a\":"u8.ToArray());
        Assert.ThrowsAny<JsonException>(() => LogEntryCodec.Encode(new LogEntry(new Commit(1, Guid.NewGuid(), default, CommitAuthor.System, "", [broken]), [], [])).Length);
    }

    [Fact]
    public void Stored_values_tell_what_they_are() => Gen.Select(Gen.Guid, Gen.Guid, Gen.Int[1, LogLimits.MaxEntryBytes]).Sample((operation, token, length) =>
    {
        byte[] chunked = StoredEntry.WriteChunked(operation, token, StoredEntry.ChunksOf(length), length);
        Assert.True(StoredEntry.TryRead(chunked, out StoredEntry read, out _));
        Assert.Equal(new StoredEntry(operation, token, StoredEntry.ChunksOf(length), length), read);
        Assert.False(StoredEntry.TryRead(chunked.AsSpan(0, chunked.Length - 1), out _, out _));
        chunked[^5] ^= 0x40;
        Assert.False(StoredEntry.TryRead(chunked, out _, out string? fault));
        Assert.NotEmpty(fault!);

        byte[] inline = StoredEntry.WriteInline(operation, [1, 2, 3]);
        Assert.True(StoredEntry.TryRead(inline, out read, out _));
        Assert.Equal((operation, false), (read.OperationId, read.IsChunked));
        Assert.Equal([1, 2, 3], StoredEntry.InlinePayload(inline).ToArray());
    });

    [Fact]
    public void Pages_hold_all_entities_in_order_and_close_when_full() => Gen.Int[0, 400_000].Array[0, 40].Sample(sizes =>
    {
        EntityChange[] entities = [.. sizes.Select((size, i) => new EntityChange(EntityKinds.Routes, new Guid(i, 0, 0, new byte[8]), new byte[size]))];
        List<ArraySegment<EntityChange>> pages = SnapshotPaging.Split(entities);
        Assert.Equal(entities, pages.SelectMany(page => page));
        Assert.NotEmpty(pages);
        Assert.All(pages.SkipLast(1), page => Assert.True(page.Sum(change => change.Document!.Length) >= SnapshotPage.MaxSnapshotPageBytes));
        Assert.All(pages, page => Assert.True(page.SkipLast(1).Sum(change => change.Document!.Length) < SnapshotPage.MaxSnapshotPageBytes));
    });

    private static bool EqualButChanges(Commit one, Commit other) =>
        (one.Revision, one.OperationId, one.Time, one.Author, one.Summary) == (other.Revision, other.OperationId, other.Time, other.Author, other.Summary);

    private static string Text(EntityChange change) => $"{change.Kind}/{change.Id}={(change.Document is null ? "-" : Encoding.UTF8.GetString(change.Document))}";
}
