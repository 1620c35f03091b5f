using System.Buffers.Binary;
using System.Collections.Frozen;
using System.Security.Cryptography;
using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Entities;
using Mesh.Abstractions.Reports;
using Mesh.Edge.Collections;
using Mesh.Edge.Vaults;

namespace Mesh.Edge.Configuration;

/// <summary>An entity store in the making: takes documents one by one, so that a large configuration never lies in memory twice.</summary>
internal sealed class EntityStoreEdit
{
    /// <summary>Kinds that belong to the control plane alone.</summary>
    private static readonly FrozenSet<string> NotForEdges =
        new[] { EntityKinds.KeySets, EntityKinds.Keys }.ToFrozenSet();

    private readonly EntityStore origin;
    private readonly Dictionary<string, IKindEdit> kinds;
    private readonly KindEdit<Service> services;
    private readonly KindEdit<Route> routes;
    private readonly KindEdit<Upstream> upstreams;
    private readonly KindEdit<Target> targets;
    private readonly KindEdit<Consumer> consumers;
    private readonly KindEdit<Plugin> plugins;
    private readonly KindEdit<Certificate> certificates;
    private readonly KindEdit<Sni> snis;
    private readonly KindEdit<CaCertificate> caCertificates;
    private readonly KindEdit<KeyAuthCredential> keyAuthCredentials;
    private readonly KindEdit<BasicAuthCredential> basicAuthCredentials;
    private readonly KindEdit<Acl> acls;
    private readonly KindEdit<Vault> vaults;
    private readonly KindEdit<Listener> listeners;
    private readonly ShardedMap<EntityKey, UInt128>.Builder digests;
    private readonly HashSet<EntityKey> same = [];
    private readonly HashSet<string> unknownKinds = new(StringComparer.Ordinal);
    private UInt128 fingerprint;

    public EntityStoreEdit(EntityStore origin, long revision)
    {
        this.origin = origin;
        digests = origin.Digests.ToBuilder();
        fingerprint = origin.Fingerprint;
        Changes = new ConfigChanges { Revision = revision };
        EntityJson json = EntityJson.Default;
        services = new(EntityKinds.Services, json.Service, origin.Services, Changes.Services);
        routes = new(EntityKinds.Routes, json.Route, origin.Routes, Changes.Routes);
        upstreams = new(EntityKinds.Upstreams, json.Upstream, origin.Upstreams, Changes.Upstreams);
        targets = new(EntityKinds.Targets, json.Target, origin.Targets, Changes.Targets);
        consumers = new(EntityKinds.Consumers, json.Consumer, origin.Consumers, Changes.Consumers);
        plugins = new(EntityKinds.Plugins, json.Plugin, origin.Plugins, Changes.Plugins);
        certificates = new(EntityKinds.Certificates, json.Certificate, origin.Certificates, Changes.Certificates);
        snis = new(EntityKinds.Snis, json.Sni, origin.Snis, Changes.Snis);
        caCertificates = new(EntityKinds.CaCertificates, json.CaCertificate, origin.CaCertificates, Changes.CaCertificates);
        keyAuthCredentials = new(EntityKinds.KeyAuthCredentials, json.KeyAuthCredential, origin.KeyAuthCredentials, Changes.KeyAuthCredentials);
        basicAuthCredentials = new(EntityKinds.BasicAuthCredentials, json.BasicAuthCredential, origin.BasicAuthCredentials, Changes.BasicAuthCredentials);
        acls = new(EntityKinds.Acls, json.Acl, origin.Acls, Changes.Acls);
        vaults = new(EntityKinds.Vaults, json.Vault, origin.Vaults, Changes.Vaults);
        listeners = new(EntityKinds.Listeners, json.Listener, origin.Listeners, Changes.Listeners);
        kinds = new Dictionary<string, IKindEdit>(StringComparer.Ordinal)
        {
            [EntityKinds.Services] = services,
            [EntityKinds.Routes] = routes,
            [EntityKinds.Upstreams] = upstreams,
            [EntityKinds.Targets] = targets,
            [EntityKinds.Consumers] = consumers,
            [EntityKinds.Plugins] = plugins,
            [EntityKinds.Certificates] = certificates,
            [EntityKinds.Snis] = snis,
            [EntityKinds.CaCertificates] = caCertificates,
            [EntityKinds.KeyAuthCredentials] = keyAuthCredentials,
            [EntityKinds.BasicAuthCredentials] = basicAuthCredentials,
            [EntityKinds.Acls] = acls,
            [EntityKinds.Vaults] = vaults,
            [EntityKinds.Listeners] = listeners,
        };
    }

    /// <summary>What was changed so far; each entity stands once, however often it was changed.</summary>
    public ConfigChanges Changes { get; }

    /// <summary>What of a change can be worked out before its turn. May be called from several threads at once.</summary>
    public DecodedChange Decode(EntityChange change)
    {
        if (change.IsDelete || !kinds.TryGetValue(change.Kind, out IKindEdit? kind))
        {
            return new DecodedChange(change, 0, IsDecoded: true, null, null);
        }

        UInt128 digest = Digest(change.Document);
        if (origin.Digests.TryGetValue(new EntityKey(change.Kind, change.Id), out UInt128 known) && known == digest)
        {
            return new DecodedChange(change, digest, IsDecoded: false, null, null);
        }

        (Entity? entity, string? problem) = kind.Decode(change.Id, change.Document);
        return new DecodedChange(change, digest, IsDecoded: true, entity, problem);
    }

