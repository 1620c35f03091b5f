using System.Collections;
using Mesh.Edge.Telemetry.Export;

namespace Mesh.Edge.Tests.Telemetry.Export;

public sealed class TraceSamplingTests
{
    [Theory]
    [InlineData(null, null, 0.01)]
    [InlineData(null, "0.5", 0.01)]
    [InlineData("parentbased_always_on", null, 1.0)]
    [InlineData("parentbased_always_off", "0.5", 0.0)]
    [InlineData("parentbased_traceidratio", "0.25", 0.25)]
    [InlineData("ParentBased_TraceIdRatio", "0", 0.0)]
    [InlineData("parentbased_traceidratio", null, 1.0)]
    [InlineData("parentbased_traceidratio", "NaN", 1.0)]
    [InlineData("parentbased_traceidratio", "-1", 1.0)]
    [InlineData("traceidratio", "0.5", null)]
    [InlineData("always_on", null, null)]
    [InlineData("unheard_of", null, null)]
    public void The_standard_variables_give_the_share_of_roots(string? sampler, string? argument, double? share) =>
        Assert.Equal(share, TraceSampling.Read(new Hashtable { ["OTEL_TRACES_SAMPLER"] = sampler, ["OTEL_TRACES_SAMPLER_ARG"] = argument })?.RootShare);
}
