using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace Mesh.Bench.Client;

/// <summary>Connections to a gateway on loopback.</summary>
internal static class Dial
{
    public static async Task<Stream> Plain(int port)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>With a whole handshake: no session is resumed. The certificate is the bench's own and not looked at.</summary>
    public static async Task<Stream> Tls(int port)
    {
        var tls = new SslStream(await Plain(port));
        try
        {
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = "localhost",
                RemoteCertificateValidationCallback = (_, _, _, _) => true,
                AllowTlsResume = false,
            });
            return tls;
        }
        catch
        {
            await tls.DisposeAsync();
            throw;
        }
    }
}
