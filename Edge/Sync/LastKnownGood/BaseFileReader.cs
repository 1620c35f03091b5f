using System.Buffers.Binary;
using System.Security.Cryptography;
using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Sealing;

namespace Mesh.Edge.Sync.LastKnownGood;

/// <summary>Reads what <see cref="BaseFileWriter"/> wrote, a page at a time.</summary>
internal sealed class BaseFileReader : IDisposable
{
    private readonly FileStream source;
    private readonly PayloadSeal seal;
    private readonly byte[] header;

    private BaseFileReader(FileStream source, PayloadSeal seal, byte[] header)
    {
        this.source = source;
        this.seal = seal;
        this.header = header;
        FileId = new Guid(header.AsSpan(8, 16));
        Revision = BinaryPrimitives.ReadInt64LittleEndian(header.AsSpan(24));
    }

    public Guid FileId { get; }

    public long Revision { get; }

    public long Length => source.Length;

    /// <exception cref="InvalidDataException">Not such a file.</exception>
    public static BaseFileReader Open(string path, PayloadSeal seal)
    {
        var source = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 64 * 1024, FileOptions.SequentialScan);
        try
        {
            byte[] header = new byte[BaseFileWriter.HeaderLength];
            if (source.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length || !header.AsSpan().StartsWith(BaseFileWriter.Magic))
            {
                throw new InvalidDataException("not a configuration file of this version");
            }

            return new BaseFileReader(source, seal, header);
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Every entity; to be enumerated once. Whoever enumerates must not use what came until the enumeration has ended:
    /// only then is it known that nothing is missing.
    /// </summary>
    /// <exception cref="InvalidDataException">Damaged or cut short.</exception>
    public IEnumerable<EntityChange> Entities()
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        digest.AppendData(header);
        long count = 0;
        while (ReadPage(digest) is { } stored)
        {
            using var reader = new BinaryReader(new MemoryStream(seal.Open(stored)));
            foreach (EntityChange entity in EntityChangeCodec.Read(reader))
            {
                count++;
                yield return entity;
            }
        }

        byte[] end = ReadExactly(8, digest);
        byte[] computed = digest.GetHashAndReset();
        byte[] written = ReadExactly(SHA256.HashSizeInBytes, digest);
        if (BinaryPrimitives.ReadInt64LittleEndian(end) != count || !written.AsSpan().SequenceEqual(computed) || source.Position != source.Length)
        {
            throw new InvalidDataException("the file is damaged (its digest differs)");
        }
    }

    public void Dispose() => source.Dispose();

    private byte[]? ReadPage(IncrementalHash digest)
    {
        int length = BinaryPrimitives.ReadInt32LittleEndian(ReadExactly(4, digest));
        return length == 0 ? null : ReadExactly(length, digest);
    }

    private byte[] ReadExactly(int length, IncrementalHash digest)
    {
        if (length < 0 || length > source.Length - source.Position)
        {
            throw new InvalidDataException("the file is cut short or damaged");
        }

        byte[] part = new byte[length];
        source.ReadExactly(part);
        digest.AppendData(part);
        return part;
    }
}
