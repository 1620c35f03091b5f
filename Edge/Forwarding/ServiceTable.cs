using System.Collections.Immutable;
using System.Security.Cryptography;
using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Entities;
using Mesh.Edge.Collections;
using Mesh.Edge.Configuration;
using Mesh.Edge.Forwarding.Clients;

namespace Mesh.Edge.Forwarding;

/// <summary>The plans of all services at one revision. A plan is made anew only when its service or a certificate of it changed.</summary>
internal sealed class ServiceTable
{
    private readonly Transports transports;
    private readonly ShardedMap<Guid, ServicePlan> plans;

    /// <summary>Services by the certificates and CA certificates that they name.</summary>
    private readonly ShardedMap<Guid, ImmutableHashSet<Guid>> byCertificate;

    private ServiceTable(Transports transports, ShardedMap<Guid, ServicePlan> plans, ShardedMap<Guid, ImmutableHashSet<Guid>> byCertificate)
    {
        this.transports = transports;
        this.plans = plans;
        this.byCertificate = byCertificate;
    }

    public static ServiceTable Empty { get; } = With(new Transports(TimeProvider.System, dials: false));

    public static ServiceTable With(Transports transports) =>
        new(transports, ShardedMap<Guid, ServicePlan>.Create(), ShardedMap<Guid, ImmutableHashSet<Guid>>.Create());

    public ServicePlan? Find(Guid service) => plans.GetValueOrDefault(service);

    public ServiceTable Apply(ConfigChanges changes, EntityStore after)
    {
        HashSet<Guid> touched = Touched(changes);
        if (touched.Count == 0)
        {
            return this;
        }

        ShardedMap<Guid, ServicePlan>.Builder next = plans.ToBuilder();
        foreach (Guid id in touched)
        {
            changes.Revisit(EntityKinds.Services, id);
            changes.Revisit(EntityKinds.Services, id);
            if (!after.Services.TryGetValue(id, out Service? service))
            {
                next.Remove(id);
                continue;
            }

            try
            {
                next[id] = new ServicePlan(service, OptionsOf(service, after), transports);
            }
            catch (Exception failure) when (failure is CryptographicException or ArgumentException)
            {
                // Whatever was served before is worse than nothing: it may trust what was just withdrawn.
                next.Remove(id);
                changes.Refuse(EntityKinds.Services, id, failure.Message);
            }
        }

        return new ServiceTable(transports, next.Build(), Index(changes));
    }

    private HashSet<Guid> Touched(ConfigChanges changes)
    {
        HashSet<Guid> touched = [.. changes.Services.Select(change => change.Id)];
        foreach (Guid certificate in changes.Certificates.Select(change => change.Id).Concat(changes.CaCertificates.Select(change => change.Id)))
        {
            touched.UnionWith(byCertificate.GetValueOrDefault(certificate) ?? []);
        }

        return touched;
    }

    private ShardedMap<Guid, ImmutableHashSet<Guid>> Index(ConfigChanges changes)
    {
        ShardedMap<Guid, ImmutableHashSet<Guid>>.Builder index = byCertificate.ToBuilder();
        foreach (Changed<Service> change in changes.Services)
        {
            foreach (Guid certificate in CertificatesOf(change.Before))
            {
                ImmutableHashSet<Guid> left = (index.TryGetValue(certificate, out ImmutableHashSet<Guid>? users) ? users : []).Remove(change.Id);
                if (left.IsEmpty)
                {
                    index.Remove(certificate);
                }
                else
                {
                    index[certificate] = left;
                }
            }

            foreach (Guid certificate in CertificatesOf(change.After))
            {
                index[certificate] = (index.TryGetValue(certificate, out ImmutableHashSet<Guid>? users) ? users : []).Add(change.Id);
            }
        }

        return index.Build();
    }

    private static IEnumerable<Guid> CertificatesOf(Service? service) =>
        [.. service?.CaCertificates ?? [], .. service?.ClientCertificate is { } own ? [own.Id] : Array.Empty<Guid>()];

    private static TransportOptions OptionsOf(Service service, EntityStore after) => new()
    {
        Http2 = service.Protocol is "grpc" or "grpcs",
        Binding = ClientBinding.Of(service),
        Tls = service.Protocol is "https" or "grpcs" or "tls" ? TlsOf(service, after) : null,
    };

    private static UpstreamTls TlsOf(Service service, EntityStore after)
    {
        Certificate? own = service.ClientCertificate is { } reference
            ? after.Certificates.GetValueOrDefault(reference.Id) ?? throw new ArgumentException($"the client certificate {reference.Id} does not exist")
            : null;
        string[] roots =
        [
            .. (service.CaCertificates ?? []).Select(id =>
                after.CaCertificates.GetValueOrDefault(id)?.Cert ?? throw new ArgumentException($"the CA certificate {id} does not exist")),
        ];
        return new UpstreamTls
        {
            Verify = service.TlsVerify ?? false,
            VerifyDepth = service.TlsVerifyDepth,
            Roots = roots.Length == 0 ? null : string.Join('\n', roots),
            ClientCertificate = own?.Cert,
            ClientKey = own?.Key,
        };
    }
}
