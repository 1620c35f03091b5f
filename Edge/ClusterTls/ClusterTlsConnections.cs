using System.IO.Pipelines;
using System.Net.Security;
using System.Security.Authentication;
using Microsoft.AspNetCore.Connections;
using Orleans.Configuration;
using Orleans.Hosting;

namespace Mesh.Edge.ClusterTls;

/// <summary>Mutual TLS beneath Orleans' own protocol, on connections to and from silos.</summary>
internal static class ClusterTlsConnections
{
    private static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(10);

    /// <summary>For an edge's client.</summary>
    public static void UseClusterTls(this IClientBuilder client, ClusterCertificate certificate) =>
        client.Configure<ClientConnectionOptions>(options => options.ConfigureConnection(connection => connection.UseTlsClient(certificate)));

    public static void UseTlsClient(this IConnectionBuilder connection, ClusterCertificate certificate) =>
        connection.Use(next => context => Run(context, next, (tls, limit) => tls.AuthenticateAsClientAsync(certificate.ClientOptions(), limit)));

    /// <param name="allowedPeers">Names of which the peer's certificate must have one.</param>
    public static void UseTlsServer(this IConnectionBuilder connection, ClusterCertificate certificate, params string[] allowedPeers) =>
        connection.Use(next => context => Run(context, next, (tls, limit) => tls.AuthenticateAsServerAsync(certificate.ServerOptions(allowedPeers), limit)));

    private static async Task Run(ConnectionContext connection, ConnectionDelegate next, Func<SslStream, CancellationToken, Task> authenticate)
    {
        IDuplexPipe plain = connection.Transport;
        await using var tls = new SslStream(new DuplexPipeStream(plain), leaveInnerStreamOpen: true);
        using (var limit = new CancellationTokenSource(HandshakeTimeout))
        {
            try
            {
                await authenticate(tls, limit.Token);
            }
            catch (Exception failure) when (failure is AuthenticationException or IOException or OperationCanceledException)
            {
                connection.Abort(new ConnectionAbortedException($"no TLS with {connection.RemoteEndPoint}: {failure.Message}", failure));
                throw;
            }
        }

        var leaveOpen = new StreamPipeReaderOptions(leaveOpen: true);
        var secured = new DuplexPipe(PipeReader.Create(tls, leaveOpen), PipeWriter.Create(tls, new StreamPipeWriterOptions(leaveOpen: true)));
        connection.Transport = secured;
        try
        {
            await next(connection);
        }
        finally
        {
            connection.Transport = plain;
            await secured.Input.CompleteAsync();
            await secured.Output.CompleteAsync();
        }
    }

    private sealed record DuplexPipe(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
