using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Entities;
using Mesh.Abstractions.Schemas;
using Mesh.Edge.Collections;
using Mesh.Edge.Configuration;

namespace Mesh.Edge.Vaults;

/// <summary>Which entities have references to which vault, so that a change of the vault reaches them.</summary>
internal sealed class VaultUsers
{
    private static readonly byte[] Start = Encoding.UTF8.GetBytes(VaultReference.Start);

    private readonly ShardedMap<string, ImmutableHashSet<EntityKey>> byVault;

    private VaultUsers(ShardedMap<string, ImmutableHashSet<EntityKey>> byVault) => this.byVault = byVault;

    public static VaultUsers None { get; } = new(ShardedMap<string, ImmutableHashSet<EntityKey>>.Create(StringComparer.Ordinal));

    /// <summary>Users of the vaults that changed.</summary>
    public IReadOnlyCollection<EntityKey> Of(IEnumerable<Changed<Vault>> changes) =>
        [.. changes.SelectMany(change => new[] { change.Before?.Prefix, change.After?.Prefix })
            .OfType<string>()
            .SelectMany(prefix => byVault.GetValueOrDefault(prefix) ?? [])
            .Distinct()];

    /// <param name="certificates">Changed certificates, with the references that stand in them before and after.</param>
    public VaultUsers Apply(IReadOnlyList<Changed<Plugin>> plugins, IReadOnlyList<Changed<Certificate>> certificates)
    {
        ShardedMap<string, ImmutableHashSet<EntityKey>>.Builder next = byVault.ToBuilder();
        foreach (Changed<Plugin> change in plugins)
        {
            Move(next, new EntityKey(EntityKinds.Plugins, change.Id), VaultsIn(change.Before), VaultsIn(change.After));
        }

        foreach (Changed<Certificate> change in certificates)
        {
            Move(next, new EntityKey(EntityKinds.Certificates, change.Id), VaultsIn(change.Before), VaultsIn(change.After));
        }

        return new VaultUsers(next.Build());
    }

    private static void Move(ShardedMap<string, ImmutableHashSet<EntityKey>>.Builder users, EntityKey key, string[] before, string[] after)
    {
        foreach (string vault in before.Except(after))
        {
            ImmutableHashSet<EntityKey> left = (users.TryGetValue(vault, out ImmutableHashSet<EntityKey>? known) ? known : []).Remove(key);
            if (left.IsEmpty)
            {
                users.Remove(vault);
            }
            else
            {
                users[vault] = left;
            }
        }

        foreach (string vault in after.Except(before))
        {
            users[vault] = (users.TryGetValue(vault, out ImmutableHashSet<EntityKey>? known) ? known : []).Add(key);
        }
    }

    private static string[] VaultsIn(Certificate? certificate) => certificate is null
        ? []
        : [.. new[] { certificate.Cert, certificate.Key, certificate.CertAlt, certificate.KeyAlt }
            .Select(text => text is not null && VaultAddress.TryParse(text, out VaultAddress? address, out _) ? address.Vault : null)
            .OfType<string>()
            .Distinct()];

    /// <summary>By the bytes, because all plugins are looked at and hardly one has references.</summary>
    private static string[] VaultsIn(Plugin? plugin)
    {
        if (plugin is not { Config.ValueKind: JsonValueKind.Object })
        {
            return [];
        }

        ReadOnlySpan<byte> rest = JsonMarshal.GetRawUtf8Value(plugin.Config);
        List<string>? vaults = null;
        for (int at = rest.IndexOf(Start); at >= 0; at = rest.IndexOf(Start))
        {
            rest = rest[(at + Start.Length)..];
            int slash = rest.IndexOf((byte)'/');
            if (slash > 0)
            {
                (vaults ??= []).Add(Encoding.UTF8.GetString(rest[..slash]));
            }
        }

        return vaults is null ? [] : [.. vaults.Distinct()];
    }
}
