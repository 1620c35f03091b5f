using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Reports;
using Mesh.Edge.Streams;
using Mesh.Edge.Tests.Forwarding;
using Mesh.Edge.Tests.Listeners;
using Mesh.Edge.Tests.Sync;
using Mesh.Edge.Tests.Tls.Hello;

namespace Mesh.Edge.Tests.Streams;

/// <summary>Streams with TLS, terminated and passed through, over real sockets and handshakes.</summary>
public sealed class TlsStreamTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_port_terminates_for_some_names_and_passes_others_through()
    {
        await using var clear = TcpTarget.Named("clear");
        await using TcpTarget sealedTarget = TlsTarget(TestCertificates.Make("own.test"), "sealed");
        await using StreamEdge edge = await StreamEdge.StartAsync(
            "127.0.0.1:0 ssl",
            null,
            StreamEdge.Service(1, clear.Port),
            StreamEdge.Service(2, sealedTarget.Port),
            StreamEdge.Route(3, 1, "tls", StreamEdge.Sni("*.here.test")),
            StreamEdge.Route(4, 2, "tls_passthrough", StreamEdge.Sni("own.test")));

        await using (SslStream here = await edge.ConnectTlsAsync("a.here.test"))
        {
            Assert.Equal("CN=fallback.test", here.RemoteCertificate!.Subject);
            Assert.Equal("clear:secret", await AskAsync(here, "secret"));
        }

        await using (SslStream own = await edge.ConnectTlsAsync("OWN.test"))
        {
            Assert.Equal("CN=own.test", own.RemoteCertificate!.Subject);
            Assert.Equal("sealed:secret", await AskAsync(own, "secret"));
        }

        List<TrafficSample> samples = [];
        await TestEdge.UntilAsync(() =>
        {
            samples.AddRange(edge.Traffic.Fold().SelectMany(batch => batch.Samples).Where(sample => sample.Subject == TrafficSubject.Route));
            return samples.Count == 2;
        });
        TrafficSample terminated = samples.Single(sample => sample.Id == Documents.Id(3));
        Assert.Equal((1, 6, 12), (terminated.Requests, terminated.BytesIn, terminated.BytesOut));
        Assert.True(samples.Single(sample => sample.Id == Documents.Id(4)).BytesIn > 200, "what was read to find the route counts too");
    }

    [Fact]
    public async Task The_certificate_follows_the_name_and_a_client_may_offer_any_protocol()
    {
        await using var target = TcpTarget.Named("t");
        (string cert, string key) = TestCertificates.Pem("shop.test");
        await using StreamEdge edge = await StreamEdge.StartAsync(
            "127.0.0.1:0 ssl",
            null,
            Documents.Put(EntityKinds.Certificates, 8, System.Text.Json.JsonSerializer.Serialize(new { id = Documents.Id(8), cert, key })),
            Documents.Put(EntityKinds.Snis, 9, $$$"""{"id":"{{{Documents.Id(9)}}}","name":"shop.test","certificate":{"id":"{{{Documents.Id(8)}}}"}}"""),
            StreamEdge.Service(1, target.Port),
            StreamEdge.Route(3, 1, "tls", StreamEdge.FromHere));

        await using SslStream shop = await edge.ConnectTlsAsync("shop.test", new SslApplicationProtocol("mqtt"));
        Assert.Equal("CN=shop.test", shop.RemoteCertificate!.Subject);
        Assert.Equal("t:x", await AskAsync(shop, "x"));
    }

    [Fact]
    public async Task A_hello_that_drips_in_bytes_arrives_whole()
    {
        var heard = new TaskCompletionSource<byte[]>();
        byte[] hello = Hellos.Record(Hellos.Message("drip.test", Hellos.Grease(), Hellos.Ech()));
        await using var target = new TcpTarget(async stream =>
        {
            byte[] bytes = new byte[hello.Length + 3];
            await stream.ReadExactlyAsync(bytes);
            heard.SetResult(bytes);
        });
        await using StreamEdge edge = await StreamEdge.StartAsync(
            "127.0.0.1:0 ssl", null, StreamEdge.Service(1, target.Port), StreamEdge.Route(3, 1, "tls_passthrough", StreamEdge.Sni("drip.test")));

        using Socket client = await edge.ConnectAsync();
        foreach (byte one in (byte[])[.. hello, 1, 2, 3])
        {
            await client.SendAsync(new[] { one }, Cancel);
        }

        Assert.Equal([.. hello, 1, 2, 3], await heard.Task.WaitAsync(TestEdge.Guard, Cancel));
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n\r\n")]
    [InlineData("\u0016\u0003\u0001\0\u0004\u0002\0\0\0")]
    [InlineData("\u0016\u0003\u0001\u007f\u007f")]
    public async Task Garbage_ends_the_connection_and_reaches_no_target(string garbage)
    {
        await using var target = TcpTarget.Echo();
        await using StreamEdge edge = await StreamEdge.StartAsync("127.0.0.1:0 ssl", null, StreamEdge.Service(1, target.Port), StreamEdge.Route(3, 1, "tls", StreamEdge.FromHere));
        using Socket client = await edge.ConnectAsync();
        await client.SendAsync(Encoding.Latin1.GetBytes(garbage), Cancel);

        Assert.True(await StreamEdge.IsClosedAsync(client));
        await TestEdge.UntilAsync(() => edge.Server.OpenStreams == 0);
        Assert.Equal(0, target.Connections);
    }

    [Fact]
    public async Task Who_never_says_hello_is_closed_after_the_handshake_timeout()
    {
        await using StreamEdge edge = await StreamEdge.StartAsync(
            "127.0.0.1:0 ssl", new StreamLimits { HandshakeTimeout = TimeSpan.FromMilliseconds(50), ClockPeriod = TimeSpan.FromMilliseconds(10) });
        using Socket silent = await edge.ConnectAsync();
        using Socket half = await edge.ConnectAsync();
        await half.SendAsync(new byte[] { 22, 3, 1, 1 }, Cancel);

        Assert.True(await StreamEdge.IsClosedAsync(silent));
        Assert.True(await StreamEdge.IsClosedAsync(half));
    }

    [Fact]
    public async Task Connections_in_their_handshake_are_bounded()
    {
        await using StreamEdge edge = await StreamEdge.StartAsync("127.0.0.1:0 ssl", new StreamLimits { MaxHalfOpenConnections = 1 });
        using Socket first = await edge.ConnectAsync();
        await TestEdge.UntilAsync(() => edge.Server.OpenStreams == 1);
        using Socket second = await edge.ConnectAsync();
        Assert.True(await StreamEdge.IsClosedAsync(second));
        await TestEdge.UntilAsync(() => edge.Server.OpenStreams == 1);
    }

    [Theory]
    [InlineData("good.test", true)]
    [InlineData("bad.test", false)]
    public async Task The_target_s_certificate_is_verified_against_the_service_s_authorities(string host, bool reached)
    {
        var authority = new TestAuthority("root.test");
        await using TcpTarget target = TlsTarget(authority.Issue("good.test"), "verified");
        await using StreamEdge edge = await StreamEdge.StartAsync(
            "127.0.0.1:0",
            null,
            Pipeline.Entities.Put(authority.Entity(20)),
            Documents.Put(EntityKinds.Upstreams, 5, $$"""{"id":"{{Documents.Id(5)}}","name":"pool.test","host_header":"{{host}}"}"""),
            TcpStreamTests.Target(6, 5, $"127.0.0.1:{target.Port}"),
            StreamEdge.Service(1, 80, "tls", "pool.test", $",\"tls_verify\":true,\"retries\":0,\"ca_certificates\":[\"{Documents.Id(20)}\"]"),
            StreamEdge.Route(3, 1, "tcp", StreamEdge.FromHere));

        if (reached)
        {
            Assert.Equal("verified:hi", await edge.ExchangeAsync("hi"));
            return;
        }

        using Socket client = await edge.ConnectAsync();
        Assert.True(await StreamEdge.IsClosedAsync(client));
        TrafficSample sample = await edge.TrafficOfRouteAsync(3);
        Assert.Equal((1, 1), (sample.Failures, sample.Statuses[4]));
    }

    [Fact]
    public async Task The_service_s_certificate_is_presented_to_the_target()
    {
        var presented = new TaskCompletionSource<string?>();
        X509Certificate2 server = TestCertificates.Make("mtls.test");
        await using var target = new TcpTarget(async stream =>
        {
            await using var secure = new SslStream(stream);
            await secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
            {
                ServerCertificate = server,
                ClientCertificateRequired = true,
                RemoteCertificateValidationCallback = (_, _, _, _) => true,
            });
            presented.SetResult(secure.RemoteCertificate?.Subject);
        });
        (string cert, string key) = TestCertificates.Pem("client.test");
        await using StreamEdge edge = await StreamEdge.StartAsync(
            "127.0.0.1:0",
            null,
            Documents.Put(EntityKinds.Certificates, 8, System.Text.Json.JsonSerializer.Serialize(new { id = Documents.Id(8), cert, key })),
            StreamEdge.Service(1, target.Port, "tls", extra: $$""","client_certificate":{"id":"{{Documents.Id(8)}}"}"""),
            StreamEdge.Route(3, 1, "tcp", StreamEdge.FromHere));

        using Socket client = await edge.ConnectAsync();
        Assert.Equal("CN=client.test", await presented.Task.WaitAsync(TestEdge.Guard, Cancel));
    }

    [Fact]
    public async Task Bytes_come_through_unchanged_where_both_sides_are_TLS()
    {
        X509Certificate2 certificate = TestCertificates.Make("both.test");
        await using var target = new TcpTarget(async stream =>
        {
            await using var secure = new SslStream(stream);
            await secure.AuthenticateAsServerAsync(certificate);
            await secure.CopyToAsync(secure);
        });
        await using StreamEdge edge = await StreamEdge.StartAsync(
            "127.0.0.1:0 ssl", null, StreamEdge.Service(1, target.Port, "tls"), StreamEdge.Route(3, 1, "tls", StreamEdge.FromHere));
        await using SslStream client = await edge.ConnectTlsAsync("both.test");
        byte[] sent = RandomNumberGenerator.GetBytes(4 * 1024 * 1024);

        Task sending = client.WriteAsync(sent, Cancel).AsTask();
        byte[] received = new byte[sent.Length];
        await client.ReadExactlyAsync(received, Cancel);
        await sending;

        Assert.True(sent.AsSpan().SequenceEqual(received));
    }

    /// <summary>As <see cref="TcpTarget.Named"/>, inside of TLS.</summary>
    private static TcpTarget TlsTarget(X509Certificate2 certificate, string name) => new(async stream =>
    {
        await using var secure = new SslStream(stream);
        try
        {
            await secure.AuthenticateAsServerAsync(certificate);
        }
        catch (System.Security.Authentication.AuthenticationException)
        {
            return;
        }

        string text = await new StreamReader(secure, leaveOpen: true).ReadToEndAsync();
        await secure.WriteAsync(Encoding.UTF8.GetBytes($"{name}:{text}"));
        await secure.ShutdownAsync();
    });

    private static async Task<string> AskAsync(SslStream stream, string text)
    {
        await stream.WriteAsync(Encoding.UTF8.GetBytes(text), Cancel);
        await stream.ShutdownAsync();
        return await StreamEdge.ReadToEndAsync(stream);
    }
}
