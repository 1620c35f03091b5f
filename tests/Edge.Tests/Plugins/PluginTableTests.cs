using CsCheck;
using Mesh.Abstractions.Entities;
using Mesh.Edge.Explain;
using Mesh.Edge.Pipeline;
using Mesh.Edge.Plugins;

namespace Mesh.Edge.Tests.Plugins;

public sealed class PluginTableTests
{
    private static readonly Guid ServiceA = Guid.Parse("00000000-0000-0000-0000-0000000000b1");
    private static readonly Guid ServiceB = Guid.Parse("00000000-0000-0000-0000-0000000000b2");
    private static readonly Route RouteA1 = NewRoute("a1", ServiceA);
    private static readonly Route RouteA2 = NewRoute("a2", ServiceA);
    private static readonly Route RouteB = NewRoute("a3", ServiceB);
    private static readonly Route RouteAlone = NewRoute("a4", null);
    private static readonly Consumer Alice = new() { Id = Guid.Parse("00000000-0000-0000-0000-0000000000c1"), Username = "alice" };
    private static readonly Consumer Bob = new() { Id = Guid.Parse("00000000-0000-0000-0000-0000000000c2"), Username = "bob" };

    [Fact]
    public async Task Plugins_run_by_priority_and_one_of_a_name()
    {
        PluginBench bench = NewBench();
        Plugin low = Mark("low");
        Plugin high = Mark("high");
        Plugin lowOnRoute = Mark("low") with { Route = new EntityRef(RouteA1.Id) };
        bench.Put(low, high, lowOnRoute);

        Assert.Equal([high.Id, lowOnRoute.Id], Marks(await bench.Send(route: RouteA1)));
        Assert.Equal([high.Id, low.Id], Marks(await bench.Send(route: RouteA2)));
    }

    [Fact]
    public async Task A_disabled_plugin_counts_as_absent()
    {
        PluginBench bench = NewBench();
        Plugin global = Mark("low");
        bench.Put(global, Mark("low") with { Route = new EntityRef(RouteA1.Id), Enabled = false });

        Assert.Equal([global.Id], Marks(await bench.Send(route: RouteA1)));
    }

    [Theory]
    [InlineData("http", "http", true)]
    [InlineData("http", "https", false)]
    [InlineData("grpc", "http", false)]
    [InlineData("grpc", "https", true)]
    public async Task A_plugin_runs_only_on_its_protocols(string family, string scheme, bool runs)
    {
        PluginBench bench = NewBench();
        Plugin everywhere = Mark("low");
        Plugin limited = Mark("low") with { Route = new EntityRef(RouteA1.Id), Protocols = ["http", "grpcs"] };
        bench.Put(everywhere, limited);
        Route route = RouteA1 with { Protocols = [family, family + "s"] };

        // The less specific instance takes the place of one that does not stand on this protocol.
        Assert.Equal([runs ? limited.Id : everywhere.Id], Marks(await bench.Send(route: route, scheme: scheme)));
    }

    [Fact]
    public void Precedence_is_that_of_a_naive_resolver()
    {
        Gen.Select(GenPlugins, GenRequest).Sample((plugins, request) =>
        {
            PluginBench bench = NewBench();
            bench.Put([.. plugins]);
            Guid[] expected = [.. new[] { "high", "low" }.Select(name => NaiveWinner(plugins, name, request)).OfType<Plugin>().Select(plugin => plugin.Id)];
            return expected.SequenceEqual(Run(bench, request));
        }, iter: 5_000);
    }

    [Fact]
    public void A_table_made_by_changes_answers_as_one_made_at_once()
    {
        Gen.Select(GenPlugins, GenPlugins, GenPlugins, GenRequest.Array[1, 6]).Sample((first, second, third, requests) =>
        {
            PluginBench changed = NewBench();
            changed.Put([.. first]);
            foreach (List<Plugin> next in new[] { second, third })
            {
                // A commit that takes away what is not wanted any more and puts the rest, in any order.
                Plugin[] gone = [.. changed.Snapshot.Entities.Plugins.Values.Where(plugin => next.TrueForAll(kept => kept.Id != plugin.Id))];
                changed.Apply(changes =>
                {
                    changes.Plugins.AddRange(next.Select(plugin => new Edge.Configuration.Changed<Plugin>(
                        plugin.Id, changed.Snapshot.Entities.Plugins.GetValueOrDefault(plugin.Id), plugin)));
                    changes.Plugins.AddRange(gone.Select(plugin => new Edge.Configuration.Changed<Plugin>(plugin.Id, plugin, null)));
                });
                foreach (Request request in requests)
                {
                    Run(changed, request);
                }
            }

            PluginBench whole = NewBench();
            whole.Put([.. third]);
            return requests.All(request => Run(whole, request).SequenceEqual(Run(changed, request)));
        }, iter: 2_000);
    }

