using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Entities;
using Mesh.Edge.Collections;
using Mesh.Edge.Configuration;

namespace Mesh.Edge.Tls;

/// <summary>Server certificates by SNI at one revision. An entity that did not change keeps its certificate object, and with it its TLS sessions.</summary>
internal sealed class CertificateTable
{
    /// <summary>
    /// What an operator changes is read at once, so that the edge's report tells of a bad one. The thousands of a whole
    /// snapshot would cost seconds; each is read with its first handshake.
    /// </summary>
    private const int MaxReadAtOnce = 32;
    private readonly ShardedMap<Guid, ServerCertificate> certificates;

    /// <summary>Name as configured → certificate entity. Names without case; wildcards as they are written.</summary>
    private readonly ShardedMap<string, Guid> names;

    private CertificateTable(ShardedMap<Guid, ServerCertificate> certificates, ShardedMap<string, Guid> names)
    {
        this.certificates = certificates;
        this.names = names;
    }

    public static CertificateTable Empty { get; } = new(
        ShardedMap<Guid, ServerCertificate>.Create(),
        ShardedMap<string, Guid>.Create(StringComparer.OrdinalIgnoreCase));

    /// <summary>
    /// The table after a change; costs what changed. A certificate that cannot be read is not served, nor is the one before
    /// it: what an edge serves must follow from the revision alone, or it would be another after a restart.
    /// </summary>
    public CertificateTable Apply(ConfigChanges changes, EntityStore after)
    {
        ShardedMap<Guid, ServerCertificate>.Builder nextCertificates = certificates.ToBuilder();
        foreach (Changed<Certificate> change in changes.Certificates)
        {
            if (nextCertificates.TryGetValue(change.Id, out ServerCertificate? before))
            {
                before.Retire();
                nextCertificates.Remove(change.Id);
            }

            if (change.After is null)
            {
                continue;
            }

            var certificate = new ServerCertificate(change.After);
            if (changes.Certificates.Count <= MaxReadAtOnce && certificate.Read().Problem is { } problem)
            {
                changes.Refuse(EntityKinds.Certificates, change.Id, $"the certificate cannot be used: {problem}");
                continue;
            }

            nextCertificates[change.Id] = certificate;
        }

        // All removals first: a name may move from one SNI to another in one commit.
        ShardedMap<string, Guid>.Builder nextNames = names.ToBuilder();
        foreach (Changed<Sni> change in changes.Snis)
        {
            if (change.Before is { } before)
            {
                nextNames.Remove(before.Name);
            }
        }

        foreach (Changed<Sni> change in changes.Snis)
        {
            if (change.After is { } sni)
            {
                nextNames[sni.Name] = sni.Certificate.Id;
            }
        }

        return new CertificateTable(nextCertificates.Build(), nextNames.Build());
    }

    /// <summary>
    /// Kong's order: the exact name, <c>*.rest</c> (one label replaced, the name has two dots), <c>rest.*</c> (last label
    /// replaced), then the stored default <c>*</c>. Null when none fits: the self-signed one is used.
    /// </summary>
    public ServerCertificate? Find(string? sni)
    {
        if (names.Count == 0)
        {
            return null;
        }

        string name = sni?.TrimEnd('.') ?? "";
        if (name.Length > 0)
        {
            if (ByName(name) is { } exact)
            {
                return exact;
            }

            int first = name.IndexOf('.');
            int last = name.LastIndexOf('.');
            if (first >= 0 && first != last && ByName($"*{name.AsSpan(first)}") is { } prefixed)
            {
                return prefixed;
            }

            if (last >= 0 && ByName($"{name.AsSpan(0, last + 1)}*") is { } suffixed)
            {
                return suffixed;
            }
        }

        return ByName("*");
    }

    private ServerCertificate? ByName(string name) =>
        names.TryGetValue(name, out Guid id) ? certificates.GetValueOrDefault(id) : null;
}
