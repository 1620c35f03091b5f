using System.Buffers.Binary;
using System.Security.Cryptography;
using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Sealing;

namespace Mesh.Edge.Sync.LastKnownGood;

/// <summary>
/// What changed since a base file was written, so that one commit does not rewrite a large configuration. Layout,
/// little-endian: magic (8), the base's file id (16); records of length (4), sealed payload and SHA-256 over the digest
/// before it, the length and the payload. A payload is the revision before (8), the revision after (8) and the changes.
/// The chain of digests makes every readable prefix a whole revision: after a crash the last good record ends the journal.
/// </summary>
internal sealed class Journal
{
    private const int HeaderLength = 8 + 16;
    private readonly string path;
    private readonly PayloadSeal seal;
    private readonly byte[] header;
    private byte[] chain;

    public Journal(string path, PayloadSeal seal, Guid baseId, long revision)
    {
        this.path = path;
        this.seal = seal;
        header = new byte[HeaderLength];
        "MESHJRN1"u8.CopyTo(header);
        baseId.TryWriteBytes(header.AsSpan(8));
        chain = SHA256.HashData(header);
        Revision = revision;
    }

    /// <summary>The revision that base and journal amount to.</summary>
    public long Revision { get; private set; }

    /// <summary>Bytes of the file up to the last good record; 0 while there is none.</summary>
    public long Length { get; private set; }

    /// <summary>Something stood behind the last good record.</summary>
    public bool Damaged { get; private set; }

    /// <summary>The latest change of each entity that the journal names.</summary>
    public Dictionary<(string Kind, Guid Id), EntityChange> Read()
    {
        Dictionary<(string Kind, Guid Id), EntityChange> changes = [];
        if (!File.Exists(path))
        {
            return changes;
        }

        using var source = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        byte[] found = new byte[HeaderLength];
        if (source.ReadAtLeast(found, HeaderLength, throwOnEndOfStream: false) < HeaderLength || !found.AsSpan().SequenceEqual(header))
        {
            Damaged = true;
            return changes;
        }

        Length = HeaderLength;
        while (source.Position < source.Length)
        {
            if (ReadRecord(source) is not { } record)
            {
                Damaged = true;
                break;
            }

            foreach (EntityChange change in record)
            {
                changes[(change.Kind, change.Id)] = change;
            }
        }

        return changes;
    }

    /// <summary>Appends one record behind the last good one and waits until it is on the disk.</summary>
    /// <exception cref="IOException">The disk did not take it; the journal stands where it stood.</exception>
    public void Append(long to, IReadOnlyCollection<EntityChange> changes)
    {
        using var payload = new MemoryStream();
        using var writer = new BinaryWriter(payload);
        writer.Write(Revision);
        writer.Write(to);
        EntityChangeCodec.Write(writer, changes);
        writer.Flush();
        byte[] stored = seal.Seal(payload.GetBuffer().AsSpan(0, (int)payload.Length));
        byte[] length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, stored.Length);
        byte[] next = Chain(length, stored);

        bool created = !File.Exists(path);
        using (FileStream target = DurableFile.Open(path, FileMode.OpenOrCreate))
        {
            target.SetLength(Length);
            target.Position = Length;
            if (Length == 0)
            {
                target.Write(header);
            }

            target.Write(length);
            target.Write(stored);
            target.Write(next);
            target.Flush(flushToDisk: true);
            Length = target.Position;
        }

        chain = next;
        Revision = to;
        if (created)
        {
            DurableFile.SyncDirectory(Path.GetDirectoryName(path)!);
        }
    }

    private List<EntityChange>? ReadRecord(FileStream source)
    {
        byte[] length = new byte[4];
        if (source.ReadAtLeast(length, 4, throwOnEndOfStream: false) < 4)
        {
            return null;
        }

        int size = BinaryPrimitives.ReadInt32LittleEndian(length);
        if (size <= 0 || size > source.Length - source.Position - SHA256.HashSizeInBytes)
        {
            return null;
        }

        byte[] stored = new byte[size];
        source.ReadExactly(stored);
        byte[] written = new byte[SHA256.HashSizeInBytes];
        source.ReadExactly(written);
        byte[] computed = Chain(length, stored);
        if (!written.AsSpan().SequenceEqual(computed))
        {
            return null;
        }

        try
        {
            using var reader = new BinaryReader(new MemoryStream(seal.Open(stored)));
            long from = reader.ReadInt64();
            long to = reader.ReadInt64();
            if (from != Revision)
            {
                return null;
            }

            List<EntityChange> changes = EntityChangeCodec.Read(reader);
            Revision = to;
            chain = computed;
            Length = source.Position;
            return changes;
        }
        catch (InvalidDataException)
        {
            // Sealed with another key, or not ours: the journal ends here and the caller hears of it as damage.
            return null;
        }
    }

    private byte[] Chain(byte[] length, byte[] stored)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        digest.AppendData(chain);
        digest.AppendData(length);
        digest.AppendData(stored);
        return digest.GetHashAndReset();
    }
}
