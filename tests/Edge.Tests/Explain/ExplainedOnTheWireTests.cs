using System.Net;
using Mesh.Abstractions.Entities;
using Mesh.Edge.Explain;
using Mesh.Edge.Settings;
using Mesh.Edge.Tests.Forwarding;
using Mesh.Edge.Tests.Pipeline;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Mesh.Edge.Tests.Explain;

/// <summary>What is explained, held against what an upstream and a client saw on real sockets.</summary>
public class ExplainedOnTheWireTests
{
    private static readonly string[] RawTargets =
    [
        "/", "/a", "/a/", "/a/b?x=%41&y", "/a//b/./c", "/a/../b", "/%61/b", "/a%2fb", "/b/%c3%a9", "/x?", "/a/b/../../c", "/ab", "/b/%7e", "/a/%", "/a/%00", "/a/%zz",
        "/a#b", "/..", "/b/%2e%2e/a", "/a/b/%e9", "http://a.test/a/b?q", "*", "a/b", "/é", "/a b", "/a\tb", "/a\u007f", "ftp://a.test/", "/a\"b", "/a|b", "/a\\b", "/a{b}",
    ];

    private static readonly (string Name, string Value)[][] HeaderSets =
    [
        [],
        [("X-One", "1"), ("X-Two", "2"), ("Connection", "close, x-one"), ("TE", "trailers")],
        [("X-Forwarded-For", "9.9.9.9"), ("X-Forwarded-Proto", "https"), ("Via", "1.0 a"), ("Proxy", "x"), ("Forwarded", "for=1.1.1.1")],
        [("Upgrade", "h2c"), ("Connection", "Upgrade, HTTP2-Settings, close"), ("HTTP2-Settings", "x")],
        [("X-Kong-Request-Id", "mine"), ("Cookie", "a=b"), ("Keep-Alive", "5"), ("Expires", "0")],
    ];

    private static readonly string[] Paths = ["/", "/a", "/a/", "/b", "~/a/(?<x>[^/]+)", "~/[ab]"];

    [Fact]
    public async Task A_request_reaches_the_upstream_as_explained()
    {
        await using RawUpstream upstream = RawUpstream.Answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        await using TestGateway gateway = await TestGateway.StartAsync();
        string?[] paths = [null, "/", "/base", "/base/"];
        gateway.Apply([.. paths.Select((path, i) => (Entities.Service(100 + i, upstream.Port) with { Path = path }).Put())]);
        var explainer = new Explainer(new EdgeSettings());
        Route[][] sets = [.. Enumerable.Range(0, 12).Select(Routes)];
        int sent = 0;
        int refused = 0;
        for (int set = 0; set < sets.Length; set++)
        {
            gateway.Apply([.. sets[set].Select((route, i) => (route with { Id = Entities.Id(1000 + i) }).Put())]);
            for (int i = 0; i < RawTargets.Length; i++)
            {
                (string Name, string Value)[] headers = HeaderSets[(set + i) % HeaderSets.Length];
                Explanation explanation = explainer.Explain(Request(gateway.Port, RawTargets[i], headers), gateway.Snapshot, true);
                string lines = string.Concat(headers.Where(header => header.Name != "Connection").Select(header => $"{header.Name}: {header.Value}\r\n"));
                string connection = headers.FirstOrDefault(header => header.Name == "Connection").Value ?? "close";
                string answer = await gateway.ExchangeAsync($"GET {RawTargets[i]} HTTP/1.1\r\nHost: a.test\r\nConnection: {connection}\r\n{lines}\r\n");
                int status = int.Parse(answer.Split(' ')[1]);
                Assert.True((explanation.Refusal?.Status ?? 200) == status, $"{RawTargets[i]}: {explanation.Refusal} but got {answer}");
                if (explanation.Refusal is not null)
                {
                    refused++;
                    continue;
                }

                sent++;
                Assert.True(upstream.Heads.TryDequeue(out string? head));
                Compare(explanation, head, upstream.Port);
            }
        }

        Assert.Empty(upstream.Heads);
        Assert.True(sent > 100 && refused > 50, $"{sent} sent, {refused} refused");
    }

