using System.Net;
using Mesh.Abstractions.Entities;
using Mesh.Edge.Balancing;
using Mesh.Edge.Configuration;
using Mesh.Edge.Forwarding;
using Mesh.Edge.Listeners;
using Mesh.Edge.Plugins;
using Mesh.Edge.Plugins.Logging;

namespace Mesh.Edge.Streams;

/// <summary>One stream (a connection, or a client's datagrams) on its way through the gateway: what plugins, logs and counters read.</summary>
internal sealed class StreamExchange
{
    private EdgeSnapshot? snapshot;

    /// <summary>
    /// The revision that the stream is served by, until it has its target: a stream may last for days, and one that held a
    /// whole revision in memory would hold another one than its neighbour.
    /// </summary>
    public required EdgeSnapshot Snapshot
    {
        get => snapshot ?? throw new InvalidOperationException("The stream has its target and holds no revision any more.");
        init => snapshot = value;
    }

    public required ConnectionFacts Connection { get; init; }
    public required IStreamForward Forward { get; init; }
    public required TimeProvider Time { get; init; }
    public required string Workspace { get; init; }

    /// <summary>Time stamps of <see cref="TimeProvider.GetTimestamp"/>; 0 while not reached.</summary>
    public required long StartedAt { get; init; }

    /// <summary>The port that the client connected to, as seen from outside (port_maps).</summary>
    public required int ServerPort { get; init; }

    /// <summary>The one protocol of this stream: tcp, tls, tls_passthrough or udp.</summary>
    public RequestProtocols Protocol { get; set; }

    /// <summary>The peer, or who a PROXY header from a trusted peer says it is.</summary>
    public IPAddress ClientAddress => Connection.RemoteAddress is { IsIPv4MappedToIPv6: true } mapped ? mapped.MapToIPv4() : Connection.RemoteAddress;

    public Route? Route { get; set; }
    public Service? Service { get; set; }

    /// <summary>What was worked out of <see cref="Service"/> in advance; null when there is none, or none that this edge can serve.</summary>
    public ServicePlan? Plan { get; set; }

    /// <summary>Upstream entity that the target belongs to; null when the service names a plain host.</summary>
    public Guid? Upstream { get; set; }

    /// <summary>The last target tried; null while none was.</summary>
    public TargetAddress? Target { get; set; }

    /// <summary>Targets that failed before the last one was tried; null when the first did not fail.</summary>
    public List<TargetAddress>? FailedTargets { get; set; }

    public int Retries => FailedTargets?.Count ?? 0;

    /// <summary>No target could be reached, or the one that was broke off.</summary>
    public bool UpstreamFailed { get; set; }

    /// <summary>How it ended, in nginx's numbers.</summary>
    public int Status { get; set; } = StreamStatus.Ok;

    /// <summary>Why it ended other than by both sides being done; null else. Nothing that a client sent stands in it.</summary>
    public string? Reason { get; set; }

    /// <summary>Bytes from the client and to it, without what TLS adds.</summary>
    public long Received { get; set; }
    public long Sent { get; set; }

    public long UpstreamStartedAt { get; set; }
    public long UpstreamConnectedAt { get; private set; }
    public long EndedAt { get; set; }

    /// <summary>TLS with the client as terminated here; null when it is not.</summary>
    public string? TlsVersion { get; set; }
    public string? TlsCipher { get; set; }

    /// <summary>The plugins of this stream's route; null while no route is known.</summary>
    public StreamChain? Chain { get; set; }

    /// <summary>What came from the client went to the target then, and the other way: the same counts hold for both.</summary>
    public bool ReachedUpstream => UpstreamConnectedAt != 0;

    /// <param name="at">A time stamp.</param>
    public void Connected(long at)
    {
        UpstreamConnectedAt = at;
        snapshot = null;
    }

    public void Refuse(int status, string reason)
    {
        Status = status;
        Reason = reason;
    }
}
