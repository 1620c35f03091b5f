using Mesh.Abstractions.Entities;
using Mesh.Edge.Balancing;
using Mesh.Edge.Forwarding;
using Mesh.Edge.Pipeline;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Mesh.Edge.Explain;

/// <summary>Where a routed request would go and what would be sent there.</summary>
internal sealed class UpstreamReading
{
    private readonly Exchange exchange;
    private readonly ServicePlan plan;
    private readonly UpstreamBalancer? upstream;
    private readonly IReadOnlyDictionary<TargetAddress, int> turns;

    public UpstreamReading(Exchange exchange, ServicePlan plan)
    {
        this.exchange = exchange;
        this.plan = plan;
        upstream = exchange.Snapshot.Upstreams.Find(plan.Service.Host);
        turns = upstream?.Turns() ?? new Dictionary<TargetAddress, int> { [plan.Host] = 1 };
        Target = upstream is null ? plan.Host : upstream.Peek();
    }

    /// <summary>Null when no target can be used.</summary>
    public TargetAddress? Target { get; }

    public ExplainedBalancing Balancing(bool ownRotation)
    {
        if (upstream is null)
        {
            return new(null, null, null, plan.Host.Text, [new(null, plan.Host.Text, 1, true, 1, null)]);
        }

        Dictionary<string, int> byText = turns.GroupBy(turn => turn.Key.Text).ToDictionary(group => group.Key, group => group.Sum(turn => turn.Value));
        double cycle = Math.Max(1, byText.Values.Sum());
        var entities = exchange.Snapshot.Entities;
        IEnumerable<Target> targets = (entities.TargetsByUpstream.GetValueOrDefault(upstream.Upstream.Id) ?? [])
            .Select(entities.Targets.GetValueOrDefault).OfType<Target>().OrderBy(target => target.Address, StringComparer.Ordinal);
        return new(
            upstream.Upstream.Id, upstream.Upstream.Name, upstream.Upstream.Algorithm, ownRotation ? Target?.Text : null,
            [.. targets.Select(target => Read(target, byText, cycle))]);
    }

    /// <param name="asked">Names of the headers that the client sends.</param>
    /// <param name="plugins">Names of the plugins that run.</param>
    public ExplainedUpstreamRequest Request(TargetAddress target, IEnumerable<string> asked, IReadOnlyList<string> plugins)
    {
        bool webSocket = WebSocketRequest.Prepare(exchange.Http);
        HttpRequest request = exchange.Http.Request;
        List<KeyValuePair<string, StringValues>> headers = [];
        RequestHeaders.Write(exchange, new ListedHeaders(headers, plan.Http2), Forwarder.HostFor(exchange, plan, target, upstream));
        List<ExplainedHeader> sent = [];
        foreach ((string name, StringValues values) in headers)
        {
            string value = values.ToString();
            bool client = request.Headers.TryGetValue(name, out StringValues theirs) && theirs.ToString() == value;
            sent.Add(new(name, value, client ? "client" : "mesh"));
        }

        HashSet<string> kept = [.. sent.Select(header => header.Name.ToLowerInvariant())];
        ExplainedRemoval[] removed =
        [
            .. asked.Where(name => !kept.Contains(name.ToLowerInvariant())).Select(name => new ExplainedRemoval(name, Reason(name))),
        ];
        string url = string.Concat(plan.Secure ? target.HttpsOrigin : target.HttpOrigin, exchange.UpstreamPath, exchange.UpstreamQuery);
        return new(request.Method, url, plan.Http2 ? "2" : "1.1", webSocket, sent, removed, Tls(target), plugins);
    }

    private string Reason(string name) => HopByHop.Contains(name) ? "concerns the client's connection only"
        : !exchange.Http.Request.Headers.ContainsKey(name) ? "the client's Connection header names it"
        : "not passed on";

    private static ExplainedTarget Read(Target target, Dictionary<string, int> turns, double cycle)
    {
        if (!TargetAddress.TryParse(target.Address, out TargetAddress? address))
        {
            return new(target.Id, target.Address, target.Weight, false, 0, "its address is not a host and port");
        }

        return turns.TryGetValue(address.Text, out int own) && target.Weight > 0
            ? new(target.Id, address.Text, target.Weight, true, own / cycle, null)
            : new(target.Id, address.Text, target.Weight, false, 0, "weight 0 is out of rotation");
    }

    private ExplainedUpstreamTls? Tls(TargetAddress target)
    {
        if (!plan.Secure)
        {
            return null;
        }

        Service service = plan.Service;
        return new(
            upstream?.Upstream.HostHeader is { } host ? ServicePlan.WithoutPort(host) : target.Host,
            service.TlsVerify ?? false,
            (service.ClientCertificate ?? upstream?.Upstream.ClientCertificate)?.Id,
            service.CaCertificates ?? []);
    }
}
