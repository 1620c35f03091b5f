using System.Net;
using CsCheck;
using Mesh.Abstractions.Entities;
using Mesh.Edge.Routing;
using Microsoft.AspNetCore.Http;

namespace Mesh.Edge.Tests.Routing;

/// <summary>Routes and requests over alphabets so small that they meet all the time.</summary>
internal static class RouteGen
{
    private static readonly string[] Paths =
    [
        "/", "/a", "/b", "/ab", "/a/", "/a/b", "/a/b/c", "/abc", "/b/a", "/é", "/a/é",
        "~/a", "~/a/?$", "~/(a|b)/c", "~/a|/b", "~/[ab]+", "~/a/(?<x>[^/]+)", "~/ab*c?", "~/a/b/c$", "~/.*/c", "~/(?P<y>b)/a", "~/é",
    ];

    private static readonly string[] RequestPaths =
    [
        "/", "/a", "/b", "/c", "/ab", "/abc", "/abd", "/a/", "/a/b", "/a/c", "/a/b/c", "/a/b/c/d", "/b/a", "/b/c", "/x/c", "/x/b", "/é/1", "/a/é", "/aé",
    ];

    private static readonly string[] Hosts =
    [
        "a.test", "b.test", "x.a.test", "A.test", "*.test", "*.a.test", "a.*", "x.a.*", "a.test:80", "a.test:81", "*.test:81", "a.*:80",
    ];

    private static readonly string[] RequestHosts = ["a.test", "b.test", "x.a.test", "y.x.a.test", "A.test", "a.other", "x.a.b", ".test", "test", ""];

    private static readonly string[] Methods = ["GET", "POST", "DELETE", "PURGE"];
    private static readonly string[] Snis = ["a.test", "b.test", "*.test", "a.*", "x.a.test."];
    private static readonly string?[] RequestSnis = [null, "a.test", "b.test", "x.a.test", "a.other"];
    private static readonly string[] HeaderNames = ["X-Tenant", "x_tenant", "Version", "X-A-B"];
    private static readonly string[] HeaderValues = ["one", "ONE", "two", "three", "~*^o", "~*T[WH]", "a, b"];
    private static readonly string[] RequestHeaderNames = ["x-tenant", "X_Tenant", "version", "x-a_b", "other"];
    private static readonly string[] RequestHeaderValues = ["one", "Two", "three", "four", "a, b"];

    private static readonly AddressMatch[] Addresses =
    [
        new("10.0.0.1", null), new("10.0.0.2", 80), new("10.0.0.0/31", null), new("10.0.0.0/30", 81), new("10.0.0.0/8", null), new("0.0.0.0/0", null),
        new("2001:db8::1", null), new("2001:db8::/32", 80), new("::ffff:10.0.0.3", null), new("::/0", null), new(null, 80), new(null, 81),
    ];

    private static readonly IPAddress[] RequestAddresses =
    [
        IPAddress.Parse("10.0.0.1"), IPAddress.Parse("10.0.0.2"), IPAddress.Parse("::ffff:10.0.0.3"), IPAddress.Parse("10.9.0.1"), IPAddress.Parse("2001:db8::1"), IPAddress.Parse("fe80::1"),
    ];

    /// <summary>Rarely many conditions at once, or hardly anything would ever match.</summary>
    public static readonly Gen<Route> Route = Gen.Select(Plain, Some(Addresses, 2, 3), Some(Addresses, 2, 2), (route, sources, destinations) => route with { Sources = sources, Destinations = destinations });

    public static readonly Gen<RouteQuery> Query = Gen.Select(Bare, Ends, (query, ends) => query with { Ends = ends });

    /// <summary>Beside what is usual: a unix socket, and a client that a proxy names.</summary>
    private static Gen<RequestEnds> Ends => Gen.Select(
        Gen.OneOf(RequestAddresses), Gen.OneOf(RequestAddresses), Gen.OneOf(80, 81, 82), Gen.OneOf(80, 81), Gen.Frequency((8, Gen.Const(0)), (1, Gen.Const(1)), (1, Gen.Const(2))),
        (source, destination, from, to, special) => special switch
        {
            1 => default,
            2 => new RequestEnds(source, new IPEndPoint(IPAddress.Loopback, from), new IPEndPoint(destination, 1), to),
            _ => new RequestEnds(source, new IPEndPoint(source, from), new IPEndPoint(destination, 1), to),
        });

    private static Gen<Route> Plain => Gen.Select(
        Gen.Guid,
        Some(Paths, 4),
        Some(Hosts, 3),
        Some(Methods, 2),
        Some(Snis, 2),
        Headers,
        Gen.OneOf(0L, 0, 0, 1, 7),
        (id, paths, hosts, methods, snis, headers, priority) => new Route
        {
            Id = id,
            Paths = paths,
            Hosts = hosts,
            Methods = methods,
            Snis = snis,
            Headers = headers,
            RegexPriority = priority,
        });

    private static Gen<RouteQuery> Bare => Gen.Select(
        Gen.OneOf("GET", "POST", "PURGE", "get"),
        Gen.Bool,
        Gen.OneOf(RequestHosts),
        Gen.OneOf(80, 81),
        Gen.OneOf(RequestPaths),
        Gen.Select(Gen.OneOf(RequestHeaderNames), Gen.OneOf(RequestHeaderValues).Array[1, 2]).Array[0, 3],
        Gen.OneOf(RequestSnis),
        (method, secure, host, port, path, headers, sni) =>
        {
            var dictionary = new HeaderDictionary();
            foreach ((string name, string[] values) in headers)
            {
                dictionary[name] = values;
            }

            return new RouteQuery(method, secure, host, port, path, dictionary, sni);
        });

    private static Gen<Dictionary<string, string[]>?> Headers => Gen.Frequency(
        (3, Gen.Const((Dictionary<string, string[]>?)null)),
        (1, Gen.Select(Gen.OneOf(HeaderNames), Gen.OneOf(HeaderValues).Array[1, 2]).Array[1, 2]
            .Select(headers => (Dictionary<string, string[]>?)headers.DistinctBy(header => header.Item1).ToDictionary(header => header.Item1, header => header.Item2))));

    private static Gen<AddressMatch[]?> Some(AddressMatch[] values, int most, int rarity) => Gen.Frequency(
        (rarity, Gen.Const((AddressMatch[]?)null)),
        (1, Gen.OneOf(values).Array[1, most].Select(chosen => (AddressMatch[]?)[.. chosen.Distinct()])));

    private static Gen<string[]?> Some(string[] values, int most) => Gen.Frequency(
        (1, Gen.Const((string[]?)null)),
        (1, Gen.OneOf(values).Array[1, most].Select(chosen => (string[]?)[.. chosen.Distinct()])));
}
