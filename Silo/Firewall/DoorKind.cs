namespace Mesh.Silo.Firewall;

/// <summary>What stands behind a <see cref="Door"/>.</summary>
internal static class DoorKind
{
    /// <summary>MESH_PROXY_LISTEN, and listeners of the kind http.</summary>
    public const string Proxy = "proxy";

    /// <summary>MESH_STREAM_LISTEN, and listeners of the kind stream.</summary>
    public const string Stream = "stream";
    public const string Status = "status";
    public const string Admin = "admin";
    public const string Silo = "silo";
    public const string Gateway = "gateway";
    public const string Redis = "redis";
}
