using System.Collections.Immutable;
using Mesh.Abstractions.Entities;
using Mesh.Edge.Collections;
using Mesh.Edge.Vaults;

namespace Mesh.Edge.Configuration;

/// <summary>The entities of one revision, typed, with the child lists that compiling needs.</summary>
internal sealed record EntityStore
{
    public static EntityStore Empty { get; } = new();

    public ShardedMap<Guid, Service> Services { get; init; } = ShardedMap<Guid, Service>.Create();
    public ShardedMap<Guid, Route> Routes { get; init; } = ShardedMap<Guid, Route>.Create();
    public ShardedMap<Guid, Upstream> Upstreams { get; init; } = ShardedMap<Guid, Upstream>.Create();
    public ShardedMap<Guid, Target> Targets { get; init; } = ShardedMap<Guid, Target>.Create();
    public ShardedMap<Guid, Consumer> Consumers { get; init; } = ShardedMap<Guid, Consumer>.Create();
    public ShardedMap<Guid, Plugin> Plugins { get; init; } = ShardedMap<Guid, Plugin>.Create();
    public ShardedMap<Guid, Certificate> Certificates { get; init; } = ShardedMap<Guid, Certificate>.Create();
    public ShardedMap<Guid, Sni> Snis { get; init; } = ShardedMap<Guid, Sni>.Create();
    public ShardedMap<Guid, CaCertificate> CaCertificates { get; init; } = ShardedMap<Guid, CaCertificate>.Create();
    public ShardedMap<Guid, KeyAuthCredential> KeyAuthCredentials { get; init; } = ShardedMap<Guid, KeyAuthCredential>.Create();
    public ShardedMap<Guid, BasicAuthCredential> BasicAuthCredentials { get; init; } = ShardedMap<Guid, BasicAuthCredential>.Create();
    public ShardedMap<Guid, Acl> Acls { get; init; } = ShardedMap<Guid, Acl>.Create();
    public ShardedMap<Guid, Vault> Vaults { get; init; } = ShardedMap<Guid, Vault>.Create();
    public ShardedMap<Guid, Listener> Listeners { get; init; } = ShardedMap<Guid, Listener>.Create();

    /// <summary>What the vault references of this revision stand for.</summary>
    public VaultResolver Resolver { get; init; } = VaultResolver.OfProcess;

    public VaultUsers VaultUsers { get; init; } = VaultUsers.None;

    /// <summary>Certificates with references as they were written; in <see cref="Certificates"/> they stand resolved.</summary>
    public ShardedMap<Guid, Certificate> WrittenCertificates { get; init; } = ShardedMap<Guid, Certificate>.Create();

    /// <summary>A digest of each entity's document, also of those that could not be read.</summary>
    public ShardedMap<EntityKey, UInt128> Digests { get; init; } = ShardedMap<EntityKey, UInt128>.Create();

    /// <summary>Sum of all digests: equal configurations have equal sums, however they came about. 0 when empty.</summary>
    public UInt128 Fingerprint { get; init; }

    public ShardedMap<Guid, ImmutableHashSet<Guid>> RoutesByService { get; init; } = ShardedMap<Guid, ImmutableHashSet<Guid>>.Create();
    public ShardedMap<Guid, ImmutableHashSet<Guid>> TargetsByUpstream { get; init; } = ShardedMap<Guid, ImmutableHashSet<Guid>>.Create();
}
