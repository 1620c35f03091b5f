using Mesh.Edge.Settings;

namespace Mesh.Silo.Settings;

/// <summary>The settings of a silo, one line each. Defaults stand in <see cref="SiloSettings"/>.</summary>
internal static class SiloSettingsList
{
    private const int MaxHistory = 1_000_000;
    private const string Port = "a port, 1 to 65535";
    private const string Name = "a short name such as mesh-prod";
    private const string Address = "an IP address";
    private const string PemFile = "a PEM file";

    public static IReadOnlyList<Setting<SiloSettings>> All { get; } =
    [
        new("MESH_REDIS", "Redis that holds configuration and membership", "host:port[,password=...,ssl=true...]", (s, v) => s with { Redis = RedisAddress.Check(v) }, Secret: true),
        new("MESH_DATA_DIR", "directory of everything that is kept", "a directory", (s, v) => s with { DataDirectory = SettingValue.Path(v) }),
        new("MESH_SILO_PORT", "port for other silos", Port, (s, v) => s with { SiloPort = SettingValue.Port(v) }),
        new("MESH_GATEWAY_PORT", "port for edges", Port, (s, v) => s with { GatewayPort = SettingValue.Port(v) }),
        new("MESH_SILO_LISTEN_ADDRESS", "address of both ports", Address, (s, v) => s with { ListenAddress = SettingValue.Address(v) }),
        new("MESH_SILO_ADVERTISED_ADDRESS", "address where others reach this silo", Address, (s, v) => s with { AdvertisedAddress = SettingValue.Address(v) }),
        new("MESH_CLUSTER_ID", "silos with the same id form one cluster", Name, (s, v) => s with { ClusterId = SettingValue.Name(v) }),
        new("MESH_SERVICE_ID", "prefix of the keys in the store", Name, (s, v) => s with { ServiceId = SettingValue.Name(v) }),
        new("MESH_KEYRING_KEY", "key that seals secrets at rest", "printable ASCII without spaces", (s, v) => s with { KeyringKey = SettingValue.Secret(v) }, Secret: true),
        new("MESH_HISTORY_LIMIT", "commits kept for history", "a number of commits", (s, v) => s with { HistoryLimit = SettingValue.Integer(v, 1, MaxHistory) }),
        new("MESH_CLUSTER_CA", "authority of the silos' certificates", PemFile, (s, v) => s with { ClusterCaFile = SettingValue.File(v) }),
        new("MESH_CLUSTER_CERT", "certificate of this silo", PemFile, (s, v) => s with { ClusterCertificateFile = SettingValue.File(v) }),
        new("MESH_CLUSTER_KEY", "private key of this silo", PemFile, (s, v) => s with { ClusterKeyFile = SettingValue.File(v) }),
        new("MESH_CLUSTER_PLAINTEXT", "let the cluster's ports leave loopback without TLS", "on or off", (s, v) => s with { AllowPlaintextCluster = SettingValue.Switch(v) }),
    ];
}
