using System.Net.Security;

namespace Mesh.Edge.Tls;

/// <summary>
/// Keeps the sessions of one certificate resumable. The runtime remembers OpenSSL's contexts, which hold the keys of session
/// tickets, but drops those that no connection uses whenever their number has grown by 32: with more certificates than that
/// nobody ever resumed. A handshake that has begun and never goes on is such a use. It takes some 50 KB.
/// </summary>
internal sealed class SessionAnchor : IDisposable
{
    private readonly SslStream handshake;

    private SessionAnchor(SslStream handshake) => this.handshake = handshake;

    /// <summary>Null where the runtime has no such contexts.</summary>
    /// <param name="options">As the handshakes have that are to be resumed.</param>
    public static SessionAnchor? Hold(SslServerAuthenticationOptions options)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        var handshake = new SslStream(new UnfinishedHello(), leaveInnerStreamOpen: false);
        _ = BeginAsync(handshake, options);
        return new SessionAnchor(handshake);
    }

    public void Dispose() => handshake.Dispose();

    private static async Task BeginAsync(SslStream handshake, SslServerAuthenticationOptions options)
    {
        try
        {
            await handshake.AuthenticateAsServerAsync(options);
        }
        catch (Exception ended) when (ended is IOException or ObjectDisposedException or System.Security.Authentication.AuthenticationException)
        {
            // Disposing is the one way in which it ends.
        }
    }
}
