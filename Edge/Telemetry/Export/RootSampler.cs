using Mesh.Edge.Telemetry.Signals;
using OpenTelemetry.Trace;

namespace Mesh.Edge.Telemetry.Export;

/// <summary>For traces that begin here: a request's was chosen before its span began, of others a share is taken.</summary>
internal sealed class RootSampler(double share) : Sampler
{
    private readonly TraceIdRatioBasedSampler others = new(share);

    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters) =>
        RootChoice.Made ? new SamplingResult(SamplingDecision.RecordAndSample) : others.ShouldSample(samplingParameters);
}
