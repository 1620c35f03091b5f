using System.Buffers;
using System.IO.Pipelines;
using Mesh.Edge.Tls.Hello;
using Microsoft.AspNetCore.Connections;

namespace Mesh.Edge.Tls;

/// <summary>
/// Looks at the client's hello before the handshake, for the <see cref="ClientHello"/> among the connection's features: the
/// runtime tells neither signature algorithms nor groups, and versions not reliably. The bytes stay where they are.
/// </summary>
/// <param name="limit">For the hello to come.</param>
internal sealed class HelloPeek(TimeSpan limit, TimeProvider time)
{
    public async Task ReadAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        try
        {
            using var timeout = new CancellationTokenSource(limit, time);
            (HelloState state, ClientHello? hello, byte first) = await FindAsync(connection.Transport.Input, timeout.Token);
            if (state == HelloState.NotTls)
            {
                await ClearTextAnswer.GiveAsync(connection.Transport.Output, first, timeout.Token);
                return;
            }

            if (hello is not null)
            {
                connection.Features.Set(hello);
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or IOException or ConnectionResetException)
        {
            connection.Abort(new ConnectionAbortedException("No TLS hello came"));
            return;
        }

        await next(connection);
    }

    /// <summary>Without a hello when none came that can be read: what that means is for the handshake to say, if it is TLS at all.</summary>
    internal static async ValueTask<(HelloState State, ClientHello? Hello, byte First)> FindAsync(PipeReader input, CancellationToken cancellation)
    {
        byte[] bytes = ArrayPool<byte>.Shared.Rent(HelloReader.MaxBytes);
        try
        {
            var reader = new HelloReader();
            int length = 0;
            while (true)
            {
                ReadResult result = await input.ReadAsync(cancellation);
                ReadOnlySequence<byte> buffer = result.Buffer;
                int end = (int)Math.Min(buffer.Length, HelloReader.MaxBytes);
                buffer.Slice(length, end - length).CopyTo(bytes.AsSpan(length));
                bool more = end > length;
                length = end;
                HelloState state = reader.Advance(bytes.AsSpan(0, length));
                if (state != HelloState.Incomplete || result.IsCompleted || !more)
                {
                    input.AdvanceTo(buffer.Start);
                    return (state, reader.Hello, length > 0 ? bytes[0] : (byte)0);
                }

                input.AdvanceTo(buffer.Start, buffer.End);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }
}
