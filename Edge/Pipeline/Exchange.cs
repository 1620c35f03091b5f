using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using Mesh.Abstractions.Entities;
using Mesh.Edge.Balancing;
using Mesh.Edge.Configuration;
using Mesh.Edge.Forwarding;
using Mesh.Edge.Listeners;
using Mesh.Edge.Plugins.Logging;
using Mesh.Edge.Routing;
using Mesh.Edge.Settings;
using Microsoft.AspNetCore.Http;

namespace Mesh.Edge.Pipeline;

/// <summary>
/// One request and its answer on their way through the pipeline. Plugins change the request through <see cref="Http"/>
/// (headers, method, body) and <see cref="UpstreamPath"/> / <see cref="UpstreamQuery"/>; the forwarder copies what stands
/// there when the chain reaches it.
/// </summary>
internal sealed class Exchange
{
    private static readonly EdgeSettings DefaultSettings = new();
    private List<Action<Exchange>>? responseHeaderActions;
    private bool responseHeaderActionsRan;
    private Func<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>? responseBodyChange;

    public Exchange()
    {
    }

    /// <param name="context">Whose exchanges, one after the other, this will be: what is required is set when each begins.</param>
    [SetsRequiredMembers]
    public Exchange(RequestContext context)
    {
        Http = context.Http;
        Forget();
    }

    public required HttpContext Http { get; set; }
    public required EdgeSnapshot Snapshot { get; set; }
    public required ConnectionFacts Connection { get; set; }

    /// <summary>32 hex digits; in <c>X-Kong-Request-Id</c> both ways and in error bodies.</summary>
    public required string RequestId { get; set; }

    /// <summary>The one normalized path: matched by the router, seen by plugins, sent upstream.</summary>
    public required string Path { get; set; }

    /// <summary>Effective host without port, as the client sent it.</summary>
    public required string Host { get; set; }

    /// <summary>Port in the Host header, else the one that the client connected to.</summary>
    public required int Port { get; set; }

    /// <summary>The client itself: from trusted proxies' headers when the peer is trusted, else the peer.</summary>
    public required IPAddress ClientAddress { get; set; }

    /// <summary>The peer is in <c>trusted_ips</c>: its X-Forwarded headers stand.</summary>
    public bool PeerTrusted { get; set; }

    /// <summary>The other end of the connection (or who a PROXY header says it is), whatever forwarding headers say.</summary>
    public IPAddress PeerAddress => Connection.RemoteAddress is { IsIPv4MappedToIPv6: true } mapped ? mapped.MapToIPv4() : Connection.RemoteAddress;

    /// <summary>The port that the client connected to, as seen from outside (port_maps).</summary>
    public int ListenPort { get; set; }

    /// <summary>The path as the client sent it, without query.</summary>
    public string RawPath { get; set; } = "/";

    /// <summary>http or https, as the client sees it.</summary>
    public required string ClientScheme { get; set; }

    /// <summary>A plugin takes no more of the client's body; an HTTP/1.1 connection on which the rest of it would come ends with the answer.</summary>
    public bool RefusesBody { get; set; }

    public Route? Route { get; set; }
    public RouteMatch Match { get; set; }
    public Service? Service { get; set; }

    /// <summary>What was worked out of <see cref="Service"/> in advance; null when there is none, or none that this edge can serve.</summary>
    public ServicePlan? Plan { get; set; }

    /// <summary>What strip_path took off the path; null when it took nothing.</summary>
    public string? StrippedPrefix { get; set; }

    public Consumer? Consumer { get; set; }

    /// <summary>Id of the credential that named the consumer; null when anonymous or unauthenticated.</summary>
    public Guid? Credential { get; set; }

    /// <summary>Path for the upstream (without query), percent-encoded; computed from route and service, plugins may replace it.</summary>
    public string UpstreamPath { get; set; } = "/";

    /// <summary>Query for the upstream with its <c>?</c>, or empty; the client's until a plugin replaces it.</summary>
    public string UpstreamQuery { get; set; } = "";

    /// <summary>Host header for the upstream when a plugin replaced it; null: as route, upstream and service say.</summary>
    public string? UpstreamHost { get; set; }

    /// <summary>Address <c>host:port</c> of the last target tried; null while none was.</summary>
    public string? TargetAddress { get; set; }

    /// <summary>Upstream entity that the target belongs to; null when the service names a plain host.</summary>
    public Guid? Upstream { get; set; }

    public int Retries { get; set; }

    /// <summary>The library's forwarder knows it, and may still write to it when its answer is over: it serves no other request.</summary>
    public bool Lent { get; set; }

