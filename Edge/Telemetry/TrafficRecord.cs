namespace Mesh.Edge.Telemetry;

/// <summary>One finished exchange, as the request path notes it; worked out into samples off the path.</summary>
internal struct TrafficRecord
{
    public Guid Route;
    public Guid Service;
    public Guid Upstream;

    /// <summary>Null when no target was tried.</summary>
    public string? TargetAddress;
    public long BytesIn;
    public long BytesOut;
    public long LatencyMicroseconds;

    /// <summary>-1 when there were no upstream response headers.</summary>
    public long UpstreamMicroseconds;
    public int Retries;
    public short Status;
    public bool Failed;

    /// <summary>A try that another one followed: it concerns its target alone.</summary>
    public bool Try;
}
