using System.Diagnostics;
using Mesh.Edge.Forwarding;
using Microsoft.AspNetCore.Http;

namespace Mesh.Edge.Telemetry.Signals;

/// <summary>W3C Trace Context in requests: <c>traceparent</c> and <c>tracestate</c>.</summary>
internal static class TraceHeaders
{
    public const string Parent = "traceparent";
    public const string State = "tracestate";

    /// <summary>Characters; the recommendation asks for 512 at least.</summary>
    private const int MaxStateLength = 1024;

    /// <summary>Hexadecimal digits.</summary>
    private const int SpanIdLength = 16;

    /// <summary>The client's context; the default one when it sent none, or none that is well-formed.</summary>
    public static ActivityContext Read(IHeaderDictionary headers)
    {
        if (headers.TraceParent is not [{ } parent])
        {
            return default;
        }

        string? state = headers.TraceState.ToString() is { Length: > 0 and <= MaxStateLength } text ? text : null;
        return ActivityContext.TryParse(parent, state, isRemote: true, out ActivityContext context) ? context : default;
    }

    /// <summary>Nobody behind us need choose again whether this trace is sampled. Its id is the request's.</summary>
    /// <param name="requestId">32 hexadecimal digits.</param>
    public static void WriteUnsampled<THeaders>(string requestId, THeaders headers)
        where THeaders : struct, IUpstreamHeaders =>
        headers.Add(Parent, $"00-{requestId}-{requestId.AsSpan(0, SpanIdLength)}-00");

    /// <summary>The upstream hangs under <paramref name="span"/>, which is ours: the client's own context would leave us out.</summary>
    public static void Write<THeaders>(Activity span, THeaders headers)
        where THeaders : struct, IUpstreamHeaders
    {
        headers.Add(Parent, span.Id!);
        if (!string.IsNullOrEmpty(span.TraceStateString))
        {
            headers.Add(State, span.TraceStateString);
        }
    }
}
