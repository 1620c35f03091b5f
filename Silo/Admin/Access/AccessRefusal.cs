using System.Globalization;

namespace Mesh.Silo.Admin.Access;

/// <summary>The answers to those who may not. They are the same whatever was wrong with a credential.</summary>
internal static class AccessRefusal
{
    public static AdminAnswer Unauthorized { get; } =
        AdminAnswer.Message(StatusCodes.Status401Unauthorized, "Unauthorized") with { Headers = [new("WWW-Authenticate", "Bearer realm=\"mesh\"")] };

    public static AdminAnswer TooManyAttempts(TimeSpan wait) =>
        AdminAnswer.Message(StatusCodes.Status429TooManyRequests, "Too many failed attempts") with
        {
            Headers = [new("Retry-After", Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture))],
        };

    public static AdminAnswer Forbidden(Caller caller, string method) =>
        AdminAnswer.Message(StatusCodes.Status403Forbidden, $"{caller.Name}, you do not have permissions to {Word(method)} this resource");

    private static string Word(string method) => method switch
    {
        "GET" or "HEAD" => "read",
        "POST" => "create",
        "DELETE" => "delete",
        _ => "update",
    };
}
