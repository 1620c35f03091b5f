using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Security.Authentication;
using Mesh.Edge.Async;
using Mesh.Edge.Balancing;
using Mesh.Edge.Forwarding.Http1.Head;
using Mesh.Edge.Pipeline;
using Microsoft.AspNetCore.Http;

namespace Mesh.Edge.Forwarding.Http1;

/// <summary>
/// Sends a request to a target over HTTP/1.1 and hands the response to the client: the straight way of most requests.
/// Upgrades, Expect and HTTP/2 go through the library's forwarder.
/// </summary>
internal sealed class Http1Forwarder(TimeProvider time)
{
    /// <summary>Interim responses before the response.</summary>
    private const int MaxInterim = 16;

    /// <summary>nginx's status for a client that did not wait; nobody sees it but the counters.</summary>
    private const int ClientClosedRequest = 499;

    /// <summary>Sends it on a kept connection. Its end tells whether <see cref="SendAnew"/> may follow.</summary>
    public ValueTask<TryEnd> Send(Exchange exchange, ServicePlan plan, UpstreamConnection kept, string host, RequestBody? body) =>
        Use(kept, exchange, plan, host, body);

    /// <summary>The upstream closed the kept connection meanwhile: as in nginx, that is not counted as a try.</summary>
    public static bool MaySendAgain(Exchange exchange, in TryEnd end, RequestBody? body) =>
        end.NoWord && body is not { CanReplay: false } && Forwarder.IsIdempotent(exchange.Http.Request.Method);

    /// <summary>Sends it on a new connection.</summary>
    /// <returns>Null when the exchange is over, well or not; else why no response came.</returns>
    public async ValueTask<UpstreamFailure?> SendAnew(
        Exchange exchange, ServicePlan plan, TargetAddress target, UpstreamConnections connections, string host, RequestBody? body)
    {
        UpstreamConnection fresh;
        try
        {
            fresh = await connections.Open(target, plan.ConnectTimeout, plan.ClientOf(exchange.Connection, exchange.ClientAddress), exchange.Http.RequestAborted);
        }
        catch (Exception failure) when (failure is SocketException or IOException or AuthenticationException or TimeoutException or OperationCanceledException)
        {
            return exchange.Http.RequestAborted.IsCancellationRequested ? ClientLeft(exchange) : UpstreamFailure.OfDialling(failure);
        }

        return (await Use(fresh, exchange, plan, host, body)).Failure;
    }

    [AsyncMethodBuilder(typeof(PooledBuilder<>))]
    private async ValueTask<TryEnd> Use(UpstreamConnection connection, Exchange exchange, ServicePlan plan, string host, RequestBody? body)
    {
        bool reusable = false;
        RequestSending? sending = null;
        connection.Begin(exchange.Connection.Closed);

        // Over HTTP/2 a client may take back a request and keep its connection.
        CancellationTokenRegistration left = HttpProtocol.IsHttp2(exchange.Http.Request.Protocol)
            ? exchange.Http.RequestAborted.UnsafeRegister(static taken => ((UpstreamConnection)taken!).Deadline.Abandon(), connection)
            : default;
        try
        {
            WriteHead(connection.Request, exchange, host, body);
            if (body is null)
            {
                connection.Deadline.Set(After(plan.ReadTimeout));
                await connection.Send(connection.Request.Bytes);
            }
            else
            {
                sending = new RequestSending(exchange, plan, connection, body, time);
                if (await sending.UntilAnswered() == BodySent.ClientFailed)
                {
                    return ClientFailed(exchange, sending);
                }

                connection.Deadline.Set(After(plan.ReadTimeout));
            }

            bool toHead = HttpMethods.IsHead(exchange.Http.Request.Method);
            for (int interim = 0; ;)
            {
                switch (connection.Response.Read(connection.Received.Span, toHead, out int length))
                {
                    case HeadReading.Incomplete:
                        if (!connection.MakeRoom())
                        {
                            return new TryEnd(UpstreamFailure.InvalidHead);
                        }

                        ValueTask<int> receiving = connection.Receive();
                        bool waited = !receiving.IsCompleted;
                        int read = await receiving;
                        if (read == 0)
                        {
                            return Lost(connection, exchange);
                        }

                        connection.Arrived(read, waited);
                        continue;
                    case HeadReading.Complete when connection.Response.Status != StatusCodes.Status101SwitchingProtocols:
                        connection.Consume(length);
                        if (!connection.Response.Interim)
                        {
                            break;
                        }

                        connection.Response.Reset();
                        if (++interim <= MaxInterim)
                        {
                            continue;
                        }

                        return new TryEnd(UpstreamFailure.InvalidHead);
                    default:
                        return new TryEnd(UpstreamFailure.InvalidHead);
                }

                break;
            }

            exchange.UpstreamHeadersAt = time.GetTimestamp();
            ResponseHeaders.Write(exchange, connection.Response);
            exchange.FromUpstream = true;
            exchange.RunResponseHeaderActions();
            BodyEnd end = BodyEnd.Complete;
            if (exchange.ChangesResponseBody && connection.Response.Body != BodyLength.None)
            {
                WholeResponse whole = await new ResponsePassing(exchange, plan, connection, time).Take();
                if (whole.Failure is { } flaw)
                {
                    return flaw == WholeResponse.Flaw.TooLong ? TakeBack(exchange, UpstreamFailure.InvalidHead) : BrokenOff(connection, exchange);
                }

                ReadOnlyMemory<byte> changed = exchange.ChangeResponseBody(whole.Body);
                exchange.BytesOut = changed.Length;
                await exchange.Http.Response.Body.WriteAsync(changed, exchange.Http.RequestAborted);
            }
            else if (!ResponsePassing.TryAtOnce(exchange, connection))
            {
                end = await new ResponsePassing(exchange, plan, connection, time).Pass();
            }

            if (sending is not null && end == BodyEnd.Complete)
            {
                await sending.Finish();
            }

            // Whatever follows a response that is over belongs to none.
            reusable = end == BodyEnd.Complete && connection.Response.KeepsConnection && connection.Received.IsEmpty && sending is null or { Whole: true };
            return end switch
            {
                BodyEnd.Complete => default,
                BodyEnd.Broken => BrokenOff(connection, exchange),
                _ => new TryEnd(ClientLeft(exchange)),
            };
        }
        catch (Exception broken) when (broken is SocketException or IOException or ObjectDisposedException)
        {
            return exchange.FromUpstream ? BrokenOff(connection, exchange)
                : sending?.ClientFailure is not null ? ClientFailed(exchange, sending)
                : Lost(connection, exchange);
        }
        finally
        {
            if (sending is not null)
            {
                await sending.DisposeAsync();
            }

            await left.DisposeAsync();
            Release(connection, reusable);
        }
    }

