using System.Text.Json.Nodes;
using Mesh.Abstractions.Reports;
using Mesh.Edge.Hosting;
using Mesh.Edge.Sync;

namespace Mesh.Edge.Status;

/// <summary>The answers of the status listener: Kong's fields, and Mesh's own beneath <c>mesh</c>.</summary>
internal static class StatusDocument
{
    /// <summary>Problems listed one by one; all are counted.</summary>
    private const int MaxProblemsShown = 20;

    /// <summary>Kong's <c>/status/ready</c>: 200 when requests can be served, else 503 with the reason.</summary>
    public static (int Status, JsonObject Body) Ready(EdgeView view)
    {
        string? reason = view switch
        {
            { Phase: EdgePhase.Draining } => "draining",
            { Sync.HasConfiguration: false } => "no configuration available (empty configuration present)",
            { Phase: EdgePhase.Starting } => "starting",
            _ => null,
        };
        return (reason is null ? 200 : 503, new JsonObject { ["message"] = reason ?? "ready", ["mesh"] = Configuration(view) });
    }

    /// <summary>Kong's <c>/status</c>.</summary>
    public static JsonObject Status(EdgeView view)
    {
        long active = view.Listeners.Sum(listener => listener.Connections);
        long accepted = view.Listeners.Sum(listener => listener.Accepted);
        long inFlight = view.Resources.RequestsInFlight;
        JsonObject mesh = Configuration(view);
        mesh["edge"] = Edge(view);
        mesh["problems"] = Problems(view.Problems);
        mesh["listeners"] = new JsonArray([.. view.Listeners.Select(Listener)]);
        return new JsonObject
        {
            ["memory"] = new JsonObject
            {
                ["working_set_bytes"] = view.Resources.WorkingSetBytes,
                ["managed_heap_bytes"] = view.Resources.ManagedHeapBytes,
            },
            ["server"] = new JsonObject
            {
                ["connections_active"] = active,
                ["connections_reading"] = 0,
                ["connections_writing"] = inFlight,
                ["connections_waiting"] = Math.Max(0, active - inFlight),
                ["connections_accepted"] = accepted,
                ["connections_handled"] = accepted,
                ["total_requests"] = view.TotalRequests,
            },
            ["configuration_hash"] = view.Snapshot.Entities.Fingerprint.ToString("x32"),
            ["mesh"] = mesh,
        };
    }

    private static JsonObject Configuration(EdgeView view) => new()
    {
        ["revision"] = view.Snapshot.Revision,
        ["workspace"] = view.Workspace,
        ["configuration_source"] = view.Sync.Source switch
        {
            ConfigurationSource.Disk => "disk",
            ConfigurationSource.ControlPlane => "control_plane",
            _ => "none",
        },
        ["control_plane"] = new JsonObject
        {
            ["connected"] = view.Sync.Connected,
            ["failure"] = view.Sync.Failure,
            ["heard_at"] = view.Sync.HeardAt?.ToUnixTimeSeconds(),
            ["revision"] = view.Sync.Head,
            ["lost_report_intervals"] = view.LostReportIntervals,
        },
        ["last_known_good"] = new JsonObject
        {
            ["revision"] = view.WrittenRevision < 0 ? null : view.WrittenRevision,
            ["failure"] = view.WriteFailure,
            ["notes"] = new JsonArray([.. view.Sync.DiskNotes.Select(note => JsonValue.Create(note))]),
        },
    };

    private static JsonObject Edge(EdgeView view) => new()
    {
        ["id"] = view.Identity.Id.ToString(),
        ["session"] = view.Identity.Session.ToString(),
        ["version"] = view.Identity.Version,
        ["runtime"] = view.Identity.Runtime,
        ["region"] = view.Identity.Region,
        ["zone"] = view.Identity.Zone,
        ["started_at"] = view.Identity.StartedAt.ToUnixTimeSeconds(),
        ["phase"] = view.Phase.ToString().ToLowerInvariant(),
    };

    private static JsonObject Problems(ApplyProblem[] problems) => new()
    {
        ["total"] = problems.Length,
        ["first"] = new JsonArray([.. problems.Take(MaxProblemsShown).Select(problem => new JsonObject
        {
            ["revision"] = problem.Revision,
            ["kind"] = problem.Kind,
            ["id"] = problem.Id == Guid.Empty ? null : problem.Id.ToString(),
            ["reason"] = problem.Reason,
        })]),
    };

    private static JsonObject Listener(ListenerReport listener) => new()
    {
        ["name"] = listener.Name,
        ["directive"] = listener.Directive,
        ["state"] = listener.State.ToString().ToLowerInvariant(),
        ["reason"] = listener.Reason,
        ["connections"] = listener.Connections,
        ["accepted"] = listener.Accepted,
    };
}
