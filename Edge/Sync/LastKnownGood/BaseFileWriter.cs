using System.Buffers.Binary;
using System.Security.Cryptography;
using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Sealing;

namespace Mesh.Edge.Sync.LastKnownGood;

/// <summary>
/// Writes a whole configuration page by page. Layout, little-endian: magic (8), file id (16), revision (8); pages of
/// length (4) and sealed entities; a zero length (4), the number of entities (8) and the SHA-256 of all bytes before it.
/// </summary>
internal static class BaseFileWriter
{
    public static ReadOnlySpan<byte> Magic => "MESHLKG1"u8;

    public const int HeaderLength = 8 + 16 + 8;

    public static void Write(Stream target, PayloadSeal seal, Guid fileId, long revision, IEnumerable<EntityChange> entities)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] header = new byte[HeaderLength];
        Magic.CopyTo(header);
        fileId.TryWriteBytes(header.AsSpan(8));
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(24), revision);
        Emit(header);

        long count = 0;
        int bytes = 0;
        List<EntityChange> page = [];
        foreach (EntityChange entity in entities)
        {
            page.Add(entity);
            count++;
            bytes += entity.Document?.Length ?? 0;
            if (bytes >= SnapshotPage.MaxSnapshotPageBytes)
            {
                EmitPage();
            }
        }

        if (page.Count > 0)
        {
            EmitPage();
        }

        byte[] end = new byte[4 + 8];
        BinaryPrimitives.WriteInt64LittleEndian(end.AsSpan(4), count);
        Emit(end);
        target.Write(digest.GetHashAndReset());

        void EmitPage()
        {
            using var buffer = new MemoryStream(bytes + (page.Count * 64));
            using (var writer = new BinaryWriter(buffer))
            {
                EntityChangeCodec.Write(writer, page);
                writer.Flush();
                byte[] stored = seal.Seal(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
                byte[] length = new byte[4];
                BinaryPrimitives.WriteInt32LittleEndian(length, stored.Length);
                Emit(length);
                Emit(stored);
            }

            page.Clear();
            bytes = 0;
        }

        void Emit(byte[] part)
        {
            target.Write(part);
            digest.AppendData(part);
        }
    }
}
