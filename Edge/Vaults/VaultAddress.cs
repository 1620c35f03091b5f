using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Mesh.Abstractions.Schemas;

namespace Mesh.Edge.Vaults;

/// <summary>A vault reference taken apart: <c>{vault://vault/resource/key?prefix=…#version}</c>, as Kong reads it.</summary>
/// <param name="Vault">Kind of vault or prefix of a vault entity.</param>
/// <param name="Resource">What is asked of it; may hold slashes when there is a key.</param>
/// <param name="Key">Member of the JSON object that the resource is; null for the resource itself.</param>
/// <param name="Prefix">The <c>prefix</c> that the reference itself gives; null when it gives none.</param>
/// <param name="Version">2 is the value before the present one.</param>
internal sealed record VaultAddress(string Vault, string Resource, string? Key, string? Prefix, int? Version)
{
    /// <summary>Longer references are not looked at.</summary>
    private const int MaxLength = 2048;

    public static bool TryParse(string reference, [NotNullWhen(true)] out VaultAddress? address, [NotNullWhen(false)] out string? problem)
    {
        address = null;
        problem = null;
        if (!VaultReference.Is(reference) || reference.Length > MaxLength)
        {
            problem = "not a reference";
            return false;
        }

        string text = reference[VaultReference.Start.Length..^1];
        string? version = CutOff(ref text, '#');
        string? query = CutOff(ref text, '?');
        int slash = text.IndexOf('/');
        if (slash <= 0)
        {
            problem = slash == 0 ? "reference url is missing host" : "reference url is missing path";
            return false;
        }

        string path = text[(slash + 1)..];
        int last = path.LastIndexOf('/');
        string resource = Uri.UnescapeDataString(last < 0 ? path : path[..last]);
        string key = last < 0 ? "" : Uri.UnescapeDataString(path[(last + 1)..]);
        int number = 0;
        if (resource.Length == 0)
        {
            problem = "reference url has empty path";
        }
        else if (version is not null && !int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out number))
        {
            problem = "reference url has invalid version";
        }

        if (problem is not null)
        {
            return false;
        }

        address = new VaultAddress(text[..slash], resource, key.Length == 0 ? null : key, PrefixOf(query), version is null ? null : number);
        return true;
    }

    /// <summary>The part behind the first <paramref name="mark"/>, which is taken off; null when there is none.</summary>
    private static string? CutOff(ref string text, char mark)
    {
        int at = text.IndexOf(mark);
        if (at < 0)
        {
            return null;
        }

        string rest = text[(at + 1)..];
        text = text[..at];
        return rest;
    }

    private static string? PrefixOf(string? query) => query?
        .Split('&')
        .Where(argument => argument.StartsWith("prefix=", StringComparison.Ordinal))
        .Select(argument => Uri.UnescapeDataString(argument["prefix=".Length..]))
        .FirstOrDefault();
}
