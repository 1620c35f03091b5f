using System.Collections.Immutable;
using System.Text.Json;
using Mesh.Abstractions.Entities;
using Mesh.Edge.Configuration;

namespace Mesh.Edge.Vaults;

/// <summary>
/// Looks up what vault references stand for, on this edge and in its own environment: the control plane knows references
/// only. The environment of a process does not change, so nothing is looked up twice and times to live mean nothing.
/// </summary>
internal sealed class VaultResolver
{
    /// <summary>The one kind of vault, which needs no entity.</summary>
    public const string Env = "env";

    /// <summary>Variables of Mesh itself: keys and tokens that no plugin shall be able to send anywhere.</summary>
    private const string OwnVariables = "MESH_";

    private const int PreviousVersion = 2;

    private readonly Func<string, string?> environment;
    private readonly ImmutableDictionary<string, Vault> byPrefix;

    public VaultResolver(Func<string, string?> environment)
        : this(environment, ImmutableDictionary.Create<string, Vault>(StringComparer.Ordinal))
    {
    }

    private VaultResolver(Func<string, string?> environment, ImmutableDictionary<string, Vault> byPrefix)
    {
        this.environment = environment;
        this.byPrefix = byPrefix;
    }

    public static VaultResolver OfProcess { get; } = new(Environment.GetEnvironmentVariable);

    public VaultResolver Apply(IReadOnlyList<Changed<Vault>> changes)
    {
        if (changes.Count == 0)
        {
            return this;
        }

        ImmutableDictionary<string, Vault>.Builder next = byPrefix.ToBuilder();
        next.RemoveRange(changes.Select(change => change.Before?.Prefix).OfType<string>());
        foreach (Vault vault in changes.Select(change => change.After).OfType<Vault>())
        {
            next[vault.Prefix] = vault;
        }

        return new VaultResolver(environment, next.ToImmutable());
    }

    public Resolution Resolve(string reference)
    {
        string? value = null;
        if (VaultAddress.TryParse(reference, out VaultAddress? address, out string? problem)
            && VariableOf(address, ref problem) is { } variable
            && environment(variable) is var text)
        {
            value = text is null ? null : address.Key is null ? text : Member(text, address, ref problem);
            problem ??= value is null ? $"unable to load value ({address.Resource}) from vault ({address.Vault}): not found" : null;
        }

        return value is not null && problem is null
            ? new Resolution(value, null)
            : new Resolution("", $"unable to resolve reference {reference} ({problem})");
    }

    /// <summary>Upper case, dashes as underscores: the name that a shell can set.</summary>
    private string? VariableOf(VaultAddress address, ref string? problem)
    {
        string? prefix = address.Prefix;
        if (address.Vault != Env)
        {
            if (!byPrefix.TryGetValue(address.Vault, out Vault? vault))
            {
                problem = $"vault not found ({address.Vault})";
                return null;
            }

            if (vault.Name != Env)
            {
                problem = $"vault not installed ({vault.Name})";
                return null;
            }

            prefix ??= vault.Config?.Prefix;
        }

        string name = (prefix + address.Resource).Replace('-', '_').ToUpperInvariant();
        if (name.StartsWith(OwnVariables, StringComparison.Ordinal))
        {
            problem = $"variables that start with {OwnVariables} are Mesh's own and not given out";
            return null;
        }

        return address.Version == PreviousVersion ? name + "_PREVIOUS" : name;
    }

    private static string? Member(string text, VaultAddress address, ref string? problem)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                problem = $"unable to json decode value ({address.Resource}) received from vault ({address.Vault}): invalid type, object expected";
            }
            else if (!document.RootElement.TryGetProperty(address.Key!, out JsonElement member))
            {
                problem = $"vault ({address.Vault}) did not return value for resource '{address.Resource}' with a key of '{address.Key}'";
            }
            else if (member.ValueKind != JsonValueKind.String)
            {
                problem = $"invalid value received from vault ({address.Vault}) for resource '{address.Resource}' with a key of '{address.Key}': invalid type, string expected";
            }
            else
            {
                return member.GetString();
            }
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            // The exception's text would quote the value.
            problem = $"unable to json decode value ({address.Resource}) received from vault ({address.Vault})";
        }

        return null;
    }
}