    /// <summary>The server's span; null unless traces are exported and this one is.</summary>
    public Activity? Span { get; set; }

    /// <summary>A trace begins here of which nobody keeps a span; the upstream is told so.</summary>
    public bool BeginsUnsampledTrace { get; set; }

    /// <summary>The span of the try under way; null when there is none, or it is not sampled.</summary>
    public Activity? TrySpan { get; set; }

    /// <summary>Targets that failed before the last one was tried; null when the first did not fail.</summary>
    public IReadOnlyList<TargetAddress>? FailedTargets { get; set; }

    /// <summary>Mesh made the answer because the upstream failed.</summary>
    public bool UpstreamFailed { get; set; }

    /// <summary>The answer came from the upstream (else from a plugin or from Mesh).</summary>
    public bool FromUpstream { get; set; }

    public long BytesIn { get; set; }
    public long BytesOut { get; set; }

    /// <summary>Time stamps of <see cref="TimeProvider.GetTimestamp"/>; 0 while not reached.</summary>
    public long StartedAt { get; set; }
    public long UpstreamStartedAt { get; set; }
    public long UpstreamHeadersAt { get; set; }

    public long EndedAt { get; set; }

    /// <summary>The log plugins that hear of this exchange when its answer has ended; null when none does.</summary>
    public LogChain? Log { get; set; }

    public EdgeSettings Settings { get; set; } = DefaultSettings;
    public TimeProvider Time { get; set; } = TimeProvider.System;

    /// <summary>Runs once, when the response headers are complete and not yet sent, whoever made the answer; in order of registration.</summary>
    public void OnResponseHeaders(Action<Exchange> action) => (responseHeaderActions ??= []).Add(action);

    /// <summary>Called by whoever starts the answer. Later calls do nothing.</summary>
    public void RunResponseHeaderActions()
    {
        if (responseHeaderActions is not { } actions || responseHeaderActionsRan)
        {
            return;
        }

        responseHeaderActionsRan = true;
        foreach (Action<Exchange> action in actions)
        {
            action(this);
        }
    }

    /// <summary>
    /// Changes the body of the answer being made; asked for by a response header action. Such a body is taken whole before
    /// the answer is sent; all others go through as they come. Changes run in the order in which they were asked for.
    /// </summary>
    public void OnResponseBody(Func<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> change)
    {
        Func<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>? before = responseBodyChange;
        responseBodyChange = before is null ? change : body => change(before(body));
    }

    public bool ChangesResponseBody => responseBodyChange is not null;

    /// <summary>The body as the client gets it; the length is told in the headers.</summary>
    public ReadOnlyMemory<byte> ChangeResponseBody(ReadOnlyMemory<byte> body)
    {
        ReadOnlyMemory<byte> changed = responseBodyChange is { } change ? change(body) : body;
        Http.Response.ContentLength = changed.Length;
        return changed;
    }

    /// <summary>The answer was taken back before any of it was sent: the one in its place has headers of its own.</summary>
    public void ForgetAnswer()
    {
        responseHeaderActionsRan = false;
        responseBodyChange = null;
    }

    /// <summary>The exchange has ended: nothing of it may reach the next one of its connection, nor be kept alive meanwhile.</summary>
    [MemberNotNull(nameof(Snapshot), nameof(Connection), nameof(RequestId), nameof(Path), nameof(Host), nameof(ClientAddress), nameof(ClientScheme))]
    public void Forget()
    {
        responseHeaderActions?.Clear();
        responseHeaderActionsRan = false;
        responseBodyChange = null;
        Snapshot = null!;
        Connection = null!;
        RequestId = null!;
        Path = null!;
        Host = null!;
        Port = 0;
        ClientAddress = null!;
        PeerTrusted = false;
        ListenPort = 0;
        RawPath = "/";
        ClientScheme = null!;
        RefusesBody = false;
        Route = null;
        Match = default;
        Service = null;
        Plan = null;
        StrippedPrefix = null;
        Consumer = null;
        Credential = null;
        UpstreamPath = "/";
        UpstreamQuery = "";
        UpstreamHost = null;
        TargetAddress = null;
        Upstream = null;
        Retries = 0;
        Lent = false;
        Span = null;
        BeginsUnsampledTrace = false;
        TrySpan = null;
        FailedTargets = null;
        UpstreamFailed = false;
        FromUpstream = false;
        BytesIn = 0;
        BytesOut = 0;
        StartedAt = 0;
        UpstreamStartedAt = 0;
        UpstreamHeadersAt = 0;
        EndedAt = 0;
        Log = null;
        Settings = DefaultSettings;
        Time = TimeProvider.System;
    }
}
