using Mesh.Abstractions.Access;
using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Grains;
using Mesh.Edge.ClusterTls;
using Mesh.Silo.Admin.Access;
using Mesh.Silo.Hosting;
using Mesh.Silo.Settings;
using Mesh.Silo.Tests.EndToEnd;
using Mesh.Silo.Tests.Workspaces;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Orleans.Runtime;
using StackExchange.Redis;

namespace Mesh.Silo.Tests.Hosting;

public sealed class SiloHostTests
{
    [Fact]
    public async Task Edges_reach_what_they_need_and_nothing_else()
    {
        await using TestSilo silo = await TestSilo.Start(TestSilo.NewSettings());
        await silo.Workspace("default").Commit(Requests.Create("alice"));
        await using RemoteClient edge = await RemoteClient.Connect(silo.Settings);
        Assert.Equal([1], (await edge.Grains.GetGrain<IConfigRelayGrain>("default").Next(0)).Commits.Select(commit => commit.Revision));
        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => edge.Grains.GetGrain<IWorkspaceGrain>("default").Commit(Requests.Create("mallory")));
        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => edge.Grains.GetGrain<IWorkspaceGrain>("default").Head());
        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => edge.Grains.GetGrain<IAccessGrain>(IAccessGrain.Key).List());
        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => edge.Grains.GetGrain<IAuditGrain>(IAuditGrain.Key).Read(new AuditQuery()));
        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => edge.Grains.GetGrain<IManagementGrain>(0).GetHosts());
        Assert.Equal(1, await silo.Workspace("default").Head());
    }

    [Fact]
    public async Task With_cluster_TLS_only_certificates_of_the_authority_connect()
    {
        using var pki = new ClusterPki();
        using var foreign = new ClusterPki();
        SiloSettings settings = Secured(TestSilo.NewSettings(), pki, ClusterCertificate.SiloName);
        await using TestSilo silo = await TestSilo.Start(settings);
        await using (RemoteClient edge = await RemoteClient.Connect(settings, pki.Certificate(ClusterCertificate.EdgeName)))
        {
            Assert.Empty((await edge.Grains.GetGrain<IConfigRelayGrain>("default").Snapshot(null, 0))!.Entities);
        }

        await Assert.ThrowsAnyAsync<Exception>(() => RemoteClient.Connect(settings));
        await Assert.ThrowsAnyAsync<Exception>(() => RemoteClient.Connect(settings, pki.Certificate("stranger.mesh")));
        await Assert.ThrowsAnyAsync<Exception>(() => RemoteClient.Connect(settings, foreign.Certificate(ClusterCertificate.EdgeName)));
    }

    [Fact]
    public async Task Two_silos_with_TLS_are_one_cluster_on_redis()
    {
        using var pki = new ClusterPki();
        var redis = new RedisServer();
        await using RedisServer closing = redis;
        await redis.Start();
        await using TestSilo one = await TestSilo.Start(Secured(TestSilo.NewSettings($"127.0.0.1:{redis.Port}"), pki, ClusterCertificate.SiloName));
        await using TestSilo other = await TestSilo.Start(Secured(TestSilo.NewSettings($"127.0.0.1:{redis.Port}"), pki, ClusterCertificate.SiloName));
        for (int i = 0; i < 8; i++)
        {
            Assert.Equal(1, (await one.Workspace($"w{i}").Commit(Requests.Create("alice"))).Revision);
            CommitOutcome second = await other.Workspace($"w{i}").Commit(Requests.Create("bob"));
            Assert.Equal(2, second.Revision);
            Assert.Equal([1, 2], (await one.Relay($"w{i}").Next(0)).Commits.Select(commit => commit.Revision));
        }

        Dictionary<SiloAddress, SiloStatus> hosts = await one.Grains.GetGrain<IManagementGrain>(0).GetHosts(onlyActive: true);
        Assert.Equal(2, hosts.Count);
    }

    [Fact]
    public async Task A_token_of_one_silo_is_good_at_the_other_until_one_of_them_revokes_it()
    {
        await using var redis = new RedisServer();
        await redis.Start();
        await using TestSilo one = await TestSilo.Start(TestSilo.NewSettings($"127.0.0.1:{redis.Port}"));
        await using TestSilo other = await TestSilo.Start(TestSilo.NewSettings($"127.0.0.1:{redis.Port}"));
        byte[] hash = TokenText.Hash(TokenText.New());
        AccessToken token = new(Guid.NewGuid(), "ci", AccessRole.Viewer, hash, DateTimeOffset.UtcNow, "test", null, null, []);
        IAccessGrain here = one.Grains.GetGrain<IAccessGrain>(IAccessGrain.Key);
        IAccessGrain there = other.Grains.GetGrain<IAccessGrain>(IAccessGrain.Key);
        Assert.Equal(TokenCreation.Created, await here.Create(token));
        Assert.Equal(TokenCreation.Created, await here.Create(token));
        Assert.Equal(TokenCreation.NameTaken, await there.Create(token with { Id = Guid.NewGuid() }));
        Assert.Equal("ci", (await there.Find(hash))?.Name);
        Assert.NotNull(await there.Revoke(token.Id));
        Assert.Null(await here.Find(hash));
        Assert.Null(await here.Revoke(token.Id));
    }

    [Fact]
    public async Task A_silo_whose_membership_row_is_gone_ends()
    {
        await using var redis = new RedisServer();
        await redis.Start();
        await using TestSilo silo = await TestSilo.Start(TestSilo.NewSettings($"127.0.0.1:{redis.Port}"));
        var time = new FakeTimeProvider();
        using var stopped = new StopRequested();
        using var guard = new MembershipGuard(
            silo.Services.GetRequiredService<StoreEndpoint>(),
            silo.Settings,
            silo.Services.GetRequiredService<ILocalSiloDetails>(),
            stopped,
            time,
            NullLogger<MembershipGuard>.Instance);
        await guard.StartAsync(TestContext.Current.CancellationToken);
        await Pass(() => guard.Joined.IsCompleted);
        Assert.False(stopped.ApplicationStopping.IsCancellationRequested);
        await using (ConnectionMultiplexer admin = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{redis.Port}"))
        {
            await admin.GetDatabase().HashDeleteAsync(StoreEndpoint.MembershipKey(silo.Settings), silo.Services.GetRequiredService<ILocalSiloDetails>().SiloAddress.ToString());
        }

        await Pass(() => stopped.ApplicationStopping.IsCancellationRequested);
        Assert.Equal(1, Environment.ExitCode);
        Environment.ExitCode = 0;
        await guard.StopAsync(TestContext.Current.CancellationToken);

        async Task Pass(Func<bool> condition)
        {
            using var patience = new CancellationTokenSource(MeshProcess.Patience);
            using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
            while (!condition())
            {
                time.Advance(TimeSpan.FromSeconds(1));
                await poll.WaitForNextTickAsync(patience.Token);
            }
        }
    }

    private static SiloSettings Secured(SiloSettings settings, ClusterPki pki, string name)
    {
        (string certificate, string key) = pki.Issue(name);
        return settings with { ClusterCaFile = pki.CaFile, ClusterCertificateFile = certificate, ClusterKeyFile = key };
    }

    private sealed class StopRequested : IHostApplicationLifetime, IDisposable
    {
        private readonly CancellationTokenSource stopping = new();

        public CancellationToken ApplicationStarted => CancellationToken.None;

        public CancellationToken ApplicationStopping => stopping.Token;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication() => stopping.Cancel();

        public void Dispose() => stopping.Dispose();
    }
}
