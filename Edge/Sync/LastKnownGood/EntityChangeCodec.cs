using System.Text;
using Mesh.Abstractions.Configuration;

namespace Mesh.Edge.Sync.LastKnownGood;

/// <summary>
/// Changes as bytes: a count, then for each the kind (length-prefixed UTF-8), the id (16 bytes) and the document's length
/// plus one (0 for a deletion), followed by the document.
/// </summary>
internal static class EntityChangeCodec
{
    public static void Write(BinaryWriter writer, IReadOnlyCollection<EntityChange> changes)
    {
        Span<byte> id = stackalloc byte[16];
        writer.Write7BitEncodedInt(changes.Count);
        foreach (EntityChange change in changes)
        {
            writer.Write(change.Kind);
            change.Id.TryWriteBytes(id);
            writer.Write(id);
            writer.Write7BitEncodedInt(change.IsDelete ? 0 : change.Document.Length + 1);
            if (!change.IsDelete)
            {
                writer.Write(change.Document);
            }
        }
    }

    /// <exception cref="InvalidDataException">Not written by <see cref="Write"/>.</exception>
    public static List<EntityChange> Read(BinaryReader reader)
    {
        try
        {
            int count = reader.Read7BitEncodedInt();
            List<EntityChange> changes = [];
            Span<byte> id = stackalloc byte[16];
            for (int i = 0; i < count; i++)
            {
                string kind = reader.ReadString();
                reader.BaseStream.ReadExactly(id);
                changes.Add(new EntityChange(kind, new Guid(id), ReadDocument(reader)));
            }

            return changes;
        }
        catch (Exception failure) when (failure is EndOfStreamException or FormatException or DecoderFallbackException)
        {
            throw new InvalidDataException("the list of entities is damaged", failure);
        }
    }

    private static byte[]? ReadDocument(BinaryReader reader)
    {
        int marked = reader.Read7BitEncodedInt();
        if (marked == 0)
        {
            return null;
        }

        if (marked < 0 || marked - 1 > reader.BaseStream.Length - reader.BaseStream.Position)
        {
            throw new InvalidDataException("a document reaches beyond the end of its page");
        }

        byte[] document = new byte[marked - 1];
        reader.BaseStream.ReadExactly(document);
        return document;
    }
}
