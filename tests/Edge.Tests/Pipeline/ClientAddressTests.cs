using System.Net;
using Mesh.Edge.Listeners;
using Mesh.Edge.Pipeline;
using Mesh.Edge.Settings;
using Microsoft.AspNetCore.Http;

namespace Mesh.Edge.Tests.Pipeline;

public sealed class ClientAddressTests
{
    [Theory]
    [InlineData("9.9.9.9", "1.2.3.4", "X-Forwarded-For", false, "9.9.9.9", false)]
    [InlineData("10.0.0.1", null, "X-Forwarded-For", false, "10.0.0.1", true)]
    [InlineData("10.0.0.1", "1.2.3.4", "X-Real-IP", false, "1.2.3.4", true)]
    [InlineData("::ffff:10.0.0.1", "::ffff:1.2.3.4", "X-Real-IP", false, "1.2.3.4", true)]
    [InlineData("10.0.0.1", "1.1.1.1, 2.2.2.2", "X-Forwarded-For", false, "2.2.2.2", true)]
    [InlineData("10.0.0.1", "1.1.1.1, 2.2.2.2, 10.0.0.9", "X-Forwarded-For", false, "10.0.0.9", true)]
    [InlineData("10.0.0.1", "1.1.1.1, 2.2.2.2, 10.0.0.9", "X-Forwarded-For", true, "2.2.2.2", true)]
    [InlineData("10.0.0.1", "10.0.0.7, 10.0.0.8", "X-Forwarded-For", true, "10.0.0.7", true)]
    [InlineData("10.0.0.1", "1.1.1.1, nonsense, 10.0.0.9", "X-Forwarded-For", true, "10.0.0.9", true)]
    [InlineData("10.0.0.1", "nonsense", "X-Forwarded-For", true, "10.0.0.1", true)]
    [InlineData("10.0.0.1", "[2001:db8::1]:443", "X-Forwarded-For", false, "2001:db8::1", true)]
    [InlineData("10.0.0.1", "1.2.3.4:5678", "X-Forwarded-For", false, "1.2.3.4", true)]
    public void Believes_the_header_of_trusted_peers_alone(string peer, string? value, string header, bool recursive, string client, bool trusted)
    {
        var settings = new EdgeSettings { TrustedIps = [IPNetwork.Parse("10.0.0.0/8")], RealIpHeader = header, RealIpRecursive = recursive };
        var http = new DefaultHttpContext();
        if (value is not null)
        {
            http.Request.Headers[header] = value;
        }

        Exchange exchange = ExchangeOf(http, peer);
        new ClientAddress(settings).Resolve(exchange);

        Assert.Equal((IPAddress.Parse(client), trusted), (exchange.ClientAddress, exchange.PeerTrusted));
    }

    [Theory]
    [InlineData("10.0.0.1", "https", "https")]
    [InlineData("10.0.0.1", "HTTPS", "https")]
    [InlineData("10.0.0.1", "gopher", "http")]
    [InlineData("9.9.9.9", "https", "http")]
    public void Believes_the_scheme_of_trusted_peers_alone(string peer, string told, string scheme)
    {
        var http = new DefaultHttpContext();
        http.Request.Headers["X-Forwarded-Proto"] = told;

        Exchange exchange = ExchangeOf(http, peer);
        new ClientAddress(new EdgeSettings { TrustedIps = [IPNetwork.Parse("10.0.0.0/8")] }).Resolve(exchange);

        Assert.Equal(scheme, exchange.ClientScheme);
    }

    private static Exchange ExchangeOf(HttpContext http, string peer) => new()
    {
        Http = http,
        Snapshot = null!,
        Connection = new ConnectionFacts { Listener = "test", RemoteEndPoint = new IPEndPoint(IPAddress.Parse(peer), 1), LocalEndPoint = null },
        RequestId = "",
        Path = "/",
        Host = "",
        Port = 80,
        ClientAddress = IPAddress.None,
        ClientScheme = "http",
    };
}