    [Fact]
    public async Task An_exchange_keeps_the_plugins_of_its_snapshot()
    {
        PluginBench bench = NewBench();
        Plugin before = Mark("low");
        Plugin alices = Mark("high") with { Consumer = new EntityRef(Alice.Id) };
        bench.Put(before, alices);
        Exchange early = bench.Exchange(route: RouteA1);
        early.Consumer = Alice;

        bench.Delete(before, alices);
        Plugin after = Mark("low");
        bench.Put(after);
        Assert.Equal([after.Id], Marks(await bench.Send(route: RouteA1)));
        await PluginBench.Run(early);
        Assert.Equal([alices.Id, before.Id], Marks(early));
        Assert.Equal([after.Id], Marks(await bench.Send(route: RouteA1)));
    }

    [Fact]
    public void Chains_are_folded_once_and_shared()
    {
        PluginBench bench = NewBench();
        bench.Put(Mark("low"), Mark("high") with { Service = new EntityRef(ServiceA) });
        PluginTable table = bench.Snapshot.Plugins;

        RequestStep serviceChain = table.ChainFor(RouteA1.Id, ServiceA);
        Assert.Same(serviceChain, table.ChainFor(RouteA2.Id, ServiceA));
        RequestStep globalChain = table.ChainFor(RouteB.Id, ServiceB);
        Assert.Same(globalChain, table.ChainFor(RouteAlone.Id, null));
        Assert.NotSame(serviceChain, globalChain);

        // What a change does not touch is not folded again.
        bench.Put(Mark("high") with { Route = new EntityRef(RouteB.Id) });
        Assert.Same(serviceChain, bench.Snapshot.Plugins.ChainFor(RouteA1.Id, ServiceA));
        Assert.NotSame(globalChain, bench.Snapshot.Plugins.ChainFor(RouteB.Id, ServiceB));
        Assert.Same(globalChain, table.ChainFor(RouteB.Id, ServiceB));
    }

    [Fact]
    public void Finding_a_chain_allocates_nothing()
    {
        PluginBench bench = NewBench();
        Assert.Equal(0, Allocated(bench.Snapshot.Plugins, RouteA1.Id, ServiceA));
        bench.Put(Mark("low"), Mark("high") with { Service = new EntityRef(ServiceA) }, Mark("high") with { Route = new EntityRef(RouteA1.Id), Service = new EntityRef(ServiceA) });
        Assert.Equal(0, Allocated(bench.Snapshot.Plugins, RouteA1.Id, ServiceA));
        Assert.Equal(0, Allocated(bench.Snapshot.Plugins, RouteB.Id, ServiceB));
    }

    [Fact]
    public void Without_plugins_the_chain_is_the_forward_step_itself()
    {
        RequestStep forward = _ => ValueTask.CompletedTask;
        Assert.Same(forward, PluginTable.Empty(new PluginCatalog([]), forward).ChainFor(RouteA1.Id, ServiceA));
    }

    [Fact]
    public async Task State_lives_as_long_as_its_entity()
    {
        PluginBench bench = NewBench();
        Plugin plugin = Mark("low");
        bench.Put(plugin);
        await bench.Send();
        bench.Put(plugin with { Enabled = false });
        bench.Put(plugin with { Route = new EntityRef(RouteA1.Id) });
        Assert.Equal("2", (await bench.Send(route: RouteA1)).Http.Request.Headers["X-Runs"]);

        bench.Delete(plugin);
        bench.Put(plugin);
        Assert.Equal("1", (await bench.Send()).Http.Request.Headers["X-Runs"]);
    }

    [Theory]
    [InlineData("low", """{"broken":true}""", "it is broken")]
    [InlineData("newer-than-this-edge", "{}", "plugin 'newer-than-this-edge' is not known to this edge")]
    public async Task What_cannot_be_served_is_refused_alone_and_answers_500_in_its_scope(string name, string config, string reason)
    {
        PluginBench bench = NewBench();
        Plugin good = Mark("high");
        Plugin bad = PluginBench.Plugin(name, config) with { Service = new EntityRef(ServiceA) };
        bench.Put(good, bad);

        Assert.Equal([(bad.Id, reason)], bench.Problems.Select(problem => (problem.Id, problem.Reason)));
        Exchange refused = await bench.Send(route: RouteA1);
        Assert.Equal(500, refused.Http.Response.StatusCode);
        Assert.Empty(bench.Forwarded);
        Exchange elsewhere = await bench.Send(route: RouteB);
        Assert.Equal(200, elsewhere.Http.Response.StatusCode);
        Assert.Equal([good.Id], Marks(elsewhere));

        bench.Delete(bad);
        Assert.Equal(200, (await bench.Send(route: RouteA1)).Http.Response.StatusCode);
    }

    [Fact]
    public async Task A_refused_plugin_of_one_consumer_stops_only_that_consumer()
    {
        PluginBench bench = NewBench();
        bench.Put(PluginBench.Plugin("unknown", "{}") with { Consumer = new EntityRef(Alice.Id) });
        Exchange alice = bench.Exchange();
        alice.Consumer = Alice;
        Exchange bob = bench.Exchange();
        bob.Consumer = Bob;
        await PluginBench.Run(alice);
        await PluginBench.Run(bob);
        Assert.Equal((500, 200), (alice.Http.Response.StatusCode, bob.Http.Response.StatusCode));
    }