    /// <summary>Takes one change; one that changes nothing is passed over.</summary>
    public void Apply(DecodedChange decoded)
    {
        EntityChange change = decoded.Change;
        if (!kinds.TryGetValue(change.Kind, out IKindEdit? kind))
        {
            if (!NotForEdges.Contains(change.Kind) && unknownKinds.Add(change.Kind))
            {
                Changes.Refuse(change.Kind, Guid.Empty, "this edge is too old to know entities of this kind");
            }

            return;
        }

        var key = new EntityKey(change.Kind, change.Id);
        UInt128 before = digests.TryGetValue(key, out UInt128 known) ? known : 0;
        if (decoded.Digest == before && !kind.Touched(change.Id))
        {
            same.Add(key);
            return;
        }

        if (!decoded.IsDecoded)
        {
            // Changed and changed back in one set.
            (Entity? entity, string? problem) = kind.Decode(change.Id, change.Document!);
            decoded = decoded with { IsDecoded = true, Entity = entity, Problem = problem };
        }

        kind.Apply(decoded, Changes);
        fingerprint += decoded.Digest - before;
        if (change.IsDelete)
        {
            digests.Remove(key);
        }
        else
        {
            digests[key] = decoded.Digest;
        }
    }

    /// <summary>Whether an old problem concerns something that has changed, and so is no longer true as it stands.</summary>
    public bool Touched(ApplyProblem problem) =>
        Changes.Revisited.Contains(new EntityKey(problem.Kind, problem.Id)) || (kinds.TryGetValue(problem.Kind, out IKindEdit? kind) ? kind.Touched(problem.Id) : unknownKinds.Contains(problem.Kind));

    /// <summary>What was applied is the whole configuration: everything else goes.</summary>
    public void DeleteUntouched()
    {
        foreach ((EntityKey key, _) in origin.Digests.Entries)
        {
            if (!same.Contains(key) && !kinds[key.Kind].Touched(key.Id))
            {
                Apply(Decode(new EntityChange(key.Kind, key.Id, null)));
            }
        }
    }

    public EntityStore Build()
    {
        VaultResolver resolver = origin.Resolver.Apply(Changes.Vaults);
        RevisitVaultUsers();
        (VaultUsers users, ShardedMap<Guid, Certificate> written) = ResolveCertificates(resolver);
        foreach (IKindEdit kind in kinds.Values)
        {
            kind.Finish();
        }

        return new EntityStore
        {
            Services = services.Build(),
            Routes = routes.Build(),
            Upstreams = upstreams.Build(),
            Targets = targets.Build(),
            Consumers = consumers.Build(),
            Plugins = plugins.Build(),
            Certificates = certificates.Build(),
            Snis = snis.Build(),
            CaCertificates = caCertificates.Build(),
            KeyAuthCredentials = keyAuthCredentials.Build(),
            BasicAuthCredentials = basicAuthCredentials.Build(),
            Acls = acls.Build(),
            Vaults = vaults.Build(),
            Listeners = listeners.Build(),
            Resolver = resolver,
            VaultUsers = users,
            WrittenCertificates = written,
            Digests = digests.Build(),
            Fingerprint = fingerprint,
            RoutesByService = ChildIndex.Apply(origin.RoutesByService, Changes.Routes, route => route.Service?.Id),
            TargetsByUpstream = ChildIndex.Apply(origin.TargetsByUpstream, Changes.Targets, target => target.Upstream.Id),
        };
    }

    /// <summary>What has references to a vault that changed is compiled again.</summary>
    private void RevisitVaultUsers()
    {
        foreach (EntityKey user in origin.VaultUsers.Of(Changes.Vaults))
        {
            if (kinds[user.Kind].Touched(user.Id))
            {
                continue;
            }

            if (user.Kind == EntityKinds.Plugins)
            {
                plugins.Put(origin.Plugins.GetValueOrDefault(user.Id)!);
            }
            else
            {
                certificates.Put(origin.WrittenCertificates.GetValueOrDefault(user.Id)!);
            }
        }
    }

    /// <summary>Everything that reads certificates then finds them resolved; plugins resolve by their schemas.</summary>
    private (VaultUsers Users, ShardedMap<Guid, Certificate> Written) ResolveCertificates(VaultResolver resolver)
    {
        ShardedMap<Guid, Certificate>.Builder written = origin.WrittenCertificates.ToBuilder();
        List<Changed<Certificate>> asWritten = [];
        foreach (Changed<Certificate> change in Changes.Certificates.ToArray())
        {
            asWritten.Add(change with { Before = origin.WrittenCertificates.GetValueOrDefault(change.Id) ?? change.Before });
            if (change.After is { } certificate && ReferencedCertificate.HasReferences(certificate))
            {
                written[change.Id] = certificate;
                certificates.Put(ReferencedCertificate.Resolve(certificate, resolver, problem => Changes.Refuse(EntityKinds.Certificates, change.Id, problem)));
            }
            else
            {
                written.Remove(change.Id);
            }
        }

        return (origin.VaultUsers.Apply(Changes.Plugins, asWritten), written.Build());
    }

    private static UInt128 Digest(byte[] document)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(document, hash);
        return BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }
}