    private void Release(UpstreamConnection connection, bool reusable)
    {
        if (reusable && !connection.IsClients && connection.Rest(time.GetTimestamp()))
        {
            connection.Pool.Return(connection);
        }
        else
        {
            connection.Pool.Close(connection);
        }
    }

    private static void WriteHead(RequestHead head, Exchange exchange, string host, RequestBody? body)
    {
        HttpRequest request = exchange.Http.Request;
        head.Begin(request.Method, exchange.UpstreamPath, exchange.UpstreamQuery);
        RequestHeaders.Write(exchange, new WireHeaders(head), host);
        if (body is not null && request.ContentLength is null)
        {
            head.Add("Transfer-Encoding", "chunked");
        }
        else if (body is null && request.ContentLength is null && (HttpMethods.IsPost(request.Method) || HttpMethods.IsPut(request.Method) || HttpMethods.IsPatch(request.Method)))
        {
            head.Add("Content-Length", "0");
        }

        head.End();
    }

    private static TryEnd ClientFailed(Exchange exchange, RequestSending sending) => exchange.Http.RequestAborted.IsCancellationRequested
        ? new TryEnd(ClientLeft(exchange))
        : new TryEnd(UpstreamFailure.OfClient(sending.ClientFailure));

    /// <summary>The connection ended before there was a response.</summary>
    private static TryEnd Lost(UpstreamConnection connection, Exchange exchange)
    {
        if (connection.Deadline.Abandoned)
        {
            return new TryEnd(ClientLeft(exchange));
        }

        return connection.Deadline.Expired
            ? new TryEnd(UpstreamFailure.Silent)
            : new TryEnd(UpstreamFailure.HungUp, NoWord: connection.Received.IsEmpty);
    }

    /// <summary>The response ended before its end. A part of it must not look whole.</summary>
    private static TryEnd BrokenOff(UpstreamConnection connection, Exchange exchange)
    {
        if (connection.Deadline.Abandoned)
        {
            return new TryEnd(ClientLeft(exchange));
        }

        UpstreamFailure failure = connection.Deadline.Expired ? UpstreamFailure.Silent : UpstreamFailure.InvalidHead;
        if (!exchange.Http.Response.HasStarted && exchange.BytesOut == 0)
        {
            return TakeBack(exchange, failure);
        }

        exchange.UpstreamFailed = failure.UpstreamsFault;
        exchange.Http.Abort();
        return default;
    }

    private static TryEnd TakeBack(Exchange exchange, in UpstreamFailure failure)
    {
        Answer.TakeBack(exchange.Http.Response);
        exchange.ForgetAnswer();
        exchange.FromUpstream = false;
        exchange.UpstreamHeadersAt = 0;
        return new TryEnd(failure);
    }

    private static UpstreamFailure? ClientLeft(Exchange exchange)
    {
        if (!exchange.Http.Response.HasStarted)
        {
            exchange.Http.Response.StatusCode = ClientClosedRequest;
        }

        return null;
    }

    private long After(TimeSpan span) => time.GetTimestamp() + (long)(span.TotalSeconds * time.TimestampFrequency);
}
