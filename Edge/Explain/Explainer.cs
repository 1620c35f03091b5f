using Mesh.Edge.Configuration;
using Mesh.Edge.Forwarding;
using Mesh.Edge.Guard;
using Mesh.Edge.Pipeline;
using Mesh.Edge.Routing;
using Mesh.Edge.Settings;

namespace Mesh.Edge.Explain;

/// <summary>
/// Takes an imagined request the way of a real one (<see cref="RequestPipeline"/>) up to the moment before it is sent, by the
/// pipeline's own steps, and notes what each made of it. Runs no plugin and moves no rotation.
/// </summary>
/// <param name="settings">Of the edge: trusted peers and mapped ports.</param>
internal sealed class Explainer(EdgeSettings settings)
{
    private readonly RequestReading reading = new(settings);

    /// <param name="request">Well-formed.</param>
    /// <param name="snapshot">The revision that the answer holds for.</param>
    /// <param name="ownRotation">The snapshot is the one that an edge serves by, so that its rotations are those of requests.</param>
    public Explanation Explain(ExplainRequest request, EdgeSnapshot snapshot, bool ownRotation)
    {
        Exchange exchange = ImaginedRequest.Begin(request, snapshot, settings);
        if (ServerRefusal.Of(request) is { } unseen)
        {
            return Begun(request, exchange, path: null, []) with { Refusal = unseen };
        }

        if (RequestGuard.Check(exchange.Http, exchange.Connection, out GuardedTarget target) is { Refused: true } verdict)
        {
            return Begun(request, exchange, path: null, []) with { Refusal = new("guard", verdict.Status, verdict.Message) };
        }

        if (exchange.Connection.Inspector is { } inspector)
        {
            HopByHop.RemoveNominated(exchange.Http.Request.Headers, inspector.ConnectionLines);
        }

        IReadOnlyList<NormalizationStep> steps = PathNormalizer.Steps(target.RawPath, out int flaw);
        bool normal = PathNormalizer.TryNormalize(target.RawPath, out string path);
        reading.Address(exchange, target, path);
        if (!normal)
        {
            return Begun(request, exchange, path: null, steps) with
            {
                Refusal = new("path", Refusals.BadPath.Status, Refusals.BadPath.Message, PathFlaw.Describe(target.RawPath, flaw)),
            };
        }

        Explanation begun = Begun(request, exchange, path, steps);
        return Routed(begun, request, exchange, ownRotation);
    }

    private static Explanation Routed(Explanation begun, ExplainRequest request, Exchange exchange, bool ownRotation)
    {
        EdgeSnapshot snapshot = exchange.Snapshot;
        RouteQuery query = RequestReading.QueryOf(exchange);
        var search = new RouteSearch(query);
        snapshot.Routes.Search(ref search);
        Candidate? best = search.Best;
        (IReadOnlyList<ExplainedCandidate> others, bool truncated) = RouteRivals.Of(snapshot, query, best);
        begun = begun with { Candidates = others, CandidatesTruncated = truncated };
        if (best is null)
        {
            GuardVerdict noMatch = Refusals.OfNoMatch(snapshot);
            return begun with { Refusal = new("router", noMatch.Status, noMatch.Message) };
        }

        RouteMatch match = best.ToMatch(query.Path);
        RequestReading.Bind(exchange, match);
        begun = begun with
        {
            Route = WinningRoute.Of(best, match, query, exchange.StrippedPrefix),
            Service = exchange.Service is { } service ? ServiceReading.Of(service, exchange.Plan, exchange.Http.Request.Method) : null,
        };
        if (ProtocolRules.Check(exchange) is { } refusal)
        {
            return begun with
            {
                Refusal = new("protocol", refusal.Status, refusal.Message, Location: refusal.Location, Upgrade: refusal.Upgrade, GrpcStatus: refusal.GrpcStatus),
            };
        }

        return Forwarded(PluginReading.Add(begun, exchange, request.Consumer?.Id), request, exchange, ownRotation);
    }

    private static Explanation Forwarded(Explanation begun, ExplainRequest request, Exchange exchange, bool ownRotation)
    {
        if (begun.Plugins.FirstOrDefault(plugin => plugin.Problem is not null) is { } broken)
        {
            begun = begun with { Refusal = new("plugin", 500, "An unexpected error occurred", $"plugin '{broken.Name}' cannot be served: {broken.Problem}") };
        }

        if (exchange.Plan is not { } plan)
        {
            UpstreamFailure failure = exchange.Service is null ? UpstreamFailure.NoService : UpstreamFailure.Unavailable;
            return begun with { Refusal = begun.Refusal ?? new("upstream", failure.Status, failure.Message) };
        }

        UpstreamReading upstream = new(exchange, plan);
        begun = begun with { Balancing = upstream.Balancing(ownRotation) };
        return upstream.Target is { } target
            ? begun with { UpstreamRequest = upstream.Request(target, request.Headers.Keys, [.. begun.Plugins.Select(plugin => plugin.Name)]) }
            : begun with { Refusal = begun.Refusal ?? new("upstream", UpstreamFailure.NoPeer.Status, UpstreamFailure.NoPeer.Message) };
    }

    private static Explanation Begun(ExplainRequest request, Exchange exchange, string? path, IReadOnlyList<NormalizationStep> steps) => new()
    {
        Revision = exchange.Snapshot.Revision,
        Request = new ExplainedRequest(
            request.Method, exchange.ClientScheme, exchange.Host.Length == 0 ? null : exchange.Host, exchange.Port, path, exchange.UpstreamQuery,
            request.Http2 ? "2" : "1.1", exchange.ClientAddress.ToString(), exchange.PeerTrusted, request.Sni, request.Consumer?.Id),
        Normalization = steps,
    };
}
