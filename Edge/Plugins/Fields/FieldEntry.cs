namespace Mesh.Edge.Plugins.Fields;

/// <summary>An entry <c>name:value</c> of a transformer's settings.</summary>
internal static class FieldEntry
{
    /// <summary>Name and value; colons between them all count as one.</summary>
    public static (string Name, string Value) Split(string entry)
    {
        int colon = entry.IndexOf(':');
        return colon < 0 ? (entry, "") : (entry[..colon], entry[colon..].TrimStart(':'));
    }
}
