using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace Mesh.Edge.Pipeline;

/// <summary>Answers made by Mesh or a plugin, in the client's format (JSON, HTML, XML or plain, as Kong chooses).</summary>
internal static class Answer
{
    /// <summary>
    /// Bytes of an unread request body that are taken in, so that the connection can be used again. More than that closes
    /// it: an early answer must not make us swallow a gigabyte.
    /// </summary>
    public const int MaxDrainBytes = 1024 * 1024;

    /// <summary>Kong's error form around <paramref name="message"/>; runs the response header actions first.</summary>
    public static ValueTask Error(Exchange exchange, int status, string message)
    {
        AnswerFormat format = AnswerFormats.Choose(exchange.Http.Request, exchange.Settings.ErrorDefaultType);
        return format == AnswerFormat.Grpc
            ? Grpc(exchange, GrpcStatus.OfHttp(status), message)
            : Raw(exchange, status, AnswerBody.ContentType(format), AnswerBody.Write(format, message, exchange.RequestId));
    }

    /// <summary>
    /// A refusal whose status an operator chose. What is no error status (400 to 599) is answered 500, as by Kong: a refusal
    /// must not read as success, and a status below 200 would leave the client waiting for another.
    /// </summary>
    public static ValueTask Refusal(Exchange exchange, double status, string message) =>
        status is >= 400 and < 600
            ? Error(exchange, (int)status, message)
            : Error(exchange, StatusCodes.Status500InternalServerError, "An unexpected error occurred");

    /// <summary>A JSON object <c>{"message": …}</c>, as most plugins answer.</summary>
    public static ValueTask Json(Exchange exchange, int status, string message) =>
        AnswerFormats.IsGrpc(exchange.Http.Request)
            ? Grpc(exchange, GrpcStatus.OfHttp(status), message)
            : Raw(exchange, status, AnswerBody.ContentType(AnswerFormat.Json), AnswerBody.WriteJson(message, requestId: null));

    /// <summary>A body as given; null for none.</summary>
    public static async ValueTask Raw(Exchange exchange, int status, string? contentType, ReadOnlyMemory<byte> body)
    {
        HttpResponse response = exchange.Http.Response;
        bool mayHaveBody = status is >= 200 and not 204 and not 205 and not 304;
        Begin(exchange, status);
        if (mayHaveBody)
        {
            response.ContentType = contentType;
            response.ContentLength = body.Length;
        }

        exchange.RunResponseHeaderActions();
        if (mayHaveBody && exchange.ChangesResponseBody)
        {
            body = exchange.ChangeResponseBody(body);
        }

        if (mayHaveBody && body.Length > 0 && !HttpMethods.IsHead(exchange.Http.Request.Method))
        {
            exchange.BytesOut += body.Length;
            await response.Body.WriteAsync(body, exchange.Http.RequestAborted);
        }
    }

    /// <summary>Trailers-only: a gRPC client reads the status from the header block and wants no body.</summary>
    public static ValueTask Grpc(Exchange exchange, int grpcStatus, string message)
    {
        HttpResponse response = exchange.Http.Response;
        Begin(exchange, StatusCodes.Status200OK);
        response.ContentType = "application/grpc";
        response.Headers["grpc-status"] = grpcStatus.ToString(CultureInfo.InvariantCulture);
        response.Headers["grpc-message"] = GrpcStatus.EncodeMessage(message);
        exchange.RunResponseHeaderActions();
        return ValueTask.CompletedTask;
    }

    /// <summary>Takes back what was written to a response that has not started, but not that the connection must close.</summary>
    public static void TakeBack(HttpResponse response)
    {
        StringValues connection = response.Headers.Connection;
        response.Clear();
        response.Headers.Connection = connection;
    }

    private static void Begin(Exchange exchange, int status)
    {
        HttpResponse response = exchange.Http.Response;
        response.StatusCode = status;
        response.Headers.Server = Product.Token;
        response.Headers["X-Kong-Response-Latency"] =
            ((long)exchange.Time.GetElapsedTime(exchange.StartedAt).TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
        CommonHeaders.Write(exchange);
        BoundDrain(exchange.Http, exchange.RefusesBody);
    }

    /// <summary>
    /// The server takes in what the client still sends, up to its limit, so that a next request on the connection starts at
    /// its own first byte. HTTP/2 resets the stream instead.
    /// </summary>
    private static void BoundDrain(HttpContext http, bool refusesBody)
    {
        if (http.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: true })
        {
            return;
        }

        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = MaxDrainBytes;
        }

        if ((refusesBody || http.Request.ContentLength > MaxDrainBytes) && HttpProtocol.IsHttp11(http.Request.Protocol))
        {
            http.Response.Headers.Connection = "close";
        }
    }
}
