using Mesh.Abstractions.Entities;
using Mesh.Edge.Balancing;
using Mesh.Edge.Collections;
using Mesh.Edge.Forwarding.Clients;
using Mesh.Edge.Listeners;
using Mesh.Edge.ProxyProtocol;

namespace Mesh.Edge.Forwarding;

/// <summary>What can be worked out of a service before a request comes.</summary>
internal sealed class ServicePlan
{
    private readonly TransportOptions options;
    private readonly Transports transports;
    private readonly UpstreamHandshake? handshake;

    // Holds the transport between requests; nobody else does.
    private volatile UpstreamTransport? own;

    /// <exception cref="System.Security.Cryptography.CryptographicException">A certificate or key in the options cannot be read.</exception>
    public ServicePlan(Service service, TransportOptions options, Transports transports)
    {
        Service = service;
        this.options = options;
        this.transports = transports;
        Transport = transports.Get(options);
        handshake = options.Tls is { } tls ? new UpstreamHandshake(tls) : null;
        Host = new TargetAddress(service.Host, service.Port);
        ConnectTimeout = TimeSpan.FromMilliseconds(service.ConnectTimeout);
        WriteTimeout = TimeSpan.FromMilliseconds(service.WriteTimeout);
        ReadTimeout = TimeSpan.FromMilliseconds(service.ReadTimeout);
    }

    public Service Service { get; }

    /// <summary>The service's own host and port, used when no upstream has the host's name.</summary>
    public TargetAddress Host { get; }

    public Transport Transport { get; }
    public TimeSpan ConnectTimeout { get; }
    public TimeSpan WriteTimeout { get; }
    public TimeSpan ReadTimeout { get; }

    /// <summary>Set where a connection belongs to one client.</summary>
    public ClientBinding? Binding => options.Binding;
    public bool Http2 => options.Http2;
    public bool Secure => options.Tls is not null;

    /// <summary>What a connection for this client tells the target; null where connections may serve any.</summary>
    public ProxyHeader? ClientOf(ConnectionFacts connection, System.Net.IPAddress client) => Binding is null ? null : ClientBinding.ClientOf(connection, client);

    /// <summary>The transport for targets of <paramref name="upstream"/>, which may bring its own certificate and server name.</summary>
    public Transport TransportFor(UpstreamBalancer? upstream, ShardedMap<Guid, Certificate> certificates) =>
        OwnOf(upstream, certificates)?.Transport ?? Transport;

    /// <summary>TLS to the same targets, for streams; null for clear text.</summary>
    public UpstreamHandshake? HandshakeFor(UpstreamBalancer? upstream, ShardedMap<Guid, Certificate> certificates) =>
        OwnOf(upstream, certificates)?.Handshake ?? handshake;

    /// <summary>What an upstream that brings something of its own makes different; null for the others.</summary>
    private UpstreamTransport? OwnOf(UpstreamBalancer? upstream, ShardedMap<Guid, Certificate> certificates)
    {
        if (options.Tls is not { } tls || upstream?.Upstream is not { } entity || (entity.ClientCertificate is null && entity.HostHeader is null))
        {
            return null;
        }

        // The service's certificate goes before the upstream's, as in Kong.
        Certificate? certificate = tls.ClientCertificate is null && entity.ClientCertificate is { } reference ? certificates.GetValueOrDefault(reference.Id) : null;
        if (own is { } known && ReferenceEquals(known.Upstream, entity) && ReferenceEquals(known.Certificate, certificate))
        {
            return known;
        }

        UpstreamTls changed = tls with
        {
            ClientCertificate = certificate?.Cert ?? tls.ClientCertificate,
            ClientKey = certificate?.Key ?? tls.ClientKey,
            ServerName = entity.HostHeader is { } name ? WithoutPort(name) : tls.ServerName,
        };
        return own = new UpstreamTransport(entity, certificate, transports.Get(options with { Tls = changed }), new UpstreamHandshake(changed));
    }

    /// <summary>Start of the URI. HTTP/1.1 over TLS is dialled as http, for the connector makes the TLS; HTTP/2 has the scheme on the wire.</summary>
    public string OriginOf(TargetAddress target) => Secure && Http2 ? target.HttpsOrigin : target.HttpOrigin;

    public string HostHeaderOf(TargetAddress target) => Secure ? target.HttpsHost : target.HttpHost;

    internal static string WithoutPort(string host)
    {
        int colon = host.LastIndexOf(':');
        return colon > host.LastIndexOf(']') ? host[..colon] : host;
    }

    private sealed record UpstreamTransport(Upstream Upstream, Certificate? Certificate, Transport Transport, UpstreamHandshake Handshake);
}
