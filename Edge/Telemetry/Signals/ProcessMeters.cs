namespace Mesh.Edge.Telemetry.Signals;

/// <summary>The meters whose instruments are exported or shown. Not the HTTP client's: it would count the exporter's own calls.</summary>
internal static class ProcessMeters
{
    public static IReadOnlyList<string> Names { get; } =
        [GatewaySignals.Name, "Microsoft.AspNetCore.Server.Kestrel", "System.Net.NameResolution", "System.Runtime", "Microsoft.Orleans"];

    /// <summary>
    /// Instruments of these meters that nobody listens to. Kestrel's queued requests: it makes seven tags twice for each HTTP/2
    /// request to count what waits for the length of a method call.
    /// </summary>
    public static IReadOnlyList<string> LeftOut { get; } = ["kestrel.queued_requests"];
}
