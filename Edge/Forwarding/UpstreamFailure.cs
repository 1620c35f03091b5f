using System.Net.Sockets;
using Mesh.Edge.Pipeline;
using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.Forwarder;

namespace Mesh.Edge.Forwarding;

/// <summary>Why a try gave no response, what the client is told, and who may be asked instead.</summary>
/// <param name="Status">Of our answer.</param>
/// <param name="Message">Of our answer.</param>
/// <param name="Again">Whether another try is safe.</param>
/// <param name="UpstreamsFault">Counts against the target; a fault of the client or of ours does not.</param>
internal readonly record struct UpstreamFailure(int Status, string Message, Again Again, bool UpstreamsFault)
{
    public static UpstreamFailure NoPeer { get; } = new(503, "failure to get a peer from the ring-balancer", Again.Never, true);
    public static UpstreamFailure Unavailable { get; } = new(503, "The upstream server is currently unavailable", Again.Never, true);
    public static UpstreamFailure NoService { get; } = new(503, "no Service found with those values", Again.Never, false);

    /// <summary>A bug of ours.</summary>
    public static UpstreamFailure Unexpected { get; } = new(500, "An unexpected error occurred", Again.Never, false);

    /// <summary>What came was no response, or the response broke off: another try would not be the same request.</summary>
    public static UpstreamFailure InvalidHead { get; } = new(502, InvalidResponse, Again.Never, true);

    /// <summary>The connection ended without a response.</summary>
    public static UpstreamFailure HungUp { get; } = new(502, InvalidResponse, Again.IfIdempotent, true);

    /// <summary>Nothing came in time.</summary>
    public static UpstreamFailure Silent { get; } = new(504, TimingOut, Again.IfIdempotent, true);

    private static UpstreamFailure NameUnknown { get; } = new(503, "name resolution failed", Again.Always, true);

    /// <summary>This process has too many files open.</summary>
    private static UpstreamFailure NoDescriptor { get; } = Unavailable with { UpstreamsFault = false };
    private static UpstreamFailure NoConnection { get; } = new(502, InvalidResponse, Again.Always, true);
    private static UpstreamFailure NoConnectionInTime { get; } = new(504, TimingOut, Again.Always, true);

    private const string InvalidResponse = "An invalid response was received from the upstream server";
    private const string TimingOut = "The upstream server is timing out";

    public static UpstreamFailure Of(ForwarderError error, Exception? exception, bool expired)
    {
        if (error == ForwarderError.RequestBodyClient)
        {
            return OfClient(exception);
        }

        if (expired)
        {
            return Silent;
        }

        if (error == ForwarderError.Request && exception is HttpRequestException failure)
        {
            return OfRequest(failure);
        }

        // Headers were taken over already, or the response was not one: another try would not be the same request.
        Again again = error is ForwarderError.Request or ForwarderError.RequestBodyDestination ? Again.IfIdempotent : Again.Never;
        return new(502, InvalidResponse, again, true);
    }

    private static UpstreamFailure OfRequest(HttpRequestException failure) => failure.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => NameUnknown,
        HttpRequestError.ConnectionError when failure.InnerException is TimeoutException => NoConnectionInTime,
        HttpRequestError.ConnectionError when failure.InnerException is SocketException { SocketErrorCode: SocketError.TooManyOpenSockets } => NoDescriptor,
        HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError => NoConnection,
        HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded => InvalidHead,
        _ => HungUp,
    };

    /// <summary>No connection could be made.</summary>
    public static UpstreamFailure OfDialling(Exception failure) => failure switch
    {
        TimeoutException => NoConnectionInTime,
        SocketException { SocketErrorCode: SocketError.TooManyOpenSockets } => NoDescriptor,
        SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData or SocketError.NoRecovery } => NameUnknown,
        _ => NoConnection,
    };

    /// <summary>The client's body could not be read: ill-formed, too long or too slow.</summary>
    public static UpstreamFailure OfClient(Exception? exception)
    {
        BadHttpRequestException? bad = Find<BadHttpRequestException>(exception);
        if (bad is RequestBodyRefusedException refused)
        {
            return new(refused.StatusCode, refused.Message, Again.Never, false);
        }

        int status = bad?.StatusCode ?? 400;
        string message = status switch
        {
            408 => "Request timeout",
            413 => "Payload too large",
            _ => "Bad request",
        };
        return new(status, message, Again.Never, false);
    }

    private static T? Find<T>(Exception? exception)
        where T : Exception => exception switch
        {
            null => null,
            T found => found,
            AggregateException many => many.InnerExceptions.Select(Find<T>).FirstOrDefault(found => found is not null),
            _ => Find<T>(exception.InnerException),
        };
}
