using System.Net;
using System.Security.Cryptography;
using System.Text;
using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Entities;
using Mesh.Edge.Plugins;
using Mesh.Edge.Plugins.Acl;
using Mesh.Edge.Plugins.BasicAuth;
using Mesh.Edge.Plugins.Cors;
using Mesh.Edge.Plugins.IpRestriction;
using Mesh.Edge.Plugins.KeyAuth;
using Mesh.Edge.Plugins.RateLimiting;
using Mesh.Edge.Plugins.RequestTermination;
using Mesh.Edge.Plugins.RequestTransformer;
using Mesh.Edge.Settings;
using Mesh.Edge.Tests.Pipeline;
using Mesh.Edge.Tests.Plugins.Logging;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Time.Testing;

namespace Mesh.Edge.Tests.Plugins.RealSockets;

/// <summary>
/// One API behind a whole data plane. Alice is of the staff and has a key and a password, bob has a key and no group,
/// stranger has nothing. The clock of the limits stands still at 23:59:30 of a day.
/// </summary>
internal sealed class GuardedApi : IAsyncDisposable
{
    public const int Alice = 10;
    public const int Bob = 11;
    public const int Stranger = 12;
    public const string AliceKey = "key-of-alice";
    public const string BobKey = "key-of-bob";
    public const string Origin = "https://app.test";

    private GuardedApi(EchoUpstream upstream, TestGateway gateway)
    {
        Upstream = upstream;
        Gateway = gateway;
    }

    public static string AlicePassword { get; } = "Basic " + Convert.ToBase64String("alice:secret"u8);

    public EchoUpstream Upstream { get; }

    public TestGateway Gateway { get; }

    /// <param name="plugins">Names with their settings, each for all requests.</param>
    public static Task<GuardedApi> StartAsync(params (string Name, string Config)[] plugins) => StartAsync(grpc: false, plugins);

    public static async Task<GuardedApi> StartAsync(bool grpc, params (string Name, string Config)[] plugins)
    {
        EchoUpstream upstream = await EchoUpstream.StartAsync(grpc ? HttpProtocols.Http2 : HttpProtocols.Http1);
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 1, 31, 23, 59, 30, TimeSpan.Zero));
        IReadOnlyList<IPlugin> built =
        [
            new CorsPlugin(), new KeyAuthPlugin(TimeProvider.System), new BasicAuthPlugin(), new IpRestrictionPlugin(), new AclPlugin(),
            new RateLimitingPlugin(clock), new RequestTransformerPlugin(), new RequestTerminationPlugin(),
        ];
        Service service = Entities.Service(1, upstream.Port) with { Protocol = grpc ? "grpc" : "http" };
        Route route = Entities.Route(2, 1) with { Protocols = grpc ? ["grpc", "grpcs"] : ["http", "https"], StripPath = false };
        EntityChange[] entities =
        [
            service.Put(), route.Put(),
            new Consumer { Id = Entities.Id(Alice), Username = "alice" }.Put(),
            new Consumer { Id = Entities.Id(Bob), Username = "bob" }.Put(),
            new Consumer { Id = Entities.Id(Stranger), Username = "stranger" }.Put(),
            new KeyAuthCredential { Id = Entities.Id(20), Consumer = Entities.Ref(Alice), Key = AliceKey }.Put(),
            new KeyAuthCredential { Id = Entities.Id(21), Consumer = Entities.Ref(Bob), Key = BobKey }.Put(),
            new BasicAuthCredential { Id = Entities.Id(22), Consumer = Entities.Ref(Alice), Username = "alice", Password = Stored("secret", Entities.Id(Alice)) }.Put(),
            new Abstractions.Entities.Acl { Id = Entities.Id(23), Consumer = Entities.Ref(Alice), Group = "staff" }.Put(),
            .. plugins.Select((plugin, i) => LogBench.Plugin(40 + i, plugin.Name, plugin.Config)),
        ];
        return new GuardedApi(upstream, await TestGateway.StartAsync(new EdgeSettings(), built, TimeProvider.System, entities));
    }

    public static HttpRequestMessage Request(string target = "/", params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, target);
        request.Headers.Add("Accept", "application/json");
        foreach ((string name, string value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    public async Task<Reply> SendAsync(string version, HttpRequestMessage request)
    {
        using HttpClient client = Gateway.Http(new Version(version));
        request.Version = client.DefaultRequestVersion;
        request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
        using HttpRequestMessage sent = request;
        using HttpResponseMessage answer = await client.SendAsync(sent, TestContext.Current.CancellationToken);
        Assert.Equal(client.DefaultRequestVersion, answer.Version);
        string body = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return new Reply(answer.StatusCode, answer.Headers.ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase), body);
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await Upstream.DisposeAsync();
    }

    /// <summary>Kong's stored form of a password.</summary>
#pragma warning disable CA5350
    private static string Stored(string password, Guid consumer) =>
        Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(password + consumer)));
#pragma warning restore CA5350
}
