using System.Net;
using System.Runtime.CompilerServices;
using Mesh.Edge.Async;
using Mesh.Edge.Pipeline;

namespace Mesh.Edge.Forwarding;

/// <summary>The upstream's response body (after an upgrade: the duplex stream) on its way to the client, counted and timed.</summary>
internal sealed class UpstreamBody(HttpContent inner, Exchange exchange, IdleTimeout idle) : HttpContent
{
    protected override async Task<Stream> CreateContentReadStreamAsync(CancellationToken cancellationToken) =>
        new Counted(await inner.ReadAsStreamAsync(cancellationToken), exchange, idle);

    protected override Task<Stream> CreateContentReadStreamAsync() => CreateContentReadStreamAsync(CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => inner.CopyToAsync(stream, context);

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private sealed class Counted(Stream upstream, Exchange exchange, IdleTimeout idle) : Stream
    {
        private Turn turn;

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => upstream.CanWrite;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        [AsyncMethodBuilder(typeof(PooledBuilder<>))]
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            ValueTask<int> reading = upstream.ReadAsync(buffer, cancellationToken);
            int read;
            if (reading.IsCompletedSuccessfully)
            {
                read = reading.Result;
                if (turn.IsOver(read))
                {
                    await Task.Yield();
                }
            }
            else
            {
                turn.Waited();
                idle.Reading();
                if (!exchange.Http.Response.HasStarted)
                {
                    // The head is something that the client can use while the body is waited for.
                    await exchange.Http.Response.Body.FlushAsync(cancellationToken);
                }

                read = await reading;
            }

            idle.Read(exchange.Http);
            exchange.BytesOut += read;
            return read;
        }

        [AsyncMethodBuilder(typeof(PooledBuilder))]
        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await upstream.WriteAsync(buffer, cancellationToken);
            exchange.BytesIn += buffer.Length;

            // A tunnel is idle only when neither side speaks.
            idle.Reading();
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override Task FlushAsync(CancellationToken cancellationToken) => upstream.FlushAsync(cancellationToken);

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        public override void Flush() => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                upstream.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
