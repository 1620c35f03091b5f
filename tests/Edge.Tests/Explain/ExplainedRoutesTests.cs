using System.Net;
using CsCheck;
using Mesh.Abstractions.Entities;
using Mesh.Edge.Configuration;
using Mesh.Edge.Explain;
using Mesh.Edge.Plugins;
using Mesh.Edge.Routing;
using Mesh.Edge.Settings;
using Mesh.Edge.Tests.Pipeline;
using Mesh.Edge.Tests.Routing;

namespace Mesh.Edge.Tests.Explain;

public class ExplainedRoutesTests
{
    private static readonly Explainer Explainer = new(new EdgeSettings());

    [Fact]
    public void The_explained_route_is_the_one_that_the_table_matches() =>
        Gen.Select(RouteGen.Route.Array[0, 24], RouteGen.Query.Array[1, 12]).Sample(Agrees, iter: 1_500);

    [Fact]
    public void Near_misses_name_the_condition_that_fails()
    {
        Explanation explanation = Explain(
            [
                Entities.Route(1, null, "/a") with { Methods = ["POST"] },
                Entities.Route(2, null, "/a") with { Hosts = ["b.test"] },
                Entities.Route(3, null, "/a/c"),
                Entities.Route(4, null, "/a") with { Headers = new() { ["X-Tenant"] = ["one"] } },
                Entities.Route(5, null, "/a") with { Hosts = ["a.test:81"] },
                Entities.Route(6, null, "/a") with { Snis = ["b.test"] },
                Entities.Route(7, null, "/a") with { Destinations = [new("10.0.0.0/8", 443), new("2001:db8::1", 1)] },
                Entities.Route(8, null, "/a") with { Sources = [new(null, 53)] },
            ],
            new ExplainRequest { Method = "GET", Host = "a.test", Port = 443, Secure = true, Sni = "a.test", Target = "/a/b", ClientAddress = IPAddress.Loopback });
        Assert.Equal(("router", 404, "no Route matched with those values"), (explanation.Refusal!.Stage, explanation.Refusal.Status, explanation.Refusal.Message));
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["route-1"] = "method GET is not in [POST]",
                ["route-2"] = "host a.test does not match [b.test]",
                ["route-3"] = "path /a/b does not match [/a/c]",
                ["route-4"] = "header x-tenant is absent, asked for is [one]",
                ["route-5"] = "port 443 is not that of [a.test:81]",
                ["route-6"] = "SNI a.test does not match [b.test]",
                ["route-7"] = "destination 127.0.0.1:443 is not in [10.0.0.0/8:443, [2001:db8::1]:1]",
                ["route-8"] = "source 127.0.0.1 is not in [:53]",
            },
            explanation.Candidates.ToDictionary(candidate => candidate.Name!, candidate => candidate.Reason));
        Assert.All(explanation.Candidates, candidate => Assert.False(candidate.Matches));
    }

    [Fact]
    public void Losers_name_the_part_of_the_priority_that_decides()
    {
        Explanation plain = Explain(
            [
                Entities.Route(1, null, "/abc") with { Hosts = ["a.test"] },
                Entities.Route(2, null, "/a") with { Hosts = ["a.test"] },
                Entities.Route(3, null, "/abc"),
                Entities.Route(4, null, "/abc") with { Hosts = ["*.test"] },
            ],
            Get("/abc"));
        Assert.Equal("route-1", plain.Route!.Name);
        Assert.Equal(
            ["less specific path (length 2 < 4)", "a host with a wildcard, or none, against plain hosts", "fewer kinds of conditions (1 < 2)"],
            plain.Candidates.Select(candidate => candidate.Reason));

        Explanation regex = Explain(
            [
                Entities.Route(1, null, "~/(?<tail>.*)") with { RegexPriority = 5 },
                Entities.Route(2, null, "~/a.*"),
                Entities.Route(3, null, "/abc"),
            ],
            Get("/abc"));
        Assert.Equal("route-1", regex.Route!.Name);
        Assert.Equal("abc", regex.Route.Captures!["tail"]);
        Assert.Equal(["lower regex_priority (0 < 5)", "a plain path against a regex"], regex.Candidates.Select(candidate => candidate.Reason));
    }

    [Fact]
    public void Many_candidates_are_cut_off_and_it_is_said()
    {
        Explanation explanation = Explain(
            [.. Enumerable.Range(1, 100).Select(i => Entities.Route(i, null, "/a") with { Methods = ["POST"], Hosts = [i % 2 == 0 ? "a.test" : "b.test"] })],
            Get("/a"));
        Assert.True(explanation.CandidatesTruncated);
        Assert.Equal(RouteRivals.MaxConsidered + RouteRivals.MaxNearMisses, explanation.Candidates.Count);
    }

    [Fact]
    public void A_route_of_a_disabled_service_says_so()
    {
        EdgeSnapshot snapshot = Snapshot([Entities.Route(1, 9, "/a")], [Entities.Service(9, 80) with { Enabled = false }]);
        Explanation explanation = Explainer.Explain(Get("/a"), snapshot, true);
        Assert.Equal("its service is disabled", Assert.Single(explanation.Candidates).Reason);
    }

    /// <summary>It is left out, and requests go on.</summary>
    [Fact]
    public void A_log_plugin_that_cannot_be_built_refuses_nothing()
    {
        var compiler = new EdgeCompiler(PluginCatalog.Default, _ => ValueTask.CompletedTask);
        var plugin = new Plugin { Id = Entities.Id(3), Name = "http-log", Config = System.Text.Json.JsonElement.Parse("""{"http_endpoint":"no url"}""") };
        EdgeSnapshot snapshot = compiler.Apply(compiler.Empty, 1, [Entities.Route(2, null).Put(), plugin.Put()]);
        Explanation explanation = Explainer.Explain(Get("/"), snapshot, true);
        Assert.Equal(("http-log", "left out: http_endpoint is not a URL"), (Assert.Single(explanation.IdlePlugins).Name, explanation.IdlePlugins[0].Reason));
        Assert.Empty(explanation.Plugins);
        Assert.NotEqual("plugin", explanation.Refusal?.Stage);
    }

    private static void Agrees(Route[] routes, RouteQuery[] queries)
    {
        EdgeSnapshot snapshot = Snapshot([.. routes.DistinctBy(route => route.Id)], []);
        foreach (RouteQuery query in queries.Select(Described))
        {
            Explanation explanation = Explainer.Explain(Request(query), snapshot, true);
            if (query.Method == "get")
            {
                Assert.Equal(("guard", 400), (explanation.Refusal!.Stage, explanation.Refusal.Status));
                continue;
            }

            bool found = snapshot.Routes.TryMatch(query, out RouteMatch match);
            Assert.Equal(found ? match.Route.Id : null, explanation.Route?.Id);
            foreach (ExplainedCandidate candidate in explanation.Candidates)
            {
                // Alone, a route that lost serves the request exactly if it matches.
                Route rival = snapshot.Entities.Routes.GetValueOrDefault(candidate.Id)!;
                Assert.Equal(candidate.Matches, NaiveRouter.Match([rival], query) is not null);
                Assert.NotEqual(explanation.Route?.Id, candidate.Id);
            }

            // Whatever matches is either the winner or listed, as long as the list is not cut off.
            int matching = snapshot.Entities.Routes.Values.Count(route => NaiveRouter.Match([route], query) is not null);
            int told = explanation.Candidates.Count(candidate => candidate.Matches) + (found ? 1 : 0);
            Assert.True(explanation.CandidatesTruncated || matching == told, $"{matching} routes match, {told} are told");
        }
    }

    private static ExplainRequest Request(RouteQuery query) => new()
    {
        Method = query.Method,
        Secure = query.Secure,
        Host = query.Host,
        Port = query.Port,
        Target = PathEncoder.Encode(query.Path),
        Headers = query.Headers,
        ClientAddress = query.Ends.Source!,
        ClientPort = query.Ends.SourcePort,
        DestinationAddress = query.Ends.Destination!,
        Sni = query.Sni,
    };

    /// <summary>From where and to where, as a description has it: always with addresses.</summary>
    private static RouteQuery Described(RouteQuery query)
    {
        IPAddress source = AddressBits.Plain(query.Ends.Source ?? IPAddress.Loopback);
        return query with
        {
            Ends = new(source, new IPEndPoint(source, query.Ends.SourcePort), new IPEndPoint(query.Ends.Destination ?? IPAddress.Loopback, query.Port), query.Port),
        };
    }

    private static ExplainRequest Get(string target) =>
        new() { Method = "GET", Host = "a.test", Port = 80, Target = target, ClientAddress = IPAddress.Loopback };

    private static Explanation Explain(Route[] routes, ExplainRequest request) => Explainer.Explain(request, Snapshot(routes, []), true);

    private static EdgeSnapshot Snapshot(Route[] routes, Service[] services)
    {
        var compiler = new EdgeCompiler(new PluginCatalog([]), _ => ValueTask.CompletedTask);
        return compiler.Apply(compiler.Empty, 1, [.. services.Select(service => service.Put()), .. routes.Select(route => route.Put())]);
    }
}
