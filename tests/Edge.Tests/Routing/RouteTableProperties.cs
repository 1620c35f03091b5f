using CsCheck;
using Mesh.Abstractions.Entities;
using Mesh.Edge.Configuration;
using Mesh.Edge.Routing;

namespace Mesh.Edge.Tests.Routing;

public class RouteTableProperties
{
    [Fact]
    public void The_index_answers_as_the_linear_router_for_any_routes_and_requests() =>
        Gen.Select(RouteGen.Route.Array[0, 24], RouteGen.Query.Array[1, 12])
            .Sample(Agrees, iter: 10_000);

    [Fact]
    public void The_index_answers_as_the_linear_router_when_hundreds_of_routes_stand_at_one_place() =>
        Gen.Select(RouteGen.Route.Array[150, 300], RouteGen.Query.Array[10, 20])
            .Select(set => (set.Item1.Select((route, index) => index % 3 == 0 ? route : route with { Paths = ["/a"], Hosts = ["a.test"] }).ToArray(), set.Item2))
            .Sample(Agrees, iter: 60);

    [Fact]
    public void A_table_that_was_changed_step_by_step_answers_as_one_made_at_once() =>
        Gen.Select(Steps, RouteGen.Query.Array[4, 10]).Sample((steps, queries) => StepByStep(steps, queries), iter: 800);

    private static void Agrees((Route[] Routes, RouteQuery[] Queries) set)
    {
        RouteTable table = Tables.Of(out ConfigChanges changes, set.Routes);
        Assert.Empty(changes.Problems);
        foreach (RouteQuery query in set.Queries)
        {
            (Route Route, int Matched)? expected = NaiveRouter.Match(set.Routes, query);
            bool found = table.TryMatch(query, out RouteMatch match);
            Assert.Equal((expected?.Route.Id, expected?.Matched), found ? (match.Route.Id, match.PrefixLength) : ((Guid?)null, (int?)null));
        }
    }

    /// <summary>A change puts or removes the route of a slot, or switches a service; the number is the choice among the slots or services.</summary>
    private static readonly Gen<(int Slot, Route? Route, int Service, bool Switch)[][]> Steps = Gen
        .Select(Gen.Int[0, 11], Gen.Frequency((3, RouteGen.Route.Select(route => (Route?)route)), (1, Gen.Const((Route?)null))), Gen.Int[0, 3], Gen.Frequency((3, Gen.Const(false)), (1, Gen.Const(true))))
        .Array[1, 5].Array[1, 8];

    private static void StepByStep((int Slot, Route? Route, int Service, bool Switch)[][] steps, RouteQuery[] queries)
    {
        RouteTable table = RouteTable.Empty;
        EntityStore store = EntityStore.Empty;
        foreach (var step in steps)
        {
            var changes = new ConfigChanges { Revision = 1 };
            foreach (var (slot, route, service, flip) in step)
            {
                Change(changes, store, slot, route, service, flip);
            }

            store = Tables.Store(changes, store);
            table = table.Apply(changes, store);
        }

        var whole = new ConfigChanges { Revision = 1 };
        whole.Services.AddRange(store.Services.Values.Select(service => new Changed<Service>(service.Id, null, service)));
        whole.Routes.AddRange(store.Routes.Values.Select(route => new Changed<Route>(route.Id, null, route)));
        RouteTable atOnce = RouteTable.Empty.Apply(whole, store);
        Route[] served = [.. store.Routes.Values.Where(route => store.Services.GetValueOrDefault(route.Service!.Id)?.Enabled ?? true)];
        foreach (RouteQuery query in queries)
        {
            Guid? expected = NaiveRouter.Match(served, query)?.Route.Id;
            Assert.Equal((expected, expected), (table.Match(query)?.Id, atOnce.Match(query)?.Id));
        }
    }

    private static void Change(ConfigChanges changes, EntityStore store, int slot, Route? route, int service, bool flip)
    {
        Guid serviceId = Tables.Id(1000 + service);
        Guid routeId = Tables.Id(slot);
        if (flip && changes.Services.All(change => change.Id != serviceId))
        {
            Service? before = store.Services.GetValueOrDefault(serviceId);
            changes.Services.Add(new Changed<Service>(serviceId, before, new Service { Id = serviceId, Host = "h", Enabled = !(before?.Enabled ?? true) }));
        }
        else if (!flip && changes.Routes.All(change => change.Id != routeId))
        {
            Route? before = store.Routes.GetValueOrDefault(routeId);
            Route? after = route is null ? null : route with { Id = routeId, Service = new EntityRef(serviceId) };
            changes.Routes.Add(new Changed<Route>(routeId, before, after));
        }
    }
}
