using Mesh.Edge.Pipeline;

namespace Mesh.Edge.Plugins.RequestSizeLimiting;

/// <summary>
/// A request body of unknown length, counted as it is read; reading past the limit fails. As long as no answer was begun,
/// whoever reads it answers with the status and message of the failure; after that the exchange is cut off.
/// </summary>
internal sealed class LimitedBody(Stream body, long limit, Exchange exchange, int status, string message) : Stream
{
    private long read;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <exception cref="RequestBodyRefusedException">The body is longer than the limit.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int count = await body.ReadAsync(buffer, cancellationToken);
        read += count;
        if (read <= limit)
        {
            return count;
        }

        exchange.RefusesBody = true;
        if (exchange.Http.Response.HasStarted)
        {
            // Too late for another answer, and the upstream may wait for the rest as long as it likes.
            exchange.Http.Abort();
        }

        throw new RequestBodyRefusedException(status, message);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override void Flush() => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
