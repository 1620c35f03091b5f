using System.Net;
using Mesh.Abstractions.Entities;
using Mesh.Edge.Balancing;
using StackExchange.Redis;

namespace Mesh.Silo.Firewall;

/// <summary>Where Mesh goes: services and targets, its own cluster, and what it needs for both.</summary>
internal static class ExitPlan
{
    public const int RedisPort = 6379;

    /// <summary>Different places in one plan; a filter with more is of no use to anybody.</summary>
    public const int MaxExits = 10_000;

    private const int DnsPort = 53;

    public static IReadOnlyList<Exit> Of(FirewallFacts facts, PlanWarnings warnings)
    {
        Exit[] all =
        [
            .. Targets(facts).Concat(Cluster(facts)).Concat(Outlets(facts, warnings))
                .GroupBy(exit => (Host: exit.Host.ToLowerInvariant(), exit.Port, exit.Udp))
                .Select(same => same.First() with { Reason = string.Join(", ", same.Select(exit => exit.Reason).Distinct().Order(StringComparer.Ordinal)) })
                .OrderBy(exit => exit.Host, StringComparer.Ordinal).ThenBy(exit => exit.Port).ThenBy(exit => exit.Udp)
                .Take(MaxExits + 1),
        ];
        if (all.Length > MaxExits)
        {
            warnings.Add($"more than {MaxExits} places are connected to: those behind them in the alphabet are left out");
            all = all[..MaxExits];
        }

        if (!all.Any(exit => exit.Address is null))
        {
            return all;
        }

        warnings.Add("some places are names, which packet filters do not know: rules for what leaves allow their ports at any address");
        return [.. all, new Exit("DNS", DnsPort, Udp: true, "names"), new Exit("DNS", DnsPort, Udp: false, "names")];
    }

    /// <summary>A service whose host is an upstream goes to its targets.</summary>
    private static IEnumerable<Exit> Targets(FirewallFacts facts)
    {
        Dictionary<string, Guid> upstreams = new(StringComparer.OrdinalIgnoreCase);
        foreach (Upstream upstream in facts.Upstreams)
        {
            upstreams.TryAdd(upstream.Name, upstream.Id);
        }

        ILookup<Guid, Target> targets = facts.Targets.Where(target => target.Weight > 0).ToLookup(target => target.Upstream.Id);
        foreach (Service service in facts.Services.Where(service => service.Enabled))
        {
            bool udp = service.Protocol == "udp";
            string reason = $"service {SafeText.Of(service.Name ?? service.Id.ToString())}";
            if (!upstreams.TryGetValue(service.Host, out Guid upstream))
            {
                yield return new Exit(Bare(service.Host), service.Port, udp, reason);
                continue;
            }

            foreach (Target target in targets[upstream])
            {
                if (TargetAddress.TryParse(target.Address, out TargetAddress? address))
                {
                    yield return new Exit(Bare(address.Host), address.Port, udp, reason);
                }
            }
        }
    }

    private static IEnumerable<Exit> Cluster(FirewallFacts facts)
    {
        foreach (SiloFacts silo in facts.Silos.Where(silo => !IPAddress.IsLoopback(silo.Address)))
        {
            yield return new Exit(silo.Address.ToString(), silo.SiloPort, false, "silos");
            if (silo.GatewayPort > 0)
            {
                yield return new Exit(silo.Address.ToString(), silo.GatewayPort, false, "silos");
            }

            foreach (ListenDirective admin in ListenDirectives.Parse(facts.Settings.Admin.Listen).Directives.Where(admin => DirectiveAddress.Of(admin) is { } at && !IPAddress.IsLoopback(at.Address)))
            {
                yield return new Exit(silo.Address.ToString(), admin.Port, false, "Admin API");
            }
        }

        if (facts.Settings.Silo.Redis is { } redis)
        {
            foreach (EndPoint place in ConfigurationOptions.Parse(redis).EndPoints)
            {
                yield return place is IPEndPoint at ? new Exit(at.Address.ToString(), at.Port == 0 ? RedisPort : at.Port, false, "Redis")
                    : new Exit(Bare(((DnsEndPoint)place).Host), ((DnsEndPoint)place).Port is 0 ? RedisPort : ((DnsEndPoint)place).Port, false, "Redis");
            }
        }
    }

    private static IEnumerable<Exit> Outlets(FirewallFacts facts, PlanWarnings warnings)
    {
        if (facts.Settings.Admin.OidcIssuer is { } issuer && Uri.TryCreate(issuer, UriKind.Absolute, out Uri? url))
        {
            yield return Of(url, "OpenID Connect");
        }

        foreach (Uri collector in facts.Collectors)
        {
            yield return Of(collector, "OpenTelemetry");
        }

        if (facts.Settings.Edge.SslOcspStapling)
        {
            warnings.Add("OCSP stapling asks the issuers of certificates, mostly at port 80 of names in the certificates: they are not among the places");
        }

        if (facts.Outlets is null)
        {
            warnings.Add("where log plugins send to is not shown to this role: it is not among the places");
            yield break;
        }

        foreach (Uri outlet in facts.Outlets)
        {
            yield return Of(outlet, "log plugins");
        }
    }

    private static Exit Of(Uri url, string reason) => new(Bare(url.IdnHost), url.Port, false, reason);

    private static string Bare(string host) => host.Trim('[', ']').TrimEnd('.');
}
