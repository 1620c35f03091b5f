namespace Mesh.Grains.Schemas.Formats;

internal static class VaultReference
{
    public static bool Is(string value) => value.StartsWith("{vault://", StringComparison.Ordinal) && value.EndsWith('}');
}
