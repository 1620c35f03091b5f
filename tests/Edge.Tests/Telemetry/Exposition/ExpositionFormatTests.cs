using Mesh.Edge.Telemetry.Exposition;

namespace Mesh.Edge.Tests.Telemetry.Exposition;

public sealed class ExpositionFormatTests
{
    [Theory]
    [InlineData(null, false)]
    [InlineData("*/*", false)]
    [InlineData("text/plain", false)]
    [InlineData("application/openmetrics-text", true)]
    [InlineData("Application/OpenMetrics-Text; Version=1.0.0; charset=utf-8", true)]
    [InlineData("application/openmetrics-text;version=0.0.1", false)]
    [InlineData("application/openmetrics-text;version=2.0.0", false)]
    [InlineData("application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1", true)]
    [InlineData("application/openmetrics-text;q=0.3, text/plain;version=0.0.4;q=0.5", false)]
    [InlineData("application/openmetrics-text;q=0", false)]
    [InlineData("openmetrics", false)]
    public void Who_asks_for_OpenMetrics_gets_it(string? accept, bool openMetrics) =>
        Assert.Equal(openMetrics, ExpositionFormat.Choose(accept).IsOpenMetrics);
}
