using Mesh.Abstractions.Entities;
using Mesh.Edge.Forwarding;

namespace Mesh.Edge.Explain;

/// <summary>What the service says of tries and times.</summary>
internal static class ServiceReading
{
    /// <param name="plan">Null when this edge cannot serve the service.</param>
    public static ExplainedService Of(Service service, ServicePlan? plan, string method) => new(
        service.Id, service.Name, service.Protocol, service.Host, service.Port, service.Path, service.Retries,
        Forwarder.IsIdempotent(method)
            ? "no connection, or no response before the time was up or the connection ended"
            : $"no connection; {method} is not idempotent and is not sent twice",
        new ExplainedTimeouts(
            plan?.ConnectTimeout.TotalMilliseconds ?? service.ConnectTimeout,
            plan?.WriteTimeout.TotalMilliseconds ?? service.WriteTimeout,
            plan?.ReadTimeout.TotalMilliseconds ?? service.ReadTimeout));
}
