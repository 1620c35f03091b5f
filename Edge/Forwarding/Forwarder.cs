using System.Net;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Mesh.Abstractions.Entities;
using Mesh.Edge.Async;
using Mesh.Edge.Balancing;
using Mesh.Edge.Forwarding.Http1;
using Mesh.Edge.Pipeline;
using Mesh.Edge.Telemetry.Signals;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Forwarder;

namespace Mesh.Edge.Forwarding;

/// <summary>The last step of every plugin chain: sends the request to a target of its service, to others if that fails.</summary>
internal sealed partial class Forwarder(IHttpForwarder http, TimeProvider time, ILogger<Forwarder> log)
{
    /// <summary>nginx's status for a client that did not wait; nobody sees it but the counters.</summary>
    private const int ClientClosedRequest = 499;

    private readonly Http1Forwarder http1 = new(time);

    // Our own timer watches the upstream; the library's would also count the client's pauses.
    private static readonly ForwarderRequestConfig Http1 = new()
    {
        Version = HttpVersion.Version11,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        ActivityTimeout = Timeout.InfiniteTimeSpan,
    };

    private static readonly ForwarderRequestConfig Http2 = Http1 with { Version = HttpVersion.Version20 };

    public ValueTask Forward(Exchange exchange)
    {
        if (exchange.Plan is { } plan)
        {
            return Send(exchange, plan);
        }

        UpstreamFailure failure = exchange.Service is null ? UpstreamFailure.NoService : UpstreamFailure.Unavailable;
        return Answer.Error(exchange, failure.Status, failure.Message);
    }

    [AsyncMethodBuilder(typeof(PooledBuilder))]
    private async ValueTask Send(Exchange exchange, ServicePlan plan)
    {
        bool tunnel = WebSocketRequest.Prepare(exchange.Http);
        UpstreamBalancer? upstream = exchange.Snapshot.Upstreams.Find(plan.Service.Host);
        exchange.Upstream = upstream?.Upstream.Id;
        Transport transport = plan.TransportFor(upstream, exchange.Snapshot.Entities.Certificates);
        RequestBody? body = tunnel ? null : TakeBody(exchange, plan);
        List<TargetAddress>? tried = null;
        try
        {
            while (true)
            {
                TargetAddress? target = upstream is null ? plan.Host : tried is null ? upstream.Pick() : upstream.PickAgain(tried);
                UpstreamFailure? failure = target is null
                    ? UpstreamFailure.NoPeer
                    : transport.Http1 is { } connections && !tunnel && IsPlain(exchange.Http.Request)
                    ? await TryPlain(exchange, plan, target, HostFor(exchange, plan, target, upstream), connections, body)
                    : await Try(exchange, plan, target, upstream, transport, tunnel, body);
                if (failure is not { } known)
                {
                    return;
                }

                if (target is null || exchange.Retries >= plan.Service.Retries || !MayTryAgain(exchange, known, upstream, body))
                {
                    await GiveUp(exchange, known);
                    return;
                }

                (tried ??= []).Add(target);
                exchange.FailedTargets = tried;
                exchange.Retries++;
            }
        }
        finally
        {
            exchange.BytesIn += body?.Received ?? 0;
            body?.Release();
        }
    }

    /// <summary>Null when the exchange is over, well or not; else why no response came.</summary>
    [AsyncMethodBuilder(typeof(PooledBuilder<>))]
    private async ValueTask<UpstreamFailure?> Try(
        Exchange exchange, ServicePlan plan, TargetAddress target, UpstreamBalancer? upstream, Transport transport, bool tunnel, RequestBody? body)
    {
        var idle = new IdleTimeout(plan.WriteTimeout, plan.ReadTimeout, time);
        var attempt = new Attempt(exchange, plan, target, HostFor(exchange, plan, target, upstream), tunnel, body, idle);
        body?.Begin(idle);
        exchange.Lent = true;
        exchange.TargetAddress = target.Text;
        exchange.UpstreamStartedAt = time.GetTimestamp();
        TrySignals.Begin(exchange, target);
        UpstreamFailure? failure = null;
        try
        {
            using Transport? once = transport.ForOneTry?.Invoke();
            ForwarderError error = await http.SendAsync(exchange.Http, plan.OriginOf(target), once ?? transport, plan.Http2 ? Http2 : Http1, attempt, idle.Token);
            failure = error == ForwarderError.None || attempt.Complete ? null : Judge(exchange, attempt, error);
            return failure;
        }
        finally
        {
            idle.Stop();
            TrySignals.End(exchange, target, failure);
        }
    }

