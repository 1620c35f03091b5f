using System.Text;
using Microsoft.AspNetCore.Http;

namespace Mesh.Edge.Explain;

/// <summary>
/// What the server beneath the guard refuses in a request line, so that Mesh never sees the request. It answers without a
/// body.
/// </summary>
internal static class ServerRefusal
{
    private const string Stage = "server";

    /// <summary>Null when the request reaches the guard.</summary>
    public static ExplainedRefusal? Of(ExplainRequest request)
    {
        string target = request.Target;
        if (!Ascii.IsValid(target) || target.AsSpan().IndexOfAny(" \0\r\n") >= 0)
        {
            return new(Stage, StatusCodes.Status400BadRequest, null, "the request target has characters that must be percent-encoded");
        }

        if (target == "*")
        {
            return HttpMethods.IsOptions(request.Method) ? null : new(Stage, StatusCodes.Status405MethodNotAllowed, null, "only OPTIONS can ask for *");
        }

        if (HttpMethods.IsConnect(request.Method) || target is ['/', ..])
        {
            return null;
        }

        return Uri.TryCreate(target, UriKind.Absolute, out Uri? absolute) && (absolute.Scheme is "http" or "https")
            ? null
            : new(Stage, StatusCodes.Status400BadRequest, null, "the request target is neither a path nor a URL");
    }
}
