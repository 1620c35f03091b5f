using System.Diagnostics;

namespace Mesh.Edge.Telemetry.Signals;

/// <summary>
/// Chooses which requests begin a sampled trace before there is a span: most do not, and a span that nobody keeps costs as
/// much as everything else that is measured.
/// </summary>
internal static class RootChoice
{
    private static double share = double.NaN;

    [ThreadStatic]
    private static bool made;

    /// <summary>Requests are sampled as their parent says, and those without one by choice.</summary>
    public static bool IsOurs => !double.IsNaN(Volatile.Read(ref share));

    /// <summary>The span that is being made is of a chosen request.</summary>
    public static bool Made => made;

    /// <param name="rootShare">0 to 1; NaN: whoever listens to the source chooses.</param>
    public static void Set(double rootShare) => Volatile.Write(ref share, rootShare);

    /// <returns>Null when the request was not chosen.</returns>
    public static Activity? Begin(string name)
    {
        if (Random.Shared.NextDouble() >= Volatile.Read(ref share))
        {
            return null;
        }

        made = true;
        try
        {
            return GatewaySignals.Source.StartActivity(name, ActivityKind.Server, default(ActivityContext));
        }
        finally
        {
            made = false;
        }
    }
}
