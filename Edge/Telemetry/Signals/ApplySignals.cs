using System.Diagnostics;
using Mesh.Abstractions.Configuration;

namespace Mesh.Edge.Telemetry.Signals;

/// <summary>The span of a commit that an edge begins to serve by; it hangs under the write that made it.</summary>
internal static class ApplySignals
{
    /// <returns>Null unless the write was traced.</returns>
    public static Activity? Begin(Commit commit)
    {
        if (!ActivityContext.TryParse(commit.Trace, traceState: null, isRemote: true, out ActivityContext write))
        {
            return null;
        }

        Activity? span = GatewaySignals.Source.StartActivity("apply", ActivityKind.Consumer, write);
        span?.SetTag("mesh.revision", commit.Revision);
        return span;
    }
}
