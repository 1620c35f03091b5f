using System.Net;

namespace Mesh.Silo.Cli.Client;

/// <summary>A body that tells how much of it was sent.</summary>
internal sealed class ReportingContent(byte[] content, Action<long> sent) : HttpContent
{
    private const int ChunkBytes = 256 * 1024;

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        for (int start = 0; start < content.Length; start += ChunkBytes)
        {
            int end = Math.Min(content.Length, start + ChunkBytes);
            await stream.WriteAsync(content.AsMemory(start..end));
            sent(end);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = content.Length;
        return true;
    }
}
