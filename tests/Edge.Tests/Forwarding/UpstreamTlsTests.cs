using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Entities;
using Mesh.Edge.Tests.Pipeline;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Mesh.Edge.Tests.Forwarding;

public abstract class UpstreamTlsTests(bool own) : BothWays(own)
{
    private static readonly TestAuthority Authority = new("ca.test");
    private static readonly TestAuthority Stranger = new("stranger.test");

    [Fact]
    public async Task Does_not_verify_unless_told_to()
    {
        await using KestrelUpstream upstream = await ServeAsync(Stranger.Issue("localhost"));
        await using TestGateway gateway = await FrontAsync(upstream, service => service);

        Assert.Equal($"sni=localhost host=localhost:{upstream.Port} client=", Seen(await gateway.GetAsync("/")));
    }

    [Theory]
    [InlineData(true, "localhost", 200)]
    [InlineData(true, "other.test", 502)]
    [InlineData(false, "localhost", 502)]
    public async Task Verifies_name_and_issuer_when_told_to(bool trusted, string name, int status)
    {
        await using KestrelUpstream upstream = await ServeAsync((trusted ? Authority : Stranger).Issue(name));
        await using TestGateway gateway = await FrontAsync(upstream, Verifying, Authority.Entity(5).Put());

        Assert.StartsWith($"HTTP/1.1 {status}", await gateway.GetAsync("/"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 502)]
    [InlineData(1, 200)]
    public async Task Counts_the_certificates_between(int depth, int status)
    {
        TestAuthority between = Authority.Delegate("between.test");
        await using KestrelUpstream upstream = await ServeAsync(between.Issue("localhost"));
        await using TestGateway gateway = await FrontAsync(
            upstream,
            service => Verifying(service) with { TlsVerifyDepth = depth, CaCertificates = [Entities.Id(5), Entities.Id(6)] },
            Authority.Entity(5).Put(), between.Entity(6).Put());

        Assert.StartsWith($"HTTP/1.1 {status}", await gateway.GetAsync("/"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Presents_the_service_certificate_and_follows_its_change()
    {
        (X509Certificate2 first, X509Certificate2 second) = (Authority.Issue("first.test"), Authority.Issue("second.test"));
        await using KestrelUpstream upstream = await ServeAsync(Authority.Issue("localhost"), _ => true);
        await using TestGateway gateway = await FrontAsync(
            upstream, service => service with { ClientCertificate = Entities.Ref(7) }, Pair(7, first));

        Assert.EndsWith("client=CN=first.test", Seen(await gateway.GetAsync("/")), StringComparison.Ordinal);
        gateway.Apply(Pair(7, second));
        Assert.EndsWith("client=CN=second.test", Seen(await gateway.GetAsync("/")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_upstream_entity_brings_its_own_certificate_and_server_name()
    {
        await using KestrelUpstream upstream = await ServeAsync(Authority.Issue("inner.test"), _ => true);
        await using TestGateway gateway = await StartAsync(
            (Verifying(Entities.Service(1, 1, "pool.test")) with { Protocol = "https" }).Put(), Entities.Route(2, 1).Put(), Authority.Entity(5).Put(),
            (Entities.Upstream(3, "pool.test") with { HostHeader = "inner.test", ClientCertificate = Entities.Ref(7) }).Put(),
            Entities.Target(4, 3, $"127.0.0.1:{upstream.Port}").Put(), Pair(7, Authority.Issue("pool-client.test")));

        string answer = await gateway.GetAsync("/");

        Assert.Equal("sni=inner.test host=inner.test client=CN=pool-client.test", Seen(answer));
    }

    [Fact]
    public async Task A_client_chosen_host_makes_no_connection_of_its_own()
    {
        int connections = 0;
        await using KestrelUpstream upstream = await ServeAsync(Authority.Issue("localhost"), onConnection: () => Interlocked.Increment(ref connections));
        await using TestGateway gateway = await StartAsync(
            (Entities.Service(1, upstream.Port, "localhost") with { Protocol = "https" }).Put(), (Entities.Route(2, 1) with { PreserveHost = true }).Put());

        for (int i = 0; i < 5; i++)
        {
            string answer = await gateway.ExchangeAsync($"GET / HTTP/1.1\r\nHost: h{i}.test\r\nConnection: close\r\n\r\n");
            Assert.Equal($"sni=localhost host=h{i}.test client=", Seen(answer));
        }

        Assert.Equal(1, connections);
    }

    [Fact]
    public async Task Services_of_other_tls_settings_never_share_a_connection()
    {
        await using KestrelUpstream upstream = await ServeAsync(Stranger.Issue("localhost"), _ => true);
        Service Https(int number) => Entities.Service(number, upstream.Port, "localhost") with { Protocol = "https" };
        await using TestGateway gateway = await StartAsync(
            Https(1).Put(), (Entities.Route(11, 1) with { Paths = ["/none"] }).Put(),
            (Https(2) with { ClientCertificate = Entities.Ref(7) }).Put(), (Entities.Route(12, 2) with { Paths = ["/first"] }).Put(),
            (Https(3) with { ClientCertificate = Entities.Ref(8) }).Put(), (Entities.Route(13, 3) with { Paths = ["/second"] }).Put(),
            Verifying(Https(4)).Put(), (Entities.Route(14, 4) with { Paths = ["/verified"] }).Put(),
            Pair(7, Authority.Issue("first.test")), Pair(8, Authority.Issue("second.test")), Authority.Entity(5).Put());

        for (int round = 0; round < 3; round++)
        {
            // The target wants a certificate: on another service's connection it would have one.
            Assert.StartsWith("HTTP/1.1 502", await gateway.GetAsync("/none"), StringComparison.Ordinal);
            Assert.EndsWith("client=CN=first.test", Seen(await gateway.GetAsync("/first")), StringComparison.Ordinal);
            Assert.EndsWith("client=CN=second.test", Seen(await gateway.GetAsync("/second")), StringComparison.Ordinal);
            Assert.StartsWith("HTTP/1.1 502", await gateway.GetAsync("/verified"), StringComparison.Ordinal);
        }
    }

    /// <summary>What the upstream saw, as it tells in its answer.</summary>
    private static string Seen(string answer) => answer.Split('\n').Single(line => line.StartsWith("sni=", StringComparison.Ordinal)).Trim();

    private static Service Verifying(Service service) => service with { TlsVerify = true, CaCertificates = [Entities.Id(5)] };

    private Task<TestGateway> FrontAsync(KestrelUpstream upstream, Func<Service, Service> change, params EntityChange[] more) => StartAsync(
        [change(Entities.Service(1, upstream.Port, "localhost") with { Protocol = "https" }).Put(), Entities.Route(2, 1).Put(), .. more]);

    private static EntityChange Pair(int number, X509Certificate2 certificate) => new Certificate
    {
        Id = Entities.Id(number),
        Cert = certificate.ExportCertificatePem(),
        Key = certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem(),
    }.Put();

    private static Task<KestrelUpstream> ServeAsync(X509Certificate2 certificate, Func<X509Certificate2, bool>? clients = null, Action? onConnection = null)
    {
        string? last = null;
        return KestrelUpstream.StartAsync(
            HttpProtocols.Http1,
            app => app.Run(context =>
            {
                if (Interlocked.Exchange(ref last, context.Connection.Id) != context.Connection.Id)
                {
                    onConnection?.Invoke();
                }

                string? sni = context.Features.Get<ITlsHandshakeFeature>()?.HostName;
                return context.Response.WriteAsync($"sni={sni} host={context.Request.Host} client={context.Connection.ClientCertificate?.Subject}\n");
            }),
            certificate: certificate,
            clients: clients);
    }

    public sealed class OnOwnConnections() : UpstreamTlsTests(true);

    public sealed class ThroughTheLibrary() : UpstreamTlsTests(false);
}
