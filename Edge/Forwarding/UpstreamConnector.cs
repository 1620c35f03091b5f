using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Mesh.Edge.Forwarding.Clients;
using Mesh.Edge.Listeners;
using Mesh.Edge.ProxyProtocol;

namespace Mesh.Edge.Forwarding;

/// <summary>
/// Dials upstreams: resolves the name, connects within the service's connect timeout, makes TLS. TLS is made here and not
/// by the handler, so that HTTP/1.1 pools are keyed by the target alone and never by a Host header that clients choose.
/// </summary>
internal sealed class UpstreamConnector(NameCache names, TimeProvider time, UpstreamTls? tls, SslClientAuthenticationOptions? options, ClientBinding? binding = null)
{
    private static readonly TimeSpan DefaultConnectTimeout = TimeSpan.FromSeconds(60);

    /// <summary>For the library's client.</summary>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        Attempt? attempt = (context.InitialRequestMessage.RequestUri as UpstreamUri)?.Attempt;
        attempt?.Dialling();
        try
        {
            DialledConnection dialled = await ConnectAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, attempt?.ConnectTimeout ?? DefaultConnectTimeout, attempt?.Client, cancellation);
            return dialled.Tls ?? (Stream)new HeldReadStream(dialled.Socket);
        }
        finally
        {
            attempt?.Idle.Connected();
        }
    }

    /// <param name="client">Whom the connection belongs to; asked for where there is a binding, and only there.</param>
    /// <exception cref="TimeoutException">Not within <paramref name="limit"/>.</exception>
    /// <exception cref="SocketException">The name does not resolve, or no address takes the connection.</exception>
    /// <exception cref="System.Security.Authentication.AuthenticationException">The target is not who it should be.</exception>
    /// <exception cref="IOException">The target broke off the handshake.</exception>
    public async ValueTask<DialledConnection> ConnectAsync(string host, int port, TimeSpan limit, ProxyHeader? client, CancellationToken cancellation)
    {
        using var deadline = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        try
        {
            Socket socket = await DialAsync(host, port, limit, client, either.Token);
            return new DialledConnection(socket, options is null ? null : await SecureAsync(socket, host, either.Token));
        }
        catch (OperationCanceledException timeout) when (deadline.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw new TimeoutException($"no connection to {host}:{port} within {limit.TotalMilliseconds} ms", timeout);
        }
    }

    private async ValueTask<Socket> DialAsync(string host, int port, TimeSpan limit, ProxyHeader? client, CancellationToken cancellation)
    {
        IPAddress[] addresses = await names.ResolveAsync(host, cancellation);
        addresses = binding?.Reachable(addresses, client!) ?? addresses;
        TimeSpan share = limit / addresses.Length;
        for (int i = 0; ; i++)
        {
            bool last = i == addresses.Length - 1;
            try
            {
                // A silent address must not use up the time of those after it.
                using var turn = new CancellationTokenSource(last ? Timeout.InfiniteTimeSpan : share, time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(turn.Token, cancellation);
                return await DialAsync(new IPEndPoint(addresses[i], port), client, either.Token);
            }
            catch (Exception failure) when (!last && !cancellation.IsCancellationRequested && failure is SocketException or OperationCanceledException)
            {
                continue;
            }
        }
    }

    private async ValueTask<Socket> DialAsync(IPEndPoint address, ProxyHeader? client, CancellationToken cancellation)
    {
        Socket socket = DescriptorReserve.Dial(address.AddressFamily, SocketType.Stream);
        IPEndPoint? announced = null;
        try
        {
            socket.NoDelay = true;
            binding?.Prepare(socket, client!);
            announced = LoopbackCalls.Announce(socket, address);
            await socket.ConnectAsync(address, cancellation);
            if (binding is not null)
            {
                await binding.AnnounceAsync(socket, client!, cancellation);
            }

            return socket;
        }
        catch
        {
            LoopbackCalls.Forget(announced);
            socket.Dispose();
            throw;
        }
    }

    private async ValueTask<SslStream> SecureAsync(Socket socket, string host, CancellationToken cancellation)
    {
        var secure = new SslStream(new HeldReadStream(socket), leaveInnerStreamOpen: false);
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
