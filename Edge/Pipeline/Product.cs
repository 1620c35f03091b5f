using Mesh.Edge.Hosting;

namespace Mesh.Edge.Pipeline;

/// <summary>How Mesh names itself to clients and upstreams.</summary>
internal static class Product
{
    public static string Token { get; } = "mesh/" + MeshVersion.Current;

    public static string ViaHttp1 { get; } = "1.1 " + Token;
    public static string ViaHttp2 { get; } = "2 " + Token;
}
