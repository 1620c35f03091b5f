using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace Mesh.Edge.Forwarding;

/// <summary>
/// Dials upstreams: resolves the name, connects within the service's connect timeout, makes TLS. TLS is made here and not
/// by the handler, so that HTTP/1.1 pools are keyed by the target alone and never by a Host header that clients choose.
/// </summary>
internal sealed class UpstreamConnector(NameCache names, TimeProvider time, UpstreamTls? tls, SslClientAuthenticationOptions? options)
{
    private static readonly TimeSpan DefaultConnectTimeout = TimeSpan.FromSeconds(60);

    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        Attempt? attempt = (context.InitialRequestMessage.RequestUri as UpstreamUri)?.Attempt;
        TimeSpan limit = attempt?.ConnectTimeout ?? DefaultConnectTimeout;
        attempt?.Dialling();
        using var deadline = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        try
        {
            Stream stream = await DialAsync(context.DnsEndPoint, limit, either.Token);
            return options is null ? stream : await SecureAsync(stream, context.DnsEndPoint.Host, either.Token);
        }
        catch (OperationCanceledException timeout) when (deadline.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw new TimeoutException($"no connection to {context.DnsEndPoint.Host}:{context.DnsEndPoint.Port} within {limit.TotalMilliseconds} ms", timeout);
        }
        finally
        {
            attempt?.Idle.Connected();
        }
    }

    private async ValueTask<NetworkStream> DialAsync(DnsEndPoint target, TimeSpan limit, CancellationToken cancellation)
    {
        IPAddress[] addresses = await names.ResolveAsync(target.Host, cancellation);
        TimeSpan share = limit / addresses.Length;
        for (int i = 0; ; i++)
        {
            bool last = i == addresses.Length - 1;
            try
            {
                // A silent address must not use up the time of those after it.
                using var turn = new CancellationTokenSource(last ? Timeout.InfiniteTimeSpan : share, time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(turn.Token, cancellation);
                return await DialAsync(new IPEndPoint(addresses[i], target.Port), either.Token);
            }
            catch (Exception failure) when (!last && !cancellation.IsCancellationRequested && failure is SocketException or OperationCanceledException)
            {
                continue;
            }
        }
    }

    private static async ValueTask<NetworkStream> DialAsync(IPEndPoint address, CancellationToken cancellation)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(address, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async ValueTask<Stream> SecureAsync(Stream stream, string host, CancellationToken cancellation)
    {
        var secure = new SslStream(stream, leaveInnerStreamOpen: false);
        try
        {
            await secure.AuthenticateAsClientAsync(UpstreamTls.For(tls?.ServerName ?? host, options!), cancellation);
            return secure;
        }
        catch
        {
            await secure.DisposeAsync();
            throw;
        }
    }
}
