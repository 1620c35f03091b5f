using System.Net;

namespace Mesh.Silo.Settings;

/// <summary>Settings of a silo and of its store, read once at start. The name in each comment is the environment variable.</summary>
internal sealed record SiloSettings
{
    /// <summary>MESH_REDIS: <c>host:port[,password=…,ssl=true…]</c>. Null: the store runs in this process, its data in <see cref="DataDirectory"/>.</summary>
    public string? Redis { get; init; }

    /// <summary>MESH_DATA_DIR.</summary>
    public string DataDirectory { get; init; } = "./.mesh";

    /// <summary>MESH_SILO_PORT: other silos connect here. Keep it stable over restarts: a silo that returns at another endpoint is taken in minutes later.</summary>
    public int SiloPort { get; init; } = 11111;

    /// <summary>MESH_GATEWAY_PORT: edges connect here.</summary>
    public int GatewayPort { get; init; } = 30000;

    /// <summary>MESH_SILO_LISTEN_ADDRESS. Beyond loopback cluster TLS is demanded.</summary>
    public IPAddress ListenAddress { get; init; } = IPAddress.Loopback;

    /// <summary>MESH_SILO_ADVERTISED_ADDRESS: where others reach this silo. Null: <see cref="ListenAddress"/>, or the host's first address when that is the wildcard.</summary>
    public IPAddress? AdvertisedAddress { get; init; }

    /// <summary>MESH_CLUSTER_ID: silos with the same id form one cluster.</summary>
    public string ClusterId { get; init; } = "mesh";

    /// <summary>MESH_SERVICE_ID: prefix of the keys in the store; outlives clusters.</summary>
    public string ServiceId { get; init; } = "mesh";

    /// <summary>MESH_KEYRING_KEY: encrypts configuration at rest.</summary>
    public string? KeyringKey { get; init; }

    /// <summary>MESH_HISTORY_LIMIT: commits kept behind the head.</summary>
    public int HistoryLimit { get; init; } = 10_000;

    /// <summary>MESH_CLUSTER_CA, MESH_CLUSTER_CERT, MESH_CLUSTER_KEY: PEM files of the private authority and of this silo; all three or none.</summary>
    public string? ClusterCaFile { get; init; }
    public string? ClusterCertificateFile { get; init; }
    public string? ClusterKeyFile { get; init; }

    /// <summary>MESH_CLUSTER_PLAINTEXT: the network is trusted; silo and gateway ports may leave loopback without TLS.</summary>
    public bool AllowPlaintextCluster { get; init; }

    public bool HasClusterTls => ClusterCaFile is not null && ClusterCertificateFile is not null && ClusterKeyFile is not null;
}
