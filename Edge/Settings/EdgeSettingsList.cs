namespace Mesh.Edge.Settings;

/// <summary>The settings of an edge, one line each. Defaults stand in <see cref="EdgeSettings"/>.</summary>
internal static class EdgeSettingsList
{
    private const string Listen = ListenValue.Expected;
    private const string OnOff = "on or off";
    private const string PlainName = "a short name such as eu-west";

    private const string PemFile = "a PEM file";

    public static IReadOnlyList<Setting<EdgeSettings>> All { get; } =
    [
        new("MESH_PROXY_LISTEN", "addresses that clients connect to", Listen, (s, v) => s with { ProxyListen = ListenValue.Check(v) }),
        new("MESH_STREAM_LISTEN", "addresses of tcp, tls and udp streams", Listen, (s, v) => s with { StreamListen = ListenValue.Check(v) }),
        new("MESH_STREAM_LIFETIME", "seconds that a stream may last", "a whole number of seconds, or 0 for no limit", (s, v) => s with { StreamLifetime = SettingValue.Seconds(v) }),
        new("MESH_STATUS_LISTEN", "addresses of /status, /status/ready and /metrics", Listen, (s, v) => s with { StatusListen = ListenValue.Check(v) }),
        new("MESH_STATUS_ALLOW", "who may read /status and /metrics without a token (this machine, unless set)", "addresses or networks, such as 10.0.0.0/8, ::1", (s, v) => s with { StatusAllow = SettingValue.Networks(v) }),
        new("MESH_STATUS_TOKEN", "bearer token with which others may read them", "printable ASCII without spaces", (s, v) => s with { StatusToken = SettingValue.Secret(v) }, Secret: true),
        new("MESH_STATUS_METRICS", "measure for /metrics what OpenTelemetry names, beside what the prometheus plugin counts", OnOff, (s, v) => s with { StatusMetrics = SettingValue.Switch(v) }),
        new("MESH_SSL_CIPHER_SUITE", "what TLS listeners offer", "modern, intermediate, old or custom", (s, v) => s with { SslCipherSuite = TlsValue.Suite(v) }),
        new("MESH_SSL_PROTOCOLS", "versions of TLS; those of the cipher suite unless set", "TLSv1.2, TLSv1.3 or both", (s, v) => s with { SslProtocols = TlsValue.Protocols(v) }),
        new("MESH_SSL_CIPHERS", "cipher suites of TLS 1.2 for the suite custom", "OpenSSL's names, such as ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES128-GCM-SHA256", (s, v) => s with { SslCiphers = TlsValue.Ciphers(v) }),
        new("MESH_SSL_OCSP_STAPLING", "ask the issuers of certificates how they stand and tell clients", OnOff, (s, v) => s with { SslOcspStapling = SettingValue.Switch(v) }),
        new("MESH_SSL_LIVE_CERTIFICATES", "certificates kept ready at one time, with their TLS sessions (about 80 KB each)", "a number of certificates", (s, v) => s with { SslLiveCertificates = SettingValue.Integer(v, 1, 1_000_000) }),
        new("MESH_DATA_DIR", "directory of everything that is kept", "a directory", (s, v) => s with { DataDirectory = SettingValue.Path(v) }),
        new("MESH_REGION", "region of this process", PlainName, (s, v) => s with { Region = SettingValue.Name(v) }),
        new("MESH_ZONE", "zone of this process", PlainName, (s, v) => s with { Zone = SettingValue.Name(v) }),
        new("MESH_EDGE_LABELS", "labels that listeners choose edges by", "names and values, such as tier=front, rack=7", (s, v) => s with { Labels = SettingValue.Labels(v) }),
        new("MESH_WORKSPACE", "workspace that the edge serves", PlainName, (s, v) => s with { Workspace = SettingValue.Name(v) }),
        new("MESH_ALLOW_DEBUG_HEADER", "answer Kong-Debug: 1 with route and service", OnOff, (s, v) => s with { AllowDebugHeader = SettingValue.Switch(v) }),
        new("MESH_TRUSTED_IPS", "peers whose forwarding headers are believed", "addresses or networks, such as 10.0.0.0/8, ::1", (s, v) => s with { TrustedIps = SettingValue.Networks(v) }),
        new("MESH_REAL_IP_HEADER", "header that trusted peers name the client in", "a header name such as X-Forwarded-For, or proxy_protocol", (s, v) => s with { RealIpHeader = SettingValue.HeaderName(v) }),
        new("MESH_REAL_IP_RECURSIVE", "search that header for the last untrusted address", OnOff, (s, v) => s with { RealIpRecursive = SettingValue.Switch(v) }),
        new("MESH_PORT_MAPS", "outside ports of the listen ports", "pairs of outside and listen port, such as 80:8000, 443:8443", (s, v) => s with { PortMaps = SettingValue.PortMaps(v) }),
        new("MESH_ERROR_DEFAULT_TYPE", "media type of errors when the client names none", "text/plain, text/html, application/json or application/xml", (s, v) => s with { ErrorDefaultType = SettingValue.MediaType(v) }),
        new("MESH_CONTROL_PLANE", "Admin API where a lone edge finds the silos", "a URL such as https://admin.internal:8444", (s, v) => s with { ControlPlane = SettingValue.HttpUrl(v) }),
        new("MESH_EDGE_TOKEN", "token of edges at the Admin API", "printable ASCII without spaces", (s, v) => s with { EdgeToken = SettingValue.Secret(v) }, Secret: true),
        new("MESH_INLINE_COMPLETIONS", "serve requests on the threads that poll the sockets (on unless switched off)", OnOff, (s, v) => s with { InlineCompletions = SettingValue.Switch(v) }),
        new("MESH_LOG_LEVEL", "what is logged", "debug, info, notice, warn, error or crit", (s, v) => s with { LogLevel = SettingValue.Level(v) }),
        new("MESH_KEYRING_KEY", "key that seals secrets at rest", "printable ASCII without spaces", (s, v) => s with { KeyringKey = SettingValue.Secret(v) }, Secret: true),
        new("MESH_CLUSTER_CA", "authority of the certificates in the cluster", PemFile, (s, v) => s with { ClusterCaFile = SettingValue.File(v) }),
        new("MESH_CLUSTER_CERT", "certificate of this process in the cluster", PemFile, (s, v) => s with { ClusterCertificateFile = SettingValue.File(v) }),
        new("MESH_CLUSTER_KEY", "private key of that certificate", PemFile, (s, v) => s with { ClusterKeyFile = SettingValue.File(v) }),
    ];
}
