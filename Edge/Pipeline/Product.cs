using System.Reflection;

namespace Mesh.Edge.Pipeline;

/// <summary>How Mesh names itself to clients and upstreams.</summary>
internal static class Product
{
    public static string Version { get; } = typeof(Product).Assembly.GetName().Version?.ToString(3) ?? "0";

    public static string Token { get; } = "mesh/" + Version;

    public static string ViaHttp1 { get; } = "1.1 " + Token;
    public static string ViaHttp2 { get; } = "2 " + Token;
}
