using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Mesh.Edge.Telemetry.Signals;

/// <summary>Values of attributes that are made once and not for every request.</summary>
internal static class TagValues
{
    private const int MaxStatus = 999;
    private static readonly object[] Statuses = [.. Enumerable.Range(0, MaxStatus + 1).Select(status => (object)status)];
    private static readonly string[] StatusTexts = [.. Enumerable.Range(0, MaxStatus + 1).Select(status => status.ToString(CultureInfo.InvariantCulture))];

    /// <summary>A method that the conventions do not know is <c>_OTHER</c>: clients must not make series.</summary>
    public static string Method(string method) => method switch
    {
        "GET" or "HEAD" or "POST" or "PUT" or "DELETE" or "CONNECT" or "OPTIONS" or "TRACE" or "PATCH" or "QUERY" => method,
        _ => "_OTHER",
    };

    public static object Status(int status) => status is >= 0 and <= MaxStatus ? Statuses[status] : Statuses[0];

    public static string StatusText(int status) => status is >= 0 and <= MaxStatus ? StatusTexts[status] : StatusTexts[0];

    public static string Version(string protocol) => protocol switch
    {
        _ when HttpProtocol.IsHttp11(protocol) => "1.1",
        _ when HttpProtocol.IsHttp2(protocol) => "2",
        _ when HttpProtocol.IsHttp3(protocol) => "3",
        _ => "1.0",
    };
}