    [Fact]
    public async Task The_explained_turn_is_the_next_and_is_not_taken()
    {
        await using RawUpstream one = RawUpstream.Answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        await using RawUpstream two = RawUpstream.Answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        await using TestGateway gateway = await TestGateway.StartAsync(
            Entities.Upstream(3, "pool").Put(),
            Entities.Target(4, 3, $"127.0.0.1:{one.Port}", 30).Put(),
            Entities.Target(5, 3, $"127.0.0.1:{two.Port}", 10).Put(),
            Entities.Target(6, 3, "127.0.0.9:1", 0).Put(),
            Entities.Service(1, 80, "pool").Put(),
            Entities.Route(2, 1).Put());
        var explainer = new Explainer(new EdgeSettings());
        ExplainRequest request = Request(gateway.Port, "/", []);
        for (int i = 0; i < 12; i++)
        {
            ExplainedBalancing told = explainer.Explain(request, gateway.Snapshot, true).Balancing!;
            Assert.Equal(told.Next, explainer.Explain(request, gateway.Snapshot, true).Balancing!.Next);
            Assert.Equal([(0.75, true), (0.25, true), (0, false)], told.Targets.OrderByDescending(target => target.Share).Select(target => (target.Share, target.Eligible)));
            await gateway.GetAsync("/");
            RawUpstream next = told.Next == $"127.0.0.1:{one.Port}" ? one : two;
            Assert.True(next.Heads.TryDequeue(out _), $"turn {i}: {told.Next} was told");
        }

        // Another edge's turns are its own.
        Assert.Null(explainer.Explain(request, gateway.Snapshot, ownRotation: false).Balancing!.Next);
    }

    /// <summary>Three routes; over twelve sets every path, service and way of making the upstream path comes up.</summary>
    private static Route[] Routes(int set) =>
    [
        .. Enumerable.Range(3 * set, 3).Select(i => Entities.Route(i, 100 + (i % 4), Paths[(i + (i / 6)) % Paths.Length]) with
        {
            StripPath = i % 3 != 0,
            PreserveHost = i % 5 == 0,
            PathHandling = i % 7 < 2 ? "v1" : "v0",
        }),
    ];

    private static ExplainRequest Request(int port, string target, (string Name, string Value)[] headers)
    {
        HeaderDictionary dictionary = headers.Any(header => header.Name == "Connection") ? [] : new HeaderDictionary { ["Connection"] = "close" };
        foreach ((string name, string value) in headers)
        {
            dictionary[name] = StringValues.Concat(dictionary[name], value);
        }

        return new() { Method = "GET", Host = "a.test", Port = port, Target = target, Headers = dictionary, ClientAddress = IPAddress.Loopback };
    }

    private static void Compare(Explanation explanation, string head, int port)
    {
        ExplainedUpstreamRequest told = explanation.UpstreamRequest!;
        string origin = $"http://127.0.0.1:{port}";
        Assert.StartsWith(origin, told.Url);
        Assert.Equal($"{told.Method} {told.Url[origin.Length..]} HTTP/{told.HttpVersion}", RawHead.FirstLine(head));
        string[] got = [.. head.Split("\r\n").Skip(1).Where(line => !line.StartsWith("X-Kong-Request-Id:", StringComparison.OrdinalIgnoreCase)).Order(StringComparer.OrdinalIgnoreCase)];
        string[] expected = [.. told.Headers.Where(header => header.Name != "X-Kong-Request-Id").Select(header => $"{header.Name}: {header.Value}").Order(StringComparer.OrdinalIgnoreCase)];
        Assert.Equal(expected, got);
    }
}