    [Fact]
    public async Task Steps_of_many_consumers_are_kept_within_a_bound_and_stay_right()
    {
        PluginBench bench = NewBench();
        Plugin[] plugins = [.. Enumerable.Range(0, 5_000).Select(_ => Mark("low") with { Consumer = new EntityRef(Guid.NewGuid()) })];
        bench.Put([.. plugins]);
        foreach (Plugin plugin in plugins)
        {
            Exchange exchange = bench.Exchange();
            exchange.Consumer = new Consumer { Id = plugin.Consumer!.Id };
            await PluginBench.Run(exchange);
            Assert.Equal([plugin.Id], Marks(exchange));
        }
    }

    private static Gen<List<Plugin>> GenPlugins { get; } =
        Gen.Select(
            Gen.OneOf("low", "high"),
            Gen.OneOf<Route?>(null, RouteA1, RouteB),
            Gen.OneOf<Guid?>(null, ServiceA, ServiceB),
            Gen.OneOf<Consumer?>(null, Alice, Bob),
            Gen.Frequency<string[]>((5, ["grpc", "grpcs", "http", "https"]), (1, ["https"])),
            Gen.Frequency((6, true), (1, false)))
        .Select((name, route, service, consumer, protocols, enabled) => Mark(name) with
        {
            // The same scope has the same id: one entity at most per scope, which changes rather than doubles.
            Id = new Guid(name.Length, Index(route?.Id), Index(service), 0, 0, 0, 0, 0, 0, 0, (byte)Index(consumer?.Id)),
            Route = route is null ? null : new EntityRef(route.Id),
            Service = service is { } id ? new EntityRef(id) : null,
            Consumer = consumer is null ? null : new EntityRef(consumer.Id),
            Protocols = protocols,
            Enabled = enabled,
        })
        .List[0, 12]
        .Select(plugins => plugins.DistinctBy(plugin => plugin.Id).ToList());

    private static Gen<Request> GenRequest { get; } =
        Gen.Select(Gen.OneOf(RouteA1, RouteA2, RouteB, RouteAlone), Gen.OneOf<Consumer?>(null, Alice, Bob), Gen.OneOf("http", "https"))
            .Select((route, consumer, scheme) => new Request(route, consumer, scheme));

    private static short Index(Guid? id) => id is { } value ? value.ToByteArray()[15] : (short)0;

    private static Plugin? NaiveWinner(List<Plugin> plugins, string name, Request request) => plugins
        .Where(plugin => plugin.Name == name && plugin.Enabled && plugin.Protocols.Contains(request.Scheme))
        .Where(plugin => plugin.Route is null || plugin.Route.Id == request.Route.Id)
        .Where(plugin => plugin.Service is null || plugin.Service.Id == request.Route.Service?.Id)
        .Where(plugin => plugin.Consumer is null || plugin.Consumer.Id == request.Consumer?.Id)
        .OrderBy(plugin => (plugin.Consumer is not null, plugin.Route is not null, plugin.Service is not null) switch
        {
            (true, true, true) => 0,
            (true, true, false) => 1,
            (true, false, true) => 2,
            (false, true, true) => 3,
            (true, false, false) => 4,
            (false, true, false) => 5,
            (false, false, true) => 6,
            _ => 7,
        })
        .FirstOrDefault();

    private static Guid[] Run(PluginBench bench, Request request)
    {
        Exchange exchange = bench.Exchange(route: request.Route, scheme: request.Scheme);
        exchange.Consumer = request.Consumer;
        ValueTask run = PluginBench.Run(exchange);
        Assert.True(run.IsCompletedSuccessfully);
        Guid[] ran = Marks(exchange);
        Assert.Equal(ran, Explained(exchange));
        return ran;
    }

    /// <summary>What an explanation of the same request says to run.</summary>
    private static IEnumerable<Guid> Explained(Exchange exchange)
    {
        Explanation begun = new() { Revision = 1, Request = new("GET", "http", null, 80, "/", "", "1.1", "", false, null, null), Normalization = [] };
        return PluginReading.Add(begun, exchange, exchange.Consumer?.Id).Plugins.Select(plugin => plugin.Id);
    }

    private static long Allocated(PluginTable table, Guid route, Guid? service)
    {
        for (int i = 0; i < 100; i++)
        {
            table.ChainFor(route, service);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1_000; i++)
        {
            table.ChainFor(route, service);
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static Guid[] Marks(Exchange exchange) =>
        [.. exchange.Http.Request.Headers[MarkPlugin.Header].Select(mark => Guid.Parse(mark!.Split(':')[1]))];

    private static PluginBench NewBench() => new(_ => new PluginCatalog([new MarkPlugin("low", 10), new MarkPlugin("high", 20)]));

    private static Plugin Mark(string name) => PluginBench.Plugin(name, "{}");

    private static Route NewRoute(string id, Guid? service) =>
        new() { Id = Guid.Parse("00000000-0000-0000-0000-0000000000" + id), Service = service is { } of ? new EntityRef(of) : null };

    private sealed record Request(Route Route, Consumer? Consumer, string Scheme);
}
