using System.Reflection;
using System.Runtime.InteropServices;

namespace Mesh.Edge.Hosting;

/// <summary>Version of this build and of the runtime under it.</summary>
internal static class MeshVersion
{
    /// <summary>Runtimes below this have published holes in the HTTP server.</summary>
    private static readonly Version RuntimeFloor = new(10, 0, 13);

    public static string Current { get; } =
        typeof(MeshVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";

    public static string StartLine(string product) => $"{product} {Current} on {RuntimeInformation.FrameworkDescription}";

    /// <summary>Null when the runtime is new enough.</summary>
    public static string? RuntimeWarning(Version runtime) => runtime < RuntimeFloor
        ? $"The .NET runtime {runtime} has published denial-of-service holes; run {RuntimeFloor} or newer (the published executables bring it with them)."
        : null;
}