    [AsyncMethodBuilder(typeof(PooledBuilder<>))]
    private async ValueTask<UpstreamFailure?> TryPlain(
        Exchange exchange, ServicePlan plan, TargetAddress target, string host, UpstreamConnections connections, RequestBody? body)
    {
        body?.Begin(null);
        exchange.TargetAddress = target.Text;
        exchange.UpstreamStartedAt = time.GetTimestamp();
        TrySignals.Begin(exchange, target);
        UpstreamFailure? failure = null;
        try
        {
            if (plan.Binding is null && connections.Take(target) is { } kept)
            {
                TryEnd end = await http1.Send(exchange, plan, kept, host, body);
                if (!Http1Forwarder.MaySendAgain(exchange, end, body))
                {
                    return failure = end.Failure;
                }
            }

            return failure = await http1.SendAnew(exchange, plan, target, connections, host, body);
        }
        finally
        {
            TrySignals.End(exchange, target, failure);
        }
    }

    /// <summary>The library knows how to wait for a 100; it is rare.</summary>
    private static bool IsPlain(HttpRequest request) => request.Headers.Expect.Count == 0;

    private UpstreamFailure? Judge(Exchange exchange, Attempt attempt, ForwarderError error)
    {
        HttpResponse response = exchange.Http.Response;
        Exception? exception = exchange.Http.Features.Get<IForwarderErrorFeature>()?.Exception;
        exchange.Http.Features.Set<IForwarderErrorFeature>(null);
        if (exchange.Http.RequestAborted.IsCancellationRequested)
        {
            if (!response.HasStarted)
            {
                response.StatusCode = ClientClosedRequest;
            }

            return null;
        }

        if (attempt.Bug is { } bug)
        {
            ExceptionDispatchInfo.Throw(bug);
        }

        if (error == ForwarderError.RequestCreation && exception is not null)
        {
            ExceptionDispatchInfo.Throw(exception);
        }

        UpstreamFailure failure = UpstreamFailure.Of(error, exception, attempt.Idle.Expired);
        LogFailure(log, exchange.RequestId, exchange.TargetAddress!, error, exception?.GetBaseException().Message);
        if (response.HasStarted)
        {
            // The forwarder has cut the response off already; there is nobody left to tell.
            exchange.UpstreamFailed = failure.UpstreamsFault && error is not (ForwarderError.ResponseBodyClient or ForwarderError.UpgradeRequestClient or ForwarderError.UpgradeResponseClient);
            return null;
        }

        if (attempt.HeadersWritten)
        {
            Answer.TakeBack(response);
            exchange.ForgetAnswer();
        }

        exchange.FromUpstream = false;
        exchange.UpstreamHeadersAt = 0;
        response.StatusCode = StatusCodes.Status200OK;
        return failure;
    }

    private static bool MayTryAgain(Exchange exchange, in UpstreamFailure failure, UpstreamBalancer? upstream, RequestBody? body)
    {
        if (failure.Again == Again.Never || body is { CanReplay: false } || (upstream is null && failure.Status == StatusCodes.Status503ServiceUnavailable))
        {
            return false;
        }

        return failure.Again == Again.Always || IsIdempotent(exchange.Http.Request.Method);
    }

    private static ValueTask GiveUp(Exchange exchange, in UpstreamFailure failure)
    {
        exchange.UpstreamFailed = failure.UpstreamsFault;
        return Answer.Error(exchange, failure.Status, failure.Message);
    }

    private static RequestBody? TakeBody(Exchange exchange, ServicePlan plan)
    {
        HttpRequest request = exchange.Http.Request;
        if (exchange.Http.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false })
        {
            return null;
        }

        bool remember = plan.Service.Retries > 0 && exchange.Route is not { RequestBuffering: false } && request.ContentLength is not > RequestBody.MaxReplayBytes;
        var body = new RequestBody(request.Body, remember);
        request.Body = body;
        return body;
    }

    internal static string HostFor(Exchange exchange, ServicePlan plan, TargetAddress target, UpstreamBalancer? upstream)
    {
        if (exchange.UpstreamHost is { } replaced)
        {
            return replaced;
        }

        if (exchange.Route is { PreserveHost: true } && exchange.Http.Request.Host is { HasValue: true } host)
        {
            return host.Value;
        }

        return upstream?.Upstream.HostHeader ?? plan.HostHeaderOf(target);
    }

    public static bool IsIdempotent(string method) =>
        HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsPut(method)
        || HttpMethods.IsDelete(method) || HttpMethods.IsOptions(method) || HttpMethods.IsTrace(method);

    [LoggerMessage(1, LogLevel.Debug, "Request {RequestId} got no response from {Target}: {Error} ({Reason})")]
    private static partial void LogFailure(ILogger logger, string requestId, string target, ForwarderError error, string? reason);
}
