using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using Mesh.Abstractions.Entities;
using Mesh.Abstractions.Reports;
using Mesh.Edge.Balancing;
using Mesh.Edge.Collections;
using Mesh.Edge.Configuration;
using Mesh.Edge.Consumers;
using Mesh.Edge.Listeners;
using Mesh.Edge.Pipeline;
using Mesh.Edge.Plugins;
using Mesh.Edge.Routing;
using Mesh.Edge.Tls;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace Mesh.Edge.Tests.Plugins;

/// <summary>An edge's plugin and consumer tables without the rest of the edge: put entities, send exchanges.</summary>
internal sealed class PluginBench
{
    public static readonly Guid AnyService = Guid.Parse("00000000-0000-0000-0000-00000000005e");

    private readonly List<ApplyProblem> problems = [];
    private long revision;

    public PluginBench(Func<TimeProvider, PluginCatalog>? catalog = null)
    {
        Snapshot = new EdgeSnapshot
        {
            Revision = 0,
            Entities = EntityStore.Empty,
            Routes = RouteTable.Empty,
            Upstreams = UpstreamTable.Empty,
            Plugins = PluginTable.Empty((catalog ?? PluginCatalog.Create)(Time), Forward),
            Consumers = ConsumerIndex.Empty,
            Certificates = CertificateTable.Empty,
            Problems = [],
        };
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 31, 23, 59, 30, TimeSpan.Zero));
    public EdgeSnapshot Snapshot { get; private set; }
    public IReadOnlyList<ApplyProblem> Problems => problems;

    /// <summary>What reached the forward step.</summary>
    public ConcurrentQueue<Exchange> Forwarded { get; } = new();

    public static Route Route { get; } = new() { Id = Guid.Parse("00000000-0000-0000-0000-0000000000a0"), Service = new EntityRef(AnyService) };

    public static Plugin Plugin(string name, string config, Guid? id = null) => new()
    {
        Id = id ?? Guid.NewGuid(),
        Name = name,
        Config = JsonElement.Parse(config),
    };

    public void Put(params Entity[] entities) => Apply(changes =>
    {
        foreach (Entity entity in entities)
        {
            Change(changes, entity, put: true);
        }
    });

    public void Delete(params Entity[] entities) => Apply(changes =>
    {
        foreach (Entity entity in entities)
        {
            Change(changes, entity, put: false);
        }
    });

    public void Apply(Action<ConfigChanges> fill)
    {
        var changes = new ConfigChanges { Revision = ++revision };
        fill(changes);
        EntityStore store = Snapshot.Entities with
        {
            Consumers = Merge(Snapshot.Entities.Consumers, changes.Consumers),
            Plugins = Merge(Snapshot.Entities.Plugins, changes.Plugins),
            KeyAuthCredentials = Merge(Snapshot.Entities.KeyAuthCredentials, changes.KeyAuthCredentials),
            BasicAuthCredentials = Merge(Snapshot.Entities.BasicAuthCredentials, changes.BasicAuthCredentials),
            Acls = Merge(Snapshot.Entities.Acls, changes.Acls),
        };
        Snapshot = new EdgeSnapshot
        {
            Revision = revision,
            Entities = store,
            Routes = Snapshot.Routes,
            Upstreams = Snapshot.Upstreams,
            Plugins = Snapshot.Plugins.Apply(changes, store),
            Consumers = Snapshot.Consumers.Apply(changes, store),
            Certificates = Snapshot.Certificates,
            Problems = changes.Problems,
        };
        problems.AddRange(changes.Problems);
    }

    public Exchange Exchange(Action<HttpRequest>? request = null, Route? route = null, string scheme = "http", string address = "192.0.2.1")
    {
        var http = new DefaultHttpContext();
        http.Request.Method = "GET";
        http.Request.Headers.Accept = "application/json";
        http.Response.Body = new MemoryStream();
        request?.Invoke(http.Request);
        route ??= Route;
        return new Exchange
        {
            Http = http,
            Snapshot = Snapshot,
            Connection = new ConnectionFacts { Listener = "test", RemoteEndPoint = new IPEndPoint(IPAddress.Parse(address), 4000), LocalEndPoint = null },
            RequestId = "0123456789abcdef0123456789abcdef",
            Path = http.Request.Path.Value is { Length: > 0 } path ? path : "/",
            Host = "example.com",
            Port = 80,
            ClientAddress = IPAddress.Parse(address),
            ClientScheme = scheme,
            Route = route,
            Service = route.Service is { } service ? new Service { Id = service.Id, Host = "upstream" } : null,
            UpstreamPath = "/",
            UpstreamQuery = http.Request.QueryString.Value ?? "",
        };
    }

    public async Task<Exchange> Send(Action<HttpRequest>? request = null, Route? route = null, string scheme = "http", string address = "192.0.2.1")
    {
        Exchange exchange = Exchange(request, route, scheme, address);
        await Run(exchange);
        return exchange;
    }

    public static ValueTask Run(Exchange exchange) =>
        exchange.Snapshot.Plugins.ChainFor(exchange.Route!.Id, exchange.Service?.Id)(exchange);

    public static string Body(Exchange exchange) => Encoding.UTF8.GetString(((MemoryStream)exchange.Http.Response.Body).ToArray());

    public static string Message(Exchange exchange) => JsonElement.Parse(Body(exchange)).GetProperty("message").GetString()!;

    public static async Task<string> RequestText(Exchange exchange)
    {
        using var reader = new StreamReader(exchange.Http.Request.Body, Encoding.UTF8);
        return await reader.ReadToEndAsync();
    }

    private ValueTask Forward(Exchange exchange)
    {
        Forwarded.Enqueue(exchange);
        exchange.Http.Response.StatusCode = 200;
        exchange.RunResponseHeaderActions();
        return ValueTask.CompletedTask;
    }

    private void Change(ConfigChanges changes, Entity entity, bool put)
    {
        switch (entity)
        {
            case Plugin plugin:
                changes.Plugins.Add(new(plugin.Id, Snapshot.Entities.Plugins.GetValueOrDefault(plugin.Id), put ? plugin : null));
                break;
            case Consumer consumer:
                changes.Consumers.Add(new(consumer.Id, Snapshot.Entities.Consumers.GetValueOrDefault(consumer.Id), put ? consumer : null));
                break;
            case KeyAuthCredential key:
                changes.KeyAuthCredentials.Add(new(key.Id, Snapshot.Entities.KeyAuthCredentials.GetValueOrDefault(key.Id), put ? key : null));
                break;
            case BasicAuthCredential basic:
                changes.BasicAuthCredentials.Add(new(basic.Id, Snapshot.Entities.BasicAuthCredentials.GetValueOrDefault(basic.Id), put ? basic : null));
                break;
            case Abstractions.Entities.Acl acl:
                changes.Acls.Add(new(acl.Id, Snapshot.Entities.Acls.GetValueOrDefault(acl.Id), put ? acl : null));
                break;
            default:
                throw new ArgumentException($"no place for a {entity.GetType().Name}", nameof(entity));
        }
    }

    private static ShardedMap<Guid, T> Merge<T>(ShardedMap<Guid, T> map, List<Changed<T>> changes)
        where T : class
    {
        ShardedMap<Guid, T>.Builder builder = map.ToBuilder();
        foreach (Changed<T> change in changes)
        {
            if (change.After is { } after)
            {
                builder[change.Id] = after;
            }
            else
            {
                builder.Remove(change.Id);
            }
        }

        return builder.Build();
    }
}
