using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Entities;
using Mesh.Edge.Collections;
using Mesh.Edge.Configuration;

namespace Mesh.Edge.Consumers;

/// <summary>Consumers and their credentials, by what a request presents.</summary>
internal sealed class ConsumerIndex
{
    public static ConsumerIndex Empty { get; } = new();

    private ShardedMap<Guid, Consumer> ById { get; init; } = ShardedMap<Guid, Consumer>.Create();
    private ShardedMap<string, Consumer> ByUsername { get; init; } = ShardedMap<string, Consumer>.Create(StringComparer.Ordinal);
    private ShardedMap<string, Consumer> ByCustomId { get; init; } = ShardedMap<string, Consumer>.Create(StringComparer.Ordinal);
    private ShardedMap<KeyDigest, KeyAuthCredential> Keys { get; init; } = ShardedMap<KeyDigest, KeyAuthCredential>.Create();
    private ShardedMap<string, BasicAuthCredential> BasicAuth { get; init; } = ShardedMap<string, BasicAuthCredential>.Create(StringComparer.Ordinal);
    private ShardedMap<Guid, ConsumerGroups> Groups { get; init; } = ShardedMap<Guid, ConsumerGroups>.Create();

    /// <summary>The index after a change; costs what changed.</summary>
    public ConsumerIndex Apply(ConfigChanges changes, EntityStore after) => new()
    {
        ById = after.Consumers,
        ByUsername = Index(ByUsername, changes.Consumers, consumer => consumer.Username),
        ByCustomId = Index(ByCustomId, changes.Consumers, consumer => consumer.CustomId),
        Keys = IndexKeys(changes),
        BasicAuth = Index(BasicAuth, changes.BasicAuthCredentials, credential => credential.Username),
        Groups = IndexGroups(changes.Acls),
    };

    public Consumer? Find(Guid id) => ById.GetValueOrDefault(id);

    public Consumer? FindByCustomId(string customId) => ByCustomId.GetValueOrDefault(customId);

    /// <summary>By id or username (an <c>anonymous</c> setting may name either).</summary>
    public Consumer? FindByIdOrUsername(string key) =>
        Guid.TryParseExact(key, "D", out Guid id) && Find(id) is { } consumer ? consumer : ByUsername.GetValueOrDefault(key);

    /// <summary>The live credential with this key; those expired at <paramref name="now"/> are not found.</summary>
    public KeyAuthCredential? FindKey(string key, DateTimeOffset now) =>
        KeyDigest.TryCompute(key, out KeyDigest digest) && Keys.TryGetValue(digest, out KeyAuthCredential? credential) && IsLive(credential, now)
            ? credential
            : null;

    public BasicAuthCredential? FindBasicAuth(string username) => BasicAuth.GetValueOrDefault(username);

    /// <summary>The consumer's acl groups.</summary>
    public ConsumerGroups GroupsOf(Guid consumer) => Groups.GetValueOrDefault(consumer) ?? ConsumerGroups.None;

    /// <summary>A ttl of 0 is, as with Kong, none.</summary>
    private static bool IsLive(KeyAuthCredential credential, DateTimeOffset now) =>
        credential.Ttl is not > 0 || now.ToUnixTimeSeconds() < credential.CreatedAt + credential.Ttl.Value;

    private static ShardedMap<string, T> Index<T>(ShardedMap<string, T> index, List<Changed<T>> changes, Func<T, string?> key)
        where T : Entity
    {
        if (changes.Count == 0)
        {
            return index;
        }

        ShardedMap<string, T>.Builder builder = index.ToBuilder();

        // All removals first: a commit may give one entity the name that it takes from another.
        foreach (Changed<T> change in changes)
        {
            if (change.Before is { } before && key(before) is { } name)
            {
                builder.Remove(name);
            }
        }

        foreach (Changed<T> change in changes)
        {
            if (change.After is { } after && key(after) is { } name)
            {
                builder[name] = after;
            }
        }

        return builder.Build();
    }

    private ShardedMap<KeyDigest, KeyAuthCredential> IndexKeys(ConfigChanges changes)
    {
        if (changes.KeyAuthCredentials.Count == 0)
        {
            return Keys;
        }

        ShardedMap<KeyDigest, KeyAuthCredential>.Builder builder = Keys.ToBuilder();
        foreach (Changed<KeyAuthCredential> change in changes.KeyAuthCredentials)
        {
            if (change.Before is { } before && KeyDigest.TryCompute(before.Key, out KeyDigest digest))
            {
                builder.Remove(digest);
            }
        }

        foreach (Changed<KeyAuthCredential> change in changes.KeyAuthCredentials)
        {
            if (change.After is not { } after)
            {
                continue;
            }

            if (KeyDigest.TryCompute(after.Key, out KeyDigest digest))
            {
                builder[digest] = after;
            }
            else
            {
                changes.Refuse(EntityKinds.KeyAuthCredentials, after.Id, $"key is longer than {KeyDigest.MaxKeyBytes} bytes");
            }
        }

        return builder.Build();
    }

    private ShardedMap<Guid, ConsumerGroups> IndexGroups(List<Changed<Acl>> changes)
    {
        if (changes.Count == 0)
        {
            return Groups;
        }

        ShardedMap<Guid, ConsumerGroups>.Builder builder = Groups.ToBuilder();
        foreach (Acl acl in changes.Select(change => change.Before).OfType<Acl>())
        {
            if (builder.TryGetValue(acl.Consumer.Id, out ConsumerGroups? groups))
            {
                builder[acl.Consumer.Id] = groups.Remove(acl.Group);
            }
        }

        foreach (Acl acl in changes.Select(change => change.After).OfType<Acl>())
        {
            builder.TryGetValue(acl.Consumer.Id, out ConsumerGroups? groups);
            builder[acl.Consumer.Id] = (groups ?? ConsumerGroups.None).Add(acl.Group);
        }

        foreach (Changed<Acl> change in changes)
        {
            if (change.Before is { } acl && builder.TryGetValue(acl.Consumer.Id, out ConsumerGroups? groups) && groups.Names.IsEmpty)
            {
                builder.Remove(acl.Consumer.Id);
            }
        }

        return builder.Build();
    }
}
