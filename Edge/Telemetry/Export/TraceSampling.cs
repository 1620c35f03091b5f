using System.Collections;
using System.Globalization;

namespace Mesh.Edge.Telemetry.Export;

/// <summary>
/// Which of the traces that begin here are sampled, where those of others go as their parent says:
/// <c>OTEL_TRACES_SAMPLER</c> and <c>OTEL_TRACES_SAMPLER_ARG</c>.
/// </summary>
/// <param name="RootShare">0 to 1.</param>
internal sealed record TraceSampling(double RootShare)
{
    private const double DefaultShare = 0.01;
    private const double WholeShare = 1;

    /// <returns>Null for a sampler that does not ask the parent, or that is not known: the library's affair.</returns>
    public static TraceSampling? Read(IDictionary environment) => (environment["OTEL_TRACES_SAMPLER"] as string)?.ToLowerInvariant() switch
    {
        null or "" => new TraceSampling(DefaultShare),
        "parentbased_always_on" => new TraceSampling(WholeShare),
        "parentbased_always_off" => new TraceSampling(0),
        "parentbased_traceidratio" => new TraceSampling(Share(environment["OTEL_TRACES_SAMPLER_ARG"] as string)),
        _ => null,
    };

    /// <summary>What is no share counts as all, as the specification says.</summary>
    private static double Share(string? text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double share) && share is >= 0 and <= 1 ? share : WholeShare;
}
