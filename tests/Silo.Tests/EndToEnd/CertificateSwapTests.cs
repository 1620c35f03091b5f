using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Mesh.Silo.Tests.EndToEnd;

/// <summary>A certificate that is replaced through the Admin API while clients come without pause.</summary>
public class CertificateSwapTests
{
    private const int Swaps = 50;
    private const int Clients = 3;

    [Fact]
    public async Task No_handshake_fails_and_no_download_breaks_while_a_certificate_is_swapped()
    {
        var more = new SemaphoreSlim(0);
        await using Upstream upstream = await Upstream.Start(app => app.Run(async context =>
        {
            await context.Response.WriteAsync("begin;");
            if (context.Request.Path.Value == "/slow")
            {
                await context.Response.Body.FlushAsync();
                await more.WaitAsync(context.RequestAborted);
            }

            await context.Response.WriteAsync("end");
        }));
        await using var gateway = new Gateway();
        await gateway.Start();
        await gateway.RouteTo("files", upstream.Address);
        var id = Guid.NewGuid();
        await gateway.Put($"/certificates/{id}", Document("generation-0"));
        await gateway.Put("/snis/swap.test", new { certificate = new { id } });
        using HttpResponseMessage download = await gateway.ProxyTls.GetAsync("/files/slow", HttpCompletionOption.ResponseHeadersRead);
        using var over = new CancellationTokenSource();
        Task<int>[] clients = [.. Enumerable.Range(0, Clients).Select(_ => Task.Run(() => ComeAndGo(gateway.ProxyTlsPort, over.Token)))];

        for (int generation = 1; generation <= Swaps; generation++)
        {
            await gateway.Put($"/certificates/{id}", Document($"generation-{generation}"));
            Assert.Equal($"CN=generation-{generation}", await Handshake(gateway.ProxyTlsPort));
        }

        await over.CancelAsync();
        Assert.All(await Task.WhenAll(clients), made => Assert.True(made > 0));
        more.Release();
        Assert.Equal("begin;end", await download.Content.ReadAsStringAsync());
    }

    private static async Task<int> ComeAndGo(int port, CancellationToken over)
    {
        int made = 0;
        while (!over.IsCancellationRequested)
        {
            Assert.StartsWith("CN=generation-", await Handshake(port), StringComparison.Ordinal);
            made++;
        }

        return made;
    }

    /// <summary>A connection with a request; who answered.</summary>
    private static async Task<string> Handshake(int port)
    {
        using var patience = new CancellationTokenSource(MeshProcess.Patience);
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", port, patience.Token);
        await using var tls = new SslStream(client.GetStream());
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = "swap.test", RemoteCertificateValidationCallback = (_, _, _, _) => true }, patience.Token);
        await tls.WriteAsync("GET /files HTTP/1.1\r\nHost: swap.test\r\nConnection: close\r\n\r\n"u8.ToArray(), patience.Token);
        using var reader = new StreamReader(tls, Encoding.Latin1);
        Assert.StartsWith("HTTP/1.1 200", await reader.ReadToEndAsync(patience.Token), StringComparison.Ordinal);
        return tls.RemoteCertificate!.Subject;
    }

    private static object Document(string subject)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 certificate = new CertificateRequest($"CN={subject}", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        return new { cert = certificate.ExportCertificatePem(), key = key.ExportPkcs8PrivateKeyPem() };
    }
}
