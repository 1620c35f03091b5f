namespace Mesh.Edge.Telemetry.Signals;

/// <summary>The meters whose instruments are exported or shown. Not the HTTP client's: it would count the exporter's own calls.</summary>
internal static class ProcessMeters
{
    public static IReadOnlyList<string> Names { get; } =
        [GatewaySignals.Name, "Microsoft.AspNetCore.Server.Kestrel", "System.Net.NameResolution", "System.Runtime", "Microsoft.Orleans"];
}
