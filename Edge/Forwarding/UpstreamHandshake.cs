using System.Net.Security;

namespace Mesh.Edge.Forwarding;

/// <summary>Makes TLS on connections of streams. No protocol is asked for by ALPN: what is inside is the client's matter.</summary>
internal sealed class UpstreamHandshake(UpstreamTls tls)
{
    private readonly Lazy<SslClientAuthenticationOptions> options = new(() =>
    {
        SslClientAuthenticationOptions made = tls.CreateOptions(http2: false);
        made.ApplicationProtocols = null;
        return made;
    });

    /// <param name="host">Of the target; the server name unless another one is configured.</param>
    /// <exception cref="System.Security.Authentication.AuthenticationException">The target's certificate is not believed, or it refuses.</exception>
    /// <exception cref="IOException">The connection broke off.</exception>
    public async ValueTask<SslStream> SecureAsync(Stream stream, string host)
    {
        var secure = new SslStream(stream, leaveInnerStreamOpen: false);
        try
        {
            await secure.AuthenticateAsClientAsync(UpstreamTls.For(tls.ServerName ?? host, options.Value));
            return secure;
        }
        catch
        {
            await secure.DisposeAsync();
            throw;
        }
    }
}
