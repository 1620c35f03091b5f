using Mesh.Abstractions.Configuration;
using Orleans.Runtime;

namespace Mesh.Silo.Admin.Errors;

/// <summary>The one place where an exception becomes an answer.</summary>
internal static class FailureAnswer
{
    public static AdminAnswer Of(Exception error, HttpContext http, ILogger log)
    {
        switch (error)
        {
            case AdminRefusal refusal:
                return refusal.Answer;

            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }:
                return AdminAnswer.Message(StatusCodes.Status413PayloadTooLarge, "Payload too large");

            case BadHttpRequestException bad:
                return AdminAnswer.Message(bad.StatusCode, "Bad request");

            case OperationCanceledException when http.RequestAborted.IsCancellationRequested:
                return AdminAnswer.Empty(StatusCodes.Status499ClientClosedRequest);

            case StoreDamagedException damaged:
                log.LogError("{Method} {Resource}: {Reason}", http.Request.Method, Resource(http), damaged.Message);
                return AdminAnswer.Message(StatusCodes.Status503ServiceUnavailable, "The stored configuration is damaged; the silo's log says where. Edges keep serving");

            case StoreUnavailableException or TimeoutException or OrleansException:
                log.LogWarning("{Method} {Resource}: the configuration store or its silo is away: {Reason}", http.Request.Method, Resource(http), error.Message);
                return Unavailable();

            default:
                log.LogError(error, "{Method} {Resource} failed", http.Request.Method, Resource(http));
                return AdminAnswer.Message(StatusCodes.Status500InternalServerError, "An unexpected error occurred");
        }
    }

    /// <summary>Only the first segment: those behind it may be credentials.</summary>
    private static string Resource(HttpContext http)
    {
        string path = http.Request.Path.Value ?? "";
        int end = path.IndexOf('/', Math.Min(1, path.Length));
        return new string([.. (end < 0 ? path : path[..end]).Where(c => !char.IsControl(c))]);
    }

    private static AdminAnswer Unavailable() =>
        AdminAnswer.Message(StatusCodes.Status503ServiceUnavailable, "The configuration store cannot be reached. A write may or may not have taken effect; edges keep serving. Try again")
            with { Headers = [new("Retry-After", "1")] };
}
