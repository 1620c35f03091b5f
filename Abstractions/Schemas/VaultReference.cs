namespace Mesh.Abstractions.Schemas;

/// <summary>
/// A text that stands for a secret kept elsewhere, <c>{vault://vault/name}</c>. It is what is stored and shown; only an edge
/// looks up what it stands for.
/// </summary>
public static class VaultReference
{
    public const string Start = "{vault://";

    public static bool Is(string value) => value.StartsWith(Start, StringComparison.Ordinal) && value.EndsWith('}');
}
