using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using Mesh.Edge.Tls;
using Microsoft.Extensions.Logging;

namespace Mesh.Edge.Settings;

/// <summary>Settings of an edge, read once at start. The name in each comment is the environment variable.</summary>
internal sealed record EdgeSettings
{
    /// <summary>MESH_PROXY_LISTEN: listen directives in Kong's syntax, or <c>off</c>.</summary>
    public string ProxyListen { get; init; } = "0.0.0.0:8000 reuseport backlog=16384, 0.0.0.0:8443 http2 ssl reuseport backlog=16384";

    /// <summary>MESH_STREAM_LISTEN.</summary>
    public string StreamListen { get; init; } = "off";

    /// <summary>MESH_STREAM_LIFETIME: how long a stream may last, however busy; null for ever.</summary>
    public TimeSpan? StreamLifetime { get; init; }

    /// <summary>MESH_STATUS_LISTEN.</summary>
    public string StatusListen { get; init; } = "127.0.0.1:8007";

    /// <summary>MESH_STATUS_ALLOW: who may read more there than /status/ready without a token.</summary>
    public IReadOnlyList<IPNetwork> StatusAllow { get; init; } = [IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("::1/128")];

    /// <summary>MESH_STATUS_TOKEN: lets others read it too; null lets nobody.</summary>
    public string? StatusToken { get; init; }

    /// <summary>MESH_STATUS_METRICS: the process' instruments are listened to and stand on /metrics.</summary>
    public bool StatusMetrics { get; init; } = true;

    /// <summary>MESH_SSL_CIPHER_SUITE: what TLS listeners offer.</summary>
    public TlsSuites SslCipherSuite { get; init; } = TlsSuites.Intermediate;

    /// <summary>MESH_SSL_PROTOCOLS: TLS 1.2, TLS 1.3 or both; null for those of the suite.</summary>
    public SslProtocols? SslProtocols { get; init; }

    /// <summary>MESH_SSL_CIPHERS: suites of TLS 1.2 where <see cref="SslCipherSuite"/> is custom.</summary>
    public IReadOnlyList<TlsCipherSuite> SslCiphers { get; init; } = [];

    /// <summary>MESH_SSL_OCSP_STAPLING.</summary>
    public bool SslOcspStapling { get; init; }

    /// <summary>MESH_SSL_LIVE_CERTIFICATES: certificates whose sessions can be resumed at one time.</summary>
    public int SslLiveCertificates { get; init; } = TlsContexts.DefaultLimit;

    /// <summary>MESH_DATA_DIR: last-known-good configuration, identity, self-signed certificate.</summary>
    public string DataDirectory { get; init; } = "./.mesh";

    /// <summary>MESH_REGION, MESH_ZONE.</summary>
    public string Region { get; init; } = "default";
    public string Zone { get; init; } = "default";

    /// <summary>MESH_EDGE_LABELS: what selectors of listeners may ask for, beside region and zone.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>MESH_WORKSPACE: the workspace that this edge serves.</summary>
    public string Workspace { get; init; } = "default";

    /// <summary>MESH_ALLOW_DEBUG_HEADER: answer <c>Kong-Debug: 1</c>.</summary>
    public bool AllowDebugHeader { get; init; }

    /// <summary>MESH_TRUSTED_IPS: peers whose forwarding headers are believed.</summary>
    public IReadOnlyList<IPNetwork> TrustedIps { get; init; } = [];

    /// <summary>MESH_REAL_IP_HEADER and MESH_REAL_IP_RECURSIVE.</summary>
    public string RealIpHeader { get; init; } = "X-Real-IP";
    public bool RealIpRecursive { get; init; }

    /// <summary>MESH_PORT_MAPS: outside port → listen port, as <c>80:8000</c>.</summary>
    public IReadOnlyDictionary<int, int> PortMaps { get; init; } = new Dictionary<int, int>();

    /// <summary>MESH_ERROR_DEFAULT_TYPE.</summary>
    public string ErrorDefaultType { get; init; } = "text/plain";

    /// <summary>MESH_CONTROL_PLANE: URL of an Admin API where a lone edge learns the gateways of the silos. Null in the all-in-one process.</summary>
    public Uri? ControlPlane { get; init; }

    /// <summary>MESH_EDGE_TOKEN: presented to the Admin API at <see cref="ControlPlane"/>.</summary>
    public string? EdgeToken { get; init; }

    /// <summary>MESH_INLINE_COMPLETIONS: requests are served on the threads that poll the sockets.</summary>
    public bool InlineCompletions { get; init; } = true;

    /// <summary>MESH_LOG_LEVEL: what Mesh itself logs; the libraries beneath log warnings, or everything at debug.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    /// <summary>MESH_KEYRING_KEY: seals what is written to disk.</summary>
    public string? KeyringKey { get; init; }

    /// <summary>MESH_CLUSTER_CA, MESH_CLUSTER_CERT, MESH_CLUSTER_KEY: PEM files of the private authority and of this edge; all three or none.</summary>
    public string? ClusterCaFile { get; init; }
    public string? ClusterCertificateFile { get; init; }
    public string? ClusterKeyFile { get; init; }
}
